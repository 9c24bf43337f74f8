"""Settings of linear models."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from textstudy.settings.base import problem
from textstudy.settings.models.base import Input, Learner, ModelSettings


class LinearModel(ModelSettings):
    """TF-IDF features and a linear classifier. Its probabilities are calibrated on validation."""

    learner: ClassVar[Learner] = "linear"
    uses_torch: ClassVar[bool] = False
    deterministic: ClassVar[bool] = True
    grids: ClassVar[tuple[str, ...]] = ("regularization",)

    architecture: Literal["linear"]
    classifier: Literal["complement_nb", "logistic", "svm"] = Field(
        "complement_nb", description="Complement naive Bayes, logistic regression or a linear support vector machine."
    )
    word_ngrams: tuple[int, int] | None = Field(
        (1, 2),
        description="Shortest and longest word n-gram. In scripts without spaces, a character is a word. null: none.",
    )
    character_ngrams: tuple[int, int] | None = Field(
        None, description="Shortest and longest character n-gram inside words. null: none."
    )
    minimum_document_frequency: int = Field(
        2, ge=1, description="An n-gram must occur in this many training documents."
    )
    sublinear: bool = Field(True, description="Count an n-gram that occurs c times as 1 + ln(c).")
    stop_words: Literal["english"] | None = Field(
        None, description="Leave out English stop words. null: keep all words."
    )
    class_weights: bool = Field(False, description="Weight rare classes more.")
    regularization: tuple[float, ...] = Field(
        (0.1, 0.3, 1.0),
        min_length=1,
        description="Values that are tried (alpha of naive Bayes, C of the others). Validation chooses.",
    )

    @model_validator(mode="after")
    def _some_ngrams(self) -> "LinearModel":
        if not self.word_ngrams and not self.character_ngrams:
            raise problem("word_ngrams and character_ngrams are both null: give at least one of them")
        return self

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
