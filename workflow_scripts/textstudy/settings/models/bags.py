"""What models have in common that average vectors, whose table learns by sparse gradients."""

from pydantic import model_validator

from textstudy.settings.base import problem
from textstudy.settings.models.base import TrainedModel


class Bag(TrainedModel):
    """A model that averages vectors. A step changes those vectors alone that its batch reads."""

    @model_validator(mode="after")
    def _nothing_decays(self) -> "Bag":
        if self.training.weight_decay:
            raise problem(
                f"weight_decay is {self.training.weight_decay}, and vectors that learn by sparse gradients do not "
                f"decay: leave it out"
            )
        return self

    @property
    def modules(self) -> list[str]:
        """Gradients of the vectors are sparse."""
        return [*super().modules, "textstudy.train.sparse"]

    @property
    def topics(self) -> set[str]:
        """Sections of the background chapter."""
        return {"averages"}
