"""What models have in common that are made from the predictions of other models of the study."""

from typing import ClassVar

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.base import Input, Learner, ModelSettings


class JoinedModel(ModelSettings):
    """A model that answers with the answers of others. Its training reads their prediction files and loads no model."""

    learner: ClassVar[Learner] = "ensemble"
    uses_torch: ClassVar[bool] = False

    members: list[RuleName] = Field(min_length=2, description="Names of the models whose predictions it combines.")

    @property
    def inputs(self) -> set[Input]:
        """It reads the predictions of its members only."""
        return set()

    @property
    def modules(self) -> list[str]:
        """It has no network of its own."""
        return []
