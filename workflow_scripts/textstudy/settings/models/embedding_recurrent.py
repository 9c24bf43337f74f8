"""Settings of recurrent networks over the embeddings of a pretrained encoder."""

from typing import ClassVar, Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.base import TrainedModel


class EmbeddingRecurrentModel(TrainedModel):
    """A BiLSTM over the embeddings of a pretrained encoder, which stay frozen; attention, then a two-layer head."""

    tokenizers: ClassVar[frozenset[str]] = frozenset({"wordpieces"})

    architecture: Literal["embedding_recurrent"]
    encoding: RuleName = "wordpieces"
    layers: int = Field(2, ge=1)
    hidden_size: int = Field(384, ge=1, description="units a direction")
    head_size: int = Field(384, ge=1)
    dropout: float = Field(0.3, ge=0, lt=1, description="between layers and in the head")

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
