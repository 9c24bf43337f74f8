"""What every part of report.json shares: its base, how a key is described, and shapes that stand in many places."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base of every part of report.json: it holds the keys listed and no others, and its numbers are finite."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def key(meaning: str = "", *, names: str = "", public: bool = False, default: Any = ...) -> Any:
    """Return the field of one key.

    Args:
        meaning: what docs/reference/report-json.md says of it.
        names: of a mapping, what its own keys are names of: the paths in the documentation show it.
        public: whether the key, with all below it, is a public contract.
        default: as in `Field`; a key without one is always there.
    """
    extra = {name: value for name, value in {"names": names, "public": public}.items() if value}
    return Field(default, description=meaning or None, json_schema_extra=extra or None)


class Estimate(Part):
    """A figure with its 95 % bootstrap interval over documents."""

    mean: float
    low: float
    high: float


class Parameters(Part):
    """Numbers of parameters."""

    total: int
    trainable: int
    frozen: int
