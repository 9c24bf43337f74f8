"""Settings of nearest neighbours."""

from typing import ClassVar, Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.base import Learner, ModelSettings


class NeighboursModel(ModelSettings):
    """The nearest training documents vote on the class of a document. Documents are compared by a frozen encoder."""

    learner: ClassVar[Learner] = "neighbours"
    deterministic: ClassVar[bool] = True
    tokenizers: ClassVar[frozenset[str]] = frozenset({"wordpieces"})
    grids: ClassVar[tuple[str, ...]] = ("neighbours", "temperature")

    architecture: Literal["neighbours"]
    encoding: RuleName = Field("wordpieces", description="The encoding of the encoder whose states are compared.")
    strategy: Literal["freeze"] = Field("freeze", description="The encoder is used as it is.")
    pooling: Literal["auto", "cls", "mean", "pooler"] = Field(
        "mean", description="Which state stands for a document; as for `pretrained`."
    )
    neighbours: tuple[int, ...] = Field(
        (20, 50, 100), min_length=1, description="Numbers of neighbours that are tried. Validation chooses."
    )
    temperature: tuple[float, ...] = Field(
        (0.03, 0.05, 0.1),
        min_length=1,
        description="Temperatures of the softmax over the cosines that are tried. Validation chooses.",
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
