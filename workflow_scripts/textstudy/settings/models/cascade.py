"""Settings of cascades."""

from typing import Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.joined import JoinedModel


class CascadeModel(JoinedModel):
    """Models asked one after the other, cheap ones first. The first that is sure answers; the last always does."""

    architecture: Literal["cascade"]
    members: list[RuleName] = Field(
        min_length=2, description="Names of the models that are asked, in this order: the cheap one first."
    )
    loss: float = Field(
        0.01,
        gt=0,
        lt=1,
        description="Accuracy that may be lost against the last member alone: 0.01 is one point. In nine of ten draws "
        "of validation documents, the thresholds chosen on them lose no more. The more may be lost, the fewer "
        "documents go on from one member to the next.",
    )

    @property
    def modules(self) -> list[str]:
        """How the thresholds are chosen."""
        return ["textstudy.train.cascades"]
