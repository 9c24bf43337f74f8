"""What models have in common that are made from another entry of the study."""

from pydantic import Field

from textstudy.settings.base import Settings


class DerivedModel(Settings):
    """A model that turns out to be another one: see `Study.candidates`."""

    title: str = Field("", description="Name shown in the report.")
