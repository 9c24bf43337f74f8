"""Settings of models that extend the winner of a phase."""

from typing import Any, Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.derived import DerivedModel


class WinnerModel(DerivedModel):
    """The model that a phase selected, with changes. Which one that is, is known when the phase has run."""

    architecture: Literal["winner"]
    winner: RuleName = Field(description="The phase whose selected model is extended.")
    changes: dict[str, Any] = Field(
        default_factory=dict, description="Settings that replace those of the selected model."
    )
