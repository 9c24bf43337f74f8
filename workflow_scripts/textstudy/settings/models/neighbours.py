"""Settings of nearest neighbours."""

from typing import ClassVar, Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.base import Learner, ModelSettings


class NeighboursModel(ModelSettings):
    """The training documents nearest to a document, by the states of a frozen encoder, vote on its class."""

    learner: ClassVar[Learner] = "neighbours"
    deterministic: ClassVar[bool] = True
    tokenizers: ClassVar[frozenset[str]] = frozenset({"wordpieces"})

    architecture: Literal["neighbours"]
    encoding: RuleName = "wordpieces"
    strategy: Literal["freeze"] = Field("freeze", description="the encoder is used as it is")
    pooling: Literal["auto", "cls", "mean", "pooler"] = Field("mean", description="as for `pretrained`")
    neighbours: tuple[int, ...] = Field(
        (20, 50, 100), min_length=1, description="how many vote; validation chooses among these"
    )
    temperature: tuple[float, ...] = Field(
        (0.03, 0.05, 0.1),
        min_length=1,
        description="of the softmax over the neighbours' cosines; validation chooses among these",
    )

    @property
    def name_in_sentence(self) -> str:
        """What the report calls this kind of model."""
        return "nearest neighbours"

    @property
    def reads_states(self) -> bool:
        """Documents are compared by their states."""
        return True

    @property
    def topics(self) -> set[str]:
        """Sections of the background chapter."""
        return {"attention", "transformer", "pretraining", "neighbours"}
