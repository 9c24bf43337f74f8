"""What every kind of model states about itself, once; layout, rules, cards and the report ask its class."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from textstudy.settings.base import Settings
from textstudy.settings.training import Training

Learner = Literal["linear", "network", "neighbours", "kernel", "ensemble", "prompted"]
Input = Literal["split", "encoding", "glove", "distilled", "features", "encoder"]
Strategy = Literal["freeze", "full", "hybrid", "lora"]


class ModelSettings(Settings):
    """Base of the settings of every kind of model.

    A kind is a subclass with a literal field `architecture`, in a file of this folder that is named like it. Its model
    is `textstudy/models/ARCHITECTURE.py`. The defaults below describe a network that reads token ids.

    Attributes:
        learner: how it learns; the script `train_LEARNER.py` trains it.
        uses_torch: whether it predicts with torch, so that its runs may take a GPU.
        deterministic: whether every seed gives the same run.
        tokenizers: the tokenizers whose encodings it reads; empty where it reads none.
        reads_windows: whether it reads encodings with `windows`, where a document has several.
        grids: settings that list values, which each training tries on validation.
        name_in_sentence: what the report calls this kind of model.
        default_training: where it differs from the defaults of `Training`.
    """

    learner: ClassVar[Learner] = "network"
    uses_torch: ClassVar[bool] = True
    deterministic: ClassVar[bool] = False
    tokenizers: ClassVar[frozenset[str]] = frozenset()
    reads_windows: ClassVar[bool] = False
    grids: ClassVar[tuple[str, ...]] = ()

    title: str = Field("", description="Name shown in the report.")
    temperature_scaling: bool = Field(
        False,
        description="Divide the logits by a temperature that is fitted on the validation documents (Guo et al. 2017), "
        "so that the probabilities are less or more confident. The answers stay the same. No training is repeated.",
    )

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return self.architecture.replace("_", " ")

    @property
    def encoder_strategy(self) -> Strategy | None:
        """Which part of a pretrained encoder learns; None where the choice is not offered."""
        return None

    @property
    def holds_encoder(self) -> bool:
        """Whether a pretrained encoder is part of the network, and not only its tokenizer or what made its states."""
        return False

    @property
    def reads_states(self) -> bool:
        """Whether it reads the cached states of a frozen encoder."""
        return False

    @property
    def attends(self) -> bool:
        """Whether it uses the attention of `textstudy.models.attention`."""
        return False

    @property
    def host(self) -> str | None:
        """The machine that the texts are sent to; None where they stay on this one."""
        return None

    @property
    def costly(self) -> bool:
        """Whether it costs too much to examine it in ways that a study does not ask for by its name."""
        return False

    @property
    def predictor(self) -> str | None:
        """The module in `evaluate` that predicts with this kind; None where its model does."""
        return "networks" if self.uses_torch else None

    @property
    def describer(self) -> str | None:
        """The module in `describe` that knows its parts; None where the general one does."""
        return "networks" if self.uses_torch else None

    @property
    def encodings(self) -> frozenset[str]:
        """The tokenizers whose encodings these settings can read."""
        return self.tokenizers

    @property
    def inputs(self) -> set[Input]:
        """The prepared data that its training reads."""
        found: set[Input] = {"encoding"}
        if self.reads_states:
            found.add("features")
        if self.holds_encoder:
            found.add("encoder")
        return found

    @property
    def modules(self) -> list[str]:
        """The modules that its training imports by name, so that other models do not depend on their code."""
        found = [f"textstudy.models.{self.architecture}"]
        if self.attends:
            found.append("textstudy.models.attention")
        if self.holds_encoder:
            found.append("textstudy.encode.encoders")
        return found

    @property
    def topics(self) -> set[str]:
        """What a reader of the report must know to understand it: sections of the background chapter."""
        return {"attention"} if self.attends else set()

    @property
    def settings_read(self) -> dict[str, Any]:
        """Its settings, without those that have no effect together with the others."""
        return self.model_dump(mode="json")

    @property
    def comparable_settings(self) -> dict[str, Any] | None:
        """Its settings in terms that a related architecture shares; None where there is none."""
        return None

    def facts(self) -> dict[str, Any]:
        """Return what report.json says of this kind of model."""
        return {
            "learner": self.learner,
            "name_in_sentence": self.name_in_sentence,
            "encoder_strategy": self.encoder_strategy,
            "reads_states": self.reads_states,
            "topics": sorted(self.topics),
            "comparable_settings": self.comparable_settings,
        }


class TrainedModel(ModelSettings):
    """A model that learns in epochs. Settings of its training that are not given are those of its kind."""

    training: Training = Field(
        default_factory=Training,
        description="How the model learns. Settings that are not given have the defaults of its kind of model.",
    )

    @classmethod
    def default_training(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the training settings of this kind of model, where they differ from the defaults of `Training`."""
        return {}

    @model_validator(mode="before")
    @classmethod
    def _fill_training(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or not isinstance(data.get("training", {}), Mapping):
            return data
        return {**data, "training": with_defaults(cls.default_training(data), data.get("training", {}))}


class NetworkModel(TrainedModel):
    """A network that learns from documents or their states, in one process or in several."""

    gpu: int = Field(
        1,
        ge=1,
        exclude_if=lambda count: count == 1,  # models on one GPU have the settings that they always had
        description="GPUs that train a run together. Each batch is divided among as many processes; without a GPU, "
        "these share the processors.",
    )

    @property
    def modules(self) -> list[str]:
        """Only what several processes train depends on how they share it."""
        return super().modules + (["textstudy.train.processes", "textstudy.train.together"] if self.gpu > 1 else [])


def with_defaults(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return training settings with the defaults of a kind; of the two sizes of a batch, the one given counts."""
    if given.get("batch_tokens") is not None or given.get("batch_size") is not None:
        defaults = {key: value for key, value in defaults.items() if key not in ("batch_tokens", "batch_size")}
    return {**defaults, **given}
