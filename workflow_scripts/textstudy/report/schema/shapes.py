"""Shared by all parts of report.json: their base class, the description of a key, and common shapes."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base class of every part of report.json: it has the listed keys and no others, and its numbers are finite."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def key(meaning: str = "", *, names: str = "", public: bool = False, default: Any = ...) -> Any:
    """Return the field of one key.

    Args:
        meaning: its description in docs/reference/report-json.md.
        names: what the keys of a mapping are; the paths in the documentation show it.
        public: whether the key and all keys below it are a public contract.
        default: as in `Field`; a key without a default must be there.
    """
    extra = {name: value for name, value in {"names": names, "public": public}.items() if value}
    return Field(default, description=meaning or None, json_schema_extra=extra or None)


class Estimate(Part):
    """A value with its 95 % interval."""

    mean: float
    low: float
    high: float


class Parameters(Part):
    """Numbers of parameters."""

    total: int
    trainable: int
    frozen: int
