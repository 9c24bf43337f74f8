"""Settings of recurrent networks."""

from typing import Any, Literal

from pydantic import Field

from textstudy.settings.models.word_vectors import WordVectors


class RecurrentModel(WordVectors):
    """Word vectors, a recurrent network, pooling and a linear layer."""

    architecture: Literal["recurrent"]
    cell: Literal["rnn", "lstm", "gru"] = Field("lstm", description="Type of the recurrent cell.")
    layers: int = Field(2, ge=1, description="Recurrent layers on top of one another.")
    hidden_size: int = Field(128, ge=1, description="Units in each direction.")
    bidirectional: bool = Field(True, description="Read each document from both ends.")
    tfidf_weighting: bool = Field(
        False, description="Scale each word vector by the TF-IDF weight that the word has in its document."
    )
    pooling: Literal["final", "attention", "dot_attention"] = Field(
        "attention",
        description="What stands for the document: the final states; learned self-attention over all states; "
        "or attention by the product of each state with the final one.",
    )
    dropout: float = Field(0.3, ge=0, lt=1, description="Dropout between layers and before the output layer.")

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
