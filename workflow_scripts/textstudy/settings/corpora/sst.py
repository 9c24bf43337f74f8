"""Settings of the Stanford Sentiment Treebank."""

from typing import Literal

from pydantic import Field

from textstudy.settings.base import Name
from textstudy.settings.corpora.base import CorpusSettings


class SstCorpus(CorpusSettings):
    """Stanford Sentiment Treebank: sentences of film reviews, or all phrases in them, with five labels."""

    kind: Literal["sst"]
    name: Name = Field("sst", description="Folder of the corpus under results/corpora.")
    resource: str = Field("sst", description="The resource that holds the trees.")
    phrases: bool = Field(
        False, description="Train on every phrase of the training trees. Validation and test are always sentences."
    )

    @property
    def classes(self) -> int:
        """From very negative to very positive."""
        return 5
