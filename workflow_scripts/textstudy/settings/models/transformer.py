"""Settings of Transformers trained from scratch."""

from typing import Literal

from pydantic import Field, model_validator

from textstudy.settings.base import problem
from textstudy.settings.models.word_vectors import WordVectors


class TransformerModel(WordVectors):
    """Word embeddings with positions, Transformer encoder layers, a pooled state, a linear layer."""

    architecture: Literal["transformer"]
    layers: int = Field(2, ge=1)
    heads: int = Field(4, ge=1)
    hidden_size: int = Field(128, ge=1, description="width of the model, a multiple of `heads`")
    feedforward_size: int = Field(512, ge=1)
    positions: Literal["sinusoidal", "learned"] = "sinusoidal"
    maximum_length: int = Field(512, ge=1, description="positions that are learned, where they are")
    normalisation: Literal["pre", "post"] = Field("post", description="before each block's function, or after its sum")
    activation: Literal["relu", "gelu"] = "relu"
    pooling: Literal["mean", "cls", "attention"] = Field(
        "mean", description="mean of the tokens; a learned class vector before them; or learned self-attention"
    )
    dropout: float = Field(0.1, ge=0, lt=1, description="on the embedded input, in the layers and before the head")
    attention_dropout: float = Field(
        0.0, ge=0, lt=1, description="on the attention weights; without, fused kernels run on a CPU too, twice as fast"
    )

    @model_validator(mode="after")
    def _heads_divide_the_width(self) -> "TransformerModel":
        if self.hidden_size % self.heads:
            raise problem(f"hidden_size {self.hidden_size} must be a multiple of heads, {self.heads}")
        return self

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "Transformer from scratch"

    @property
    def attends(self) -> bool:
        """Whether it pools by attention."""
        return self.pooling == "attention"

    @property
    def topics(self) -> set[str]:
        """Sections of the background chapter."""
        return {"attention", "transformer"}
