"""Settings of models that are trained again on training and validation documents."""

from typing import Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.derived import DerivedModel


class RefitModel(DerivedModel):
    """Another model of the study, trained again with the same settings on training and validation documents."""

    architecture: Literal["refit"]
    model: RuleName = Field(description="The model that is trained again.")
