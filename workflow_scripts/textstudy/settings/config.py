"""Settings of config.yaml: which studies run, from where, and how big."""

from typing import Any

from pydantic import Field

from textstudy.settings.base import FileName, Name, Settings


class Config(Settings):
    """config.yaml and the overlays that are laid over it: which studies run, and how they are scaled to a machine."""

    studies: list[Name] = Field(["demo"], min_length=1, description="Names of study files in config/studies.")
    mirror: str | None = Field(
        None,
        description="A folder that holds resources as NAME/FILE with one SHA256SUMS. It is tried before the network.",
    )
    checkpoints: FileName = Field(
        "results/checkpoints",
        description="A folder for trainings that are not finished, from which they go on after an interruption, and "
        "for answers of language models that were paid for. On a cluster, one that all nodes see.",
    )
    encoders: dict[str, FileName] = Field(
        default_factory=dict,
        description="Which resource stands in for an encoder that studies name, for instance a smaller one: "
        "name in the study → resource.",
    )
    overrides: dict[Name, dict[str, Any]] = Field(
        default_factory=dict,
        description="Settings that replace those of a study file: study → settings. The report lists them.",
    )
