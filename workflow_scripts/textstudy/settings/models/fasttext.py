"""Settings of averaged n-grams."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.bags import Bag


class FasttextModel(Bag):
    """The mean of the vectors of hashed words and n-grams, and a linear layer on it, trained together."""

    tokenizers: ClassVar[frozenset[str]] = frozenset({"ngrams"})

    architecture: Literal["fasttext"]
    encoding: RuleName = Field("ngrams", description="The encoding that hashes the n-grams.")
    embedding_size: int = Field(50, ge=1, description="Dimensions of the vector of an n-gram.")
    dropout: float = Field(0.5, ge=0, lt=1, description="Share of the n-grams that is left out during training.")

    @classmethod
    def default_training(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return few epochs at a high rate that falls to zero, as fastText has them."""
        return {"epochs": 8, "learning_rate": 0.01, "schedule": "linear"}

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "averaged n-grams"

    @property
    def modules(self) -> list[str]:
        """New texts are hashed by a module of its own."""
        return [*super().modules, "textstudy.encode.ngram_encoder"]
