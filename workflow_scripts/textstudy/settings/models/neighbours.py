"""Settings of nearest neighbours."""

from typing import ClassVar, Literal

from pydantic import Field

from textstudy.settings.models.base import Learner
from textstudy.settings.models.remembered import RememberedModel


class NeighboursModel(RememberedModel):
    """The nearest training documents vote on the class of a document. Documents are compared by a frozen encoder."""

    learner: ClassVar[Learner] = "neighbours"
    grids: ClassVar[tuple[str, ...]] = ("neighbours", "temperature")

    architecture: Literal["neighbours"]
    neighbours: tuple[int, ...] = Field(
        (20, 50, 100), min_length=1, description="Numbers of neighbours that are tried. Validation chooses."
    )
    temperature: tuple[float, ...] = Field(
        (0.03, 0.05, 0.1),
        min_length=1,
        description="Temperatures of the softmax over the cosines that are tried. Validation chooses.",
    )

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "nearest neighbours"
