"""Settings of a sample of a corpus."""

from pydantic import Field, model_validator

from textstudy.settings.base import Settings, problem


class Parts(Settings):
    """How many documents each split of a sample has."""

    train: int = Field(gt=0, description="Training documents.")
    validation: int = Field(gt=0, description="Validation documents.")
    test: int = Field(gt=0, description="Test documents.")


class Sample(Settings):
    """A stratified sample of a corpus."""

    size: int | None = Field(None, gt=0, description="Documents in the sample. The official splits keep their shares.")
    parts: Parts | None = Field(
        None,
        description="Documents of each split, instead of `size`. Training and validation documents come from "
        "the official training set, test documents from the official test set.",
    )
    seed: int = Field(13, description="Seed of the draw.")

    @model_validator(mode="after")
    def _one_size(self) -> "Sample":
        if (self.size is None) == (self.parts is None):
            raise problem("exactly one of size and parts must be given")
        return self
