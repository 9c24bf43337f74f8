"""Settings of pretrained encoders with a head."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from textstudy.settings.base import RuleName, Settings, Share, problem
from textstudy.settings.models.base import NetworkModel, Strategy
from textstudy.settings.training import Training

FINE_TUNING = {
    "epochs": 3, "batch_size": 16, "learning_rate": 5e-5, "optimizer": "adamw", "weight_decay": 0.01,
    "schedule": "linear", "warmup_share": 0.1,
}  # fmt: skip
OF_ONE_STRATEGY = {"hybrid": "head_training", "lora": "lora"}
FINE_TUNING_ADAPTERS = FINE_TUNING | {"learning_rate": 5e-4}  # Hu et al. 2021, arXiv:2106.09685, appendix D


class LayerRates(Settings):
    """Learning rates of the parts of an encoder. Between the first and the last layer they lie on a geometric scale."""

    embeddings: float = Field(gt=0, description="Of the embeddings.")
    first: float = Field(gt=0, description="Of the first encoder layer.")
    last: float = Field(gt=0, description="Of the last encoder layer. The head learns at `training.learning_rate`.")


class Lora(Settings):
    """Adapters of low rank beside matrices of the encoder (Hu et al. 2021): `W x + alpha / rank · B A x`."""

    rank: int = Field(8, ge=1, description="Rows of A, and columns of B.")
    alpha: float = Field(8.0, gt=0, description="The adapter's output is multiplied by alpha / rank.")
    dropout: float = Field(0.0, ge=0, lt=1, description="Dropout of what an adapter reads, during training.")
    target_modules: tuple[str, ...] | None = Field(
        None,
        min_length=1,
        description="Names of the linear layers that get an adapter, such as `[query, key, value, dense]` of BERT. "
        "null: those that compute the queries and the values of the attention.",
    )


class PretrainedModel(NetworkModel):
    """A pretrained encoder with a classification head."""

    tokenizers: ClassVar[frozenset[str]] = frozenset({"wordpieces"})
    reads_windows: ClassVar[bool] = True

    architecture: Literal["pretrained"]
    encoding: RuleName = Field("wordpieces", description="The encoding that names the encoder.")
    strategy: Strategy = Field(
        "freeze",
        description="freeze: only the head learns, on states that are computed once; full: everything "
        "learns; hybrid: first the head, then everything; lora: the head learns, and small adapters in the encoder.",
    )
    pooling: Literal["auto", "cls", "mean", "pooler"] = Field(
        "auto",
        description="Which state stands for a document. auto: that of the encoder's pooler, or of [CLS] "
        "where it has none.",
    )
    window_pooling: Literal["mean", "max", "attention"] = Field(
        "mean",
        description="What stands for a document that its encoding reads in several windows: the mean of their states, "
        "the largest of each value, or a mean whose weights are learned.",
    )
    head: Literal["linear", "two_layer"] = Field(
        "two_layer", description="One linear layer, or two with an activation between them."
    )
    head_size: int | None = Field(None, ge=1, description="Width of the two-layer head. null: the encoder's width.")
    activation: Literal["relu", "gelu", "tanh"] = Field(
        "relu", description="Activation between the two layers of the head."
    )
    standardize: bool = Field(False, description="First scale the state of each document to mean 0 and variance 1.")
    dropout: float = Field(0.3, ge=0, lt=1, description="Dropout in the head.")
    attention_dropout: float | None = Field(
        0.0,
        ge=0,
        lt=1,
        description="Dropout of the encoder's attention weights during training. At 0 a CPU computes "
        "attention faster. null: as the encoder was pretrained.",
    )
    layer_rates: LayerRates | None = Field(None, description="Learning rates of the parts of the encoder.")
    layer_decay: Share | None = Field(
        None, description="Each layer learns at this share of the rate of the layer above it; instead of layer_rates."
    )
    gradient_checkpointing: bool = Field(
        False,
        description="Compute intermediate results a second time instead of keeping them. It takes less memory and "
        "about a third more arithmetic.",
    )
    head_training: Training | None = Field(
        None, description="How the head learns before everything does; for `hybrid`."
    )

    lora: Lora | None = Field(
        None,
        exclude_if=lambda value: value is None,  # models without adapters have the settings that they always had
        description="Size and place of the adapters; for `lora`.",
    )

    @classmethod
    def default_training(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the authors of BERT use (arXiv:1810.04805) where the encoder learns, else a head's settings."""
        strategy = settings.get("strategy", "freeze")
        return {} if strategy == "freeze" else FINE_TUNING_ADAPTERS if strategy == "lora" else FINE_TUNING

    @model_validator(mode="before")
    @classmethod
    def _give_a_strategy_its_settings(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            for strategy, key in OF_ONE_STRATEGY.items():
                if data.get("strategy") == strategy and data.get(key) is None:
                    return {**data, key: {}}
        return data

    @model_validator(mode="after")
    def _settings_fit_the_strategy(self) -> "PretrainedModel":
        for strategy, key in OF_ONE_STRATEGY.items():
            if getattr(self, key) is not None and self.strategy != strategy:
                raise problem(f"{key} belongs to strategy {strategy}")
        if self.layer_rates and self.layer_decay:
            raise problem("layer_rates and layer_decay exclude each other")
        of_the_encoder = ("gradient_checkpointing", "layer_decay", "layer_rates")
        idle = [name for name in of_the_encoder if getattr(self, name)]
        if self.strategy == "freeze" and idle:
            raise problem(f"{idle[0]} has no meaning where the encoder is frozen: choose another strategy")
        return self

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        how = {"freeze": "frozen", "lora": "fine-tuned by adapters"}.get(self.strategy, "fine-tuned")
        return f"pretrained encoder, {how}"

    @property
    def encoder_strategy(self) -> Strategy:
        """Which part of the encoder learns."""
        return self.strategy

    @property
    def holds_encoder(self) -> bool:
        """A head that learns alone reads the encoder's states instead."""
        return self.strategy != "freeze"

    @property
    def reads_states(self) -> bool:
        """A head that learns alone, or first, reads cached states."""
        return self.strategy in ("freeze", "hybrid")

    @property
    def modules(self) -> list[str]:
        """Adapters are a module of their own."""
        return super().modules + (["textstudy.models.adapters"] if self.lora else [])

    @property
    def attends(self) -> bool:
        """Attention may pool windows."""
        return self.window_pooling == "attention"

    @property
    def topics(self) -> set[str]:
        """Sections of the background chapter."""
        return {"attention", "transformer", "pretraining"}
