"""Kinds of models: one file each. A new kind is a new file here, and its model in `textstudy/models`."""

from typing import Annotated, Union

from pydantic import Field, TypeAdapter

from textstudy.settings.kinds import find_kinds
from textstudy.settings.models.derived import DerivedModel

KINDS = find_kinds(__name__, __path__, "architecture")
DefinedModel = Annotated[
    Union[tuple(kind for kind in KINDS.values() if not issubclass(kind, DerivedModel))],  # noqa: UP007
    Field(discriminator="architecture"),
]
Model = Annotated[Union[tuple(KINDS.values())], Field(discriminator="architecture")]  # noqa: UP007
AS_MODEL = TypeAdapter(DefinedModel)  # once: building it takes longer than a hundred validations
