"""Settings of learning curves over training size."""

from typing import Annotated

from pydantic import Field

from textstudy.settings.base import Distinct, RuleName, Settings, Share


class LearningCurve(Settings):
    """How accuracy grows with the number of training documents, and what more labels would bring."""

    models: tuple[RuleName, ...] | None = Field(
        None, description="Models that are trained on fewer documents. null: all but ensembles and refits."
    )
    shares: Annotated[tuple[Share, ...], Distinct] = Field(
        (0.1, 0.2, 0.4, 0.7),
        min_length=3,
        description="Shares of the training documents. Each model is trained once with each share and seed.",
    )
