"""Settings of kernel ridge regression."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from textstudy.settings.models.base import Learner
from textstudy.settings.models.remembered import RememberedModel

Positive = Annotated[float, Field(gt=0)]


class KernelModel(RememberedModel):
    """A sum over training documents, each with a learned coefficient. Documents are compared by a frozen encoder."""

    learner: ClassVar[Learner] = "kernel"
    grids: ClassVar[tuple[str, ...]] = ("gamma", "regularization", "temperature")

    architecture: Literal["kernel"]
    gamma: tuple[Positive, ...] = Field(
        (0.5, 1.0, 2.0),
        min_length=1,
        description="Values that are tried: the larger, the fewer training documents say something about a document. "
        "Validation chooses.",
    )
    regularization: tuple[Positive, ...] = Field(
        (0.03, 0.1, 0.3, 1.0), min_length=1, description="Strengths that are tried. Validation chooses."
    )
    temperature: tuple[Positive, ...] = Field(
        (0.05, 0.1, 0.2, 0.4),
        min_length=1,
        description="Temperatures of the softmax over the scores that are tried. Validation chooses.",
    )
    landmarks: int = Field(
        10_000,
        ge=1,
        description="At most as many training documents are compared with; of more, some are drawn at random. The "
        "coefficients are fitted to all. Time and memory grow with its square, and with the number of documents.",
    )

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "kernel ridge regression"
