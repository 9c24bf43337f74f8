"""Devices in words."""

from collections.abc import Mapping
from typing import Any


def device_names(model: Mapping[str, Any]) -> str:
    """Return on what and in which precision the runs of a model were trained: "cuda, bfloat16"."""
    return "; ".join(f"{used['device']}, {used['precision']}" for used in model["devices"])
