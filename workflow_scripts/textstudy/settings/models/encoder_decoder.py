"""Settings of encoder-decoder networks."""

from typing import Any, Literal

from pydantic import Field

from textstudy.settings.models.word_vectors import WordVectors


class EncoderDecoderModel(WordVectors):
    """A bidirectional LSTM encoder and an LSTM decoder, whose output is classified."""

    architecture: Literal["encoder_decoder"]
    layers: int = Field(1, ge=1, description="Layers of the encoder and of the decoder.")
    hidden_size: int = Field(128, ge=1, description="Units of the encoder in each direction.")
    attention: bool = Field(True, description="The decoder attends to the outputs of the encoder.")
    dropout: float = Field(0.3, ge=0, lt=1, description="Dropout between layers and before the output layer.")

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "encoder-decoder"

    @property
    def attends(self) -> bool:
        """Whether the decoder attends over the encoder's outputs."""
        return self.attention

    @property
    def topics(self) -> set[str]:
        """Sections of the background chapter."""
        return super().topics | {"recurrent", "lstm", "bidirectional"}

    @property
    def comparable_settings(self) -> dict[str, Any]:
        """The recurrent network that its encoder is, with a decoder."""
        settings = self.model_dump(mode="json")
        decoder = f"with{'' if settings.pop('attention') else 'out'} attention"
        encoder = {"cell": "lstm", "bidirectional": True, "pooling": "final", "tfidf_weighting": False}
        return {**settings, **encoder, "architecture": "recurrent", "decoder": decoder}
