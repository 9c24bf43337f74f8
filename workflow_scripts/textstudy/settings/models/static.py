"""Settings of averaged static vectors."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.bags import Bag
from textstudy.settings.models.base import Input


class StaticModel(Bag):
    """The mean of static vectors of tokens, distilled from a pretrained encoder or those of GloVe, and a head on it."""

    reads_windows: ClassVar[bool] = True

    architecture: Literal["static"]
    encoding: RuleName = Field("wordpieces", description="The encoding whose tokens it reads.")
    embeddings: Literal["distilled", "glove"] = Field(
        "distilled",
        description="Vectors of subwords, distilled from the encoder of the encoding; or GloVe's of English words (50, "
        "100, 200 or 300 dimensions).",
    )
    embedding_size: int = Field(256, ge=1, description="Dimensions of a vector; at most those of the encoder.")
    freeze_embeddings: bool = Field(False, description="Keep the vectors as they are during training.")
    word_dropout: float = Field(0.3, ge=0, lt=1, description="Share of the tokens that is left out during training.")
    head: Literal["linear", "two_layer"] = Field(
        "two_layer", description="One linear layer, or two with an activation between them."
    )
    head_size: int | None = Field(None, ge=1, description="Width of the two-layer head. null: that of the vectors.")
    dropout: float = Field(0.3, ge=0, lt=1, description="Dropout in the head.")

    @classmethod
    def default_training(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return few epochs at a rate that falls to zero."""
        return {"epochs": 8, "learning_rate": 3e-3, "schedule": "linear"}

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "averaged static vectors"

    @property
    def encodings(self) -> frozenset[str]:
        """GloVe's vectors are those of words."""
        return frozenset({"words" if self.embeddings == "glove" else "wordpieces"})

    @property
    def inputs(self) -> set[Input]:
        """Token ids, and their vectors."""
        return super().inputs | {self.embeddings}

    @property
    def topics(self) -> set[str]:
        """Sections of the background chapter."""
        return super().topics | ({"pretraining"} if self.embeddings == "distilled" else set())
