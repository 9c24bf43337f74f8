"""Settings that all models share which keep the states of training documents."""

from typing import ClassVar, Literal

from pydantic import Field

from textstudy.settings.base import RuleName
from textstudy.settings.models.base import ModelSettings


class RememberedModel(ModelSettings):
    """A model that compares documents by the states of a frozen encoder."""

    deterministic: ClassVar[bool] = True
    tokenizers: ClassVar[frozenset[str]] = frozenset({"wordpieces"})

    encoding: RuleName = Field("wordpieces", description="The encoding of the encoder whose states are compared.")
    strategy: Literal["freeze"] = Field("freeze", description="The encoder is used as it is.")
    pooling: Literal["auto", "cls", "mean", "pooler"] = Field(
        "mean", description="Which state stands for a document; as for `pretrained`."
    )

    @property
    def reads_states(self) -> bool:
        """Documents are compared by their states."""
        return True

    @property
    def topics(self) -> set[str]:
        """Sections of the background chapter."""
        return {"attention", "transformer", "pretraining", self.architecture}
