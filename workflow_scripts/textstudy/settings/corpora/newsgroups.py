"""Settings of 20 Newsgroups."""

from typing import Literal

from pydantic import Field

from textstudy.settings.base import Name
from textstudy.settings.corpora.base import CorpusSettings
from textstudy.settings.corpora.sample import Sample


class NewsgroupsCorpus(CorpusSettings):
    """20 Newsgroups, the bydate version with headers, as published (archive or extracted tree)."""

    kind: Literal["newsgroups"]
    name: Name = Field("newsgroups", description="folder of the corpus under results/corpora")
    resource: str = Field("20newsgroups", description="resource that holds the messages")
    groups: dict[str, list[str]] | None = Field(
        None, description="label → groups, to recast the task; default: each group a label"
    )
    sample: Sample | None = Field(None, description="stratified sample of the messages; default: all")

    @property
    def classes(self) -> int:
        """The labels of `groups`, or the twenty groups."""
        return len(set(self.groups)) if self.groups else 20
