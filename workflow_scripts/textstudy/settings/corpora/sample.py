"""Settings of a sample of a corpus."""

from pydantic import Field, model_validator

from textstudy.settings.base import Settings, problem


class Parts(Settings):
    """How many documents each split of a sample has."""

    train: int = Field(gt=0)
    validation: int = Field(gt=0)
    test: int = Field(gt=0)


class Sample(Settings):
    """A stratified sample of a corpus."""

    size: int | None = Field(None, gt=0, description="documents in the sample, in the shares of the official splits")
    parts: Parts | None = Field(
        None,
        description="documents of each split, instead of `size`: train and validation from the official training part, "
        "test from the official test part",
    )
    seed: int = Field(13, description="seed of the draw")

    @model_validator(mode="after")
    def _one_size(self) -> "Sample":
        if (self.size is None) == (self.parts is None):
            raise problem("exactly one of size and parts must be given")
        return self
