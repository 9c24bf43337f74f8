"""What every network that reads token ids has in common."""

from typing import ClassVar, Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.base import Input, NetworkModel


class WordVectors(NetworkModel):
    """What every network that reads token ids has in common: the vectors of its tokens, and how it learns."""

    tokenizers: ClassVar[frozenset[str]] = frozenset({"words", "wordpieces"})

    encoding: RuleName = Field("words", description="The encoding whose tokens it reads.")
    embedding_size: int = Field(300, ge=1, description="Dimensions of a word vector.")
    embeddings: Literal["random", "glove"] = Field(
        "glove",
        description="Word vectors start at random, or are GloVe's vectors of English words (50, 100, 200 or "
        "300 dimensions).",
    )
    freeze_embeddings: bool = Field(False, description="Keep the word vectors as they are during training.")
    embedding_dropout: float = Field(0.0, ge=0, lt=1, description="Dropout of single elements of the word vectors.")
    word_dropout: float = Field(
        0.0, ge=0, lt=1, description="Share of the words whose whole vector is left out during training."
    )

    @property
    def encodings(self) -> frozenset[str]:
        """GloVe's vectors are those of words."""
        return frozenset({"words"}) if self.embeddings == "glove" else self.tokenizers

    @property
    def inputs(self) -> set[Input]:
        """Token ids, and GloVe's vectors where it starts from them."""
        return super().inputs | ({"glove"} if self.embeddings == "glove" else set())
