"""Settings of how a network learns."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from textstudy.settings.base import Settings, Share, problem


class Training(Settings):
    """How a network learns."""

    epochs: int = Field(20, ge=1, description="Largest number of epochs.")
    batch_tokens: int | None = Field(
        None,
        gt=0,
        description="Tokens in a padded batch. Documents of similar length share one. Every batch counts the "
        "same, so a long document, of which fewer fit, weighs more than a short one.",
    )
    batch_size: int | None = Field(
        None, gt=0, description="Documents in a batch, instead of batch_tokens. 32 where neither is given."
    )
    learning_rate: float = Field(0.001, gt=0, description="Learning rate, before the schedule changes it.")
    optimizer: Literal["adam", "adamw"] = Field("adam", description="Optimizer.")
    weight_decay: float = Field(
        0.0,
        ge=0,
        description="adamw: decoupled weight decay, not for biases and normalisation weights. adam: an L2 "
        "penalty on all parameters.",
    )
    betas: tuple[float, float] = Field((0.9, 0.999), description="Decay rates of the optimizer's two moments.")
    epsilon: float = Field(1e-08, gt=0, description="Added to the denominator of the optimizer's step.")
    schedule: Literal["constant", "linear", "cosine", "plateau"] = Field(
        "constant", description="Course of the learning rate."
    )
    warmup_share: float = Field(
        0.0, ge=0, lt=1, description="Share of the steps in which the learning rate rises from 0."
    )
    plateau_patience: int = Field(
        3, ge=0, description="plateau: epochs without a better validation loss before the learning rate falls."
    )
    plateau_factor: Share = Field(0.5, description="plateau: factor by which it falls.")
    label_smoothing: float = Field(
        0.0, ge=0, lt=1, description="Probability that is spread evenly over all classes of the target."
    )
    class_weights: bool = Field(False, description="Weight the loss of each class by the inverse of its frequency.")
    gradient_clip: float | None = Field(1.0, gt=0, description="Largest norm of the gradient. null: no clipping.")
    accumulation: int = Field(1, ge=1, description="Batches whose gradients make one step.")
    patience: int | None = Field(
        None, ge=1, description="Stop after this many epochs without a better validation score. null: never."
    )
    select_by: Literal["accuracy", "macro_f1", "loss"] = Field(
        "accuracy", description="The validation score that selects the epoch whose weights are kept."
    )
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "float32",
        description="Precision of the arithmetic. auto: bfloat16 where the hardware supports it, float16 on "
        "older GPUs, else float32.",
    )

    @model_validator(mode="before")
    @classmethod
    def _default_batch(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and data.get("batch_tokens") is None and data.get("batch_size") is None:
            return {**data, "batch_size": 32}
        return data

    @model_validator(mode="after")
    def _one_batch_rule(self) -> "Training":
        if self.batch_tokens is not None and self.batch_size is not None:
            raise problem("batch_tokens and batch_size exclude each other")
        return self
