"""Settings of linear models."""

from typing import ClassVar, Literal

from pydantic import Field

from textstudy.settings.models.base import Input, Learner, ModelSettings


class LinearModel(ModelSettings):
    """TF-IDF features and a linear classifier; probabilities calibrated on validation."""

    learner: ClassVar[Learner] = "linear"
    uses_torch: ClassVar[bool] = False
    deterministic: ClassVar[bool] = True

    architecture: Literal["linear"]
    classifier: Literal["complement_nb", "logistic", "svm"] = "complement_nb"
    word_ngrams: tuple[int, int] = Field((1, 2), description="shortest and longest word n-gram")
    character_ngrams: tuple[int, int] | None = Field(
        None, description="shortest and longest character n-gram within words"
    )
    minimum_document_frequency: int = Field(2, ge=1, description="training documents an n-gram must occur in")
    sublinear: bool = Field(True, description="1 + ln(count) in place of the count")
    stop_words: Literal["english"] | None = None
    class_weights: bool = False
    regularization: tuple[float, ...] = Field(
        (0.1, 0.3, 1.0), min_length=1, description="values tried (alpha, or C); validation chooses"
    )

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "linear, on TF-IDF features"

    @property
    def inputs(self) -> set[Input]:
        """It reads the texts themselves."""
        return {"split"}

    @property
    def topics(self) -> set[str]:
        """Sections of the background chapter."""
        return {"linear"}
