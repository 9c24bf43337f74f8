"""Settings of recurrent networks over the embeddings of a pretrained encoder."""

from typing import ClassVar, Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.base import NetworkModel


class EmbeddingRecurrentModel(NetworkModel):
    """A BiLSTM over the frozen embeddings of a pretrained encoder, with attention and a two-layer head."""

    tokenizers: ClassVar[frozenset[str]] = frozenset({"wordpieces"})

    architecture: Literal["embedding_recurrent"]
    encoding: RuleName = Field("wordpieces", description="The encoding whose tokens it reads.")
    layers: int = Field(2, ge=1, description="Recurrent layers on top of one another.")
    hidden_size: int = Field(384, ge=1, description="Units in each direction.")
    head_size: int = Field(384, ge=1, description="Width of the layer before the output layer.")
    dropout: float = Field(0.3, ge=0, lt=1, description="Dropout between layers and before the output layers.")

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "recurrent network over an encoder's embeddings"

    @property
    def holds_encoder(self) -> bool:
        """Its embeddings are the encoder's."""
        return True

    @property
    def topics(self) -> set[str]:
        """Sections of the background chapter."""
        return {"recurrent", "lstm", "bidirectional", "attention", "pretraining"}
