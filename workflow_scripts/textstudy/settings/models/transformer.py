"""Settings of Transformers trained from scratch."""

from typing import Literal

from pydantic import Field, model_validator

from textstudy.settings.base import problem
from textstudy.settings.models.word_vectors import WordVectors


class TransformerModel(WordVectors):
    """Word vectors with positions, Transformer encoder layers, pooling and a linear layer."""

    architecture: Literal["transformer"]
    layers: int = Field(2, ge=1, description="Encoder layers.")
    heads: int = Field(4, ge=1, description="Attention heads of each layer.")
    hidden_size: int = Field(128, ge=1, description="Width of the model, a multiple of `heads`.")
    feedforward_size: int = Field(512, ge=1, description="Width of the feed-forward network in each layer.")
    positions: Literal["sinusoidal", "learned"] = Field(
        "sinusoidal", description="Fixed sinusoidal vectors of positions, or learned ones."
    )
    maximum_length: int = Field(512, ge=1, description="Number of positions that are learned.")
    normalisation: Literal["pre", "post"] = Field(
        "post", description="Layer normalisation before each block (pre) or after its residual sum (post)."
    )
    activation: Literal["relu", "gelu"] = Field("relu", description="Activation in the feed-forward networks.")
    pooling: Literal["mean", "cls", "attention"] = Field(
        "mean",
        description="What stands for the document: the mean of its tokens; a learned class token; or learned "
        "self-attention.",
    )
    dropout: float = Field(
        0.1, ge=0, lt=1, description="Dropout of the embedded input, inside the layers and before the output layer."
    )
    attention_dropout: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="Dropout of the attention weights. At 0 a CPU computes attention about twice as fast.",
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
