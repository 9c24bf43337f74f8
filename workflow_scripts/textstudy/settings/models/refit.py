"""Settings of models that are trained again on training and validation documents."""

from typing import Literal

from textstudy.settings.base import RuleName
from textstudy.settings.models.derived import DerivedModel


class RefitModel(DerivedModel):
    """Another model of the study, trained as chosen there, on training and validation documents together."""

    architecture: Literal["refit"]
    model: RuleName
