"""Settings of ensembles."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from textstudy.settings.base import problem
from textstudy.settings.models.base import TrainedModel
from textstudy.settings.models.joined import JoinedModel


class EnsembleModel(JoinedModel, TrainedModel):
    """A combination of the predictions of other models. It reads their prediction files and loads no model."""

    architecture: Literal["ensemble"]
    method: Literal["average", "pool", "stacked", "learned"] = Field(
        "pool",
        description="average: mean of the probabilities; pool: their weighted product; stacked: logistic "
        "regression on them; learned: a small network.",
    )
    fitted_on: Literal["validation", "train"] = Field(
        "validation",
        description="Fit on validation documents, which the members were not trained on, or on their "
        "training documents.",
    )
    regularization: tuple[float, ...] = Field(
        (0.001, 0.01, 0.1, 1.0), min_length=1, description="Values of C that `stacked` tries. Cross-validation chooses."
    )

    @classmethod
    def default_training(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return how the small network of `learned` learns."""
        return {"epochs": 30, "batch_size": 64, "schedule": "cosine"}

    @model_validator(mode="after")
    def _nothing_to_watch(self) -> "EnsembleModel":
        if self.training.schedule == "plateau":
            raise problem("schedule plateau watches the validation loss, and an ensemble has no validation left")
        return self

    @property
    def modules(self) -> list[str]:
        """Only a learned ensemble has a network."""
        return ["textstudy.train.meta_model"] if self.method == "learned" else []

    @property
    def settings_read(self) -> dict[str, Any]:
        """Its settings, without those of other methods."""
        unread = {
            "average": {"fitted_on", "regularization", "training"},
            "pool": {"regularization", "training"},
            "stacked": {"training"},
            "learned": {"regularization"},
        }[self.method]
        return self.model_dump(mode="json", exclude=unread)
