"""Settings of how a network learns."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from textstudy.settings.base import Settings, Share, problem


class Training(Settings):
    """How a network learns."""

    epochs: int = Field(20, ge=1, description="most epochs")
    batch_tokens: int | None = Field(
        None,
        gt=0,
        description="tokens in a padded batch; documents of like length share one; a step is the mean over its "
        "documents, so long ones, of which fewer fit, weigh more than short ones",
    )
    batch_size: int | None = Field(
        None, gt=0, description="documents in a batch, instead of batch_tokens; 32 where neither is given"
    )
    learning_rate: float = Field(1e-3, gt=0)
    optimizer: Literal["adam", "adamw"] = "adam"
    weight_decay: float = Field(
        0.0,
        ge=0,
        description="adamw leaves biases and normalisation weights out; adam applies it to all, as an L2 penalty",
    )
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = Field(1e-8, gt=0)
    schedule: Literal["constant", "linear", "cosine", "plateau"] = Field(
        "constant", description="course of the learning rate"
    )
    warmup_share: float = Field(
        0.0, ge=0, lt=1, description="share of the steps in which the learning rate rises from 0"
    )
    plateau_patience: int = Field(3, ge=0, description="epochs without a better validation loss before the rate falls")
    plateau_factor: Share = Field(0.5, description="factor by which the rate falls on a plateau")
    label_smoothing: float = Field(0.0, ge=0, lt=1)
    class_weights: bool = Field(
        False, description="weight the loss by 1 / class count, normalised to sum to the number of classes"
    )
    gradient_clip: float | None = Field(1.0, gt=0, description="largest norm of the gradient; null: no clipping")
    accumulation: int = Field(1, ge=1, description="batches whose gradients make one step")
    patience: int | None = Field(
        None, ge=1, description="stop after so many epochs without a better validation score; null: never"
    )
    select_by: Literal["accuracy", "macro_f1", "loss"] = Field(
        "accuracy", description="validation score that chooses the epoch"
    )
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "float32",
        description="of the arithmetic; auto: bfloat16 where the hardware computes in it, float16 on older GPUs",
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
