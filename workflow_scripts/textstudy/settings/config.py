"""Settings of config.yaml: which studies run, from where, and how big."""

from typing import Any

from pydantic import Field

from textstudy.settings.base import FileName, Name, Settings


class Config(Settings):
    """config.yaml and its overlays: which studies run, from where, and how big."""

    studies: list[Name] = Field(["demo"], min_length=1, description="names of files in config/studies")
    mirror: str | None = Field(
        None, description="folder with resources as NAME/FILE and SHA256SUMS, tried before the network"
    )
    encoders: dict[str, FileName] = Field(default_factory=dict, description="encoder role → resource that fills it")
    overrides: dict[Name, dict[str, Any]] = Field(
        default_factory=dict, description="study → settings that replace those of its file (said so in its report)"
    )
