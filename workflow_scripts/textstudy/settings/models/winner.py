"""Settings of models that extend the winner of a phase."""

from typing import Any, Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.derived import DerivedModel


class WinnerModel(DerivedModel):
    """The model that won a phase, with changes; which one that is, this run decides."""

    architecture: Literal["winner"]
    winner: RuleName = Field(description="the phase whose winner is extended")
    changes: dict[str, Any] = Field(
        default_factory=dict, description="settings that replace the winner's, mapping by mapping"
    )
