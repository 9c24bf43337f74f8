"""Settings of recurrent networks."""

from typing import Any, Literal

from pydantic import Field

from textstudy.settings.models.word_vectors import WordVectors


class RecurrentModel(WordVectors):
    """Word embeddings, a recurrent network, a pooled state, a linear layer."""

    architecture: Literal["recurrent"]
    cell: Literal["rnn", "lstm", "gru"] = "lstm"
    layers: int = Field(2, ge=1)
    hidden_size: int = Field(128, ge=1, description="units a direction")
    bidirectional: bool = True
    tfidf_weighting: bool = Field(
        False, description="scale each word vector by the word's TF-IDF weight in its document"
    )
    pooling: Literal["final", "attention", "dot_attention"] = Field(
        "attention",
        description="final states; learned self-attention; or attention by each output's product with the final state",
    )
    dropout: float = Field(0.3, ge=0, lt=1, description="between layers and before the head")

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "recurrent network"

    @property
    def attends(self) -> bool:
        """Whether it pools by attention."""
        return self.pooling in ("attention", "dot_attention")

    @property
    def encodings(self) -> frozenset[str]:
        """TF-IDF weights are those of words."""
        return frozenset({"words"}) if self.tfidf_weighting else super().encodings

    @property
    def topics(self) -> set[str]:
        """Sections of the background chapter."""
        cells = {self.cell} & {"lstm", "gru"}
        return super().topics | {"recurrent"} | cells | ({"bidirectional"} if self.bidirectional else set())

    @property
    def comparable_settings(self) -> dict[str, Any]:
        """An encoder without a decoder."""
        return {**self.model_dump(mode="json"), "decoder": "none"}
