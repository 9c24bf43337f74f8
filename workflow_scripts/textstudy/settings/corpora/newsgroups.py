"""Settings of 20 Newsgroups."""

from typing import Literal

from pydantic import Field

from textstudy.settings.base import Name
from textstudy.settings.corpora.base import CorpusSettings
from textstudy.settings.corpora.sample import Sample


class NewsgroupsCorpus(CorpusSettings):
    """20 Newsgroups: the published bydate version with headers, as an archive."""

    kind: Literal["newsgroups"]
    name: Name = Field("newsgroups", description="Folder of the corpus under results/corpora.")
    resource: str = Field("20newsgroups", description="The resource that holds the messages.")
    groups: dict[str, list[str]] | None = Field(
        None, description="Label → groups, to make another task of the twenty groups. null: each group is a label."
    )
    sample: Sample | None = Field(None, description="Use a stratified sample of the messages. null: all.")

    @property
    def classes(self) -> int:
        """The labels of `groups`, or the twenty groups."""
        return len(set(self.groups)) if self.groups else 20
