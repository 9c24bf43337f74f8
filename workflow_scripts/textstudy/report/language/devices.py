"""How devices are written."""

from collections.abc import Mapping
from typing import Any


def device_names(model: Mapping[str, Any]) -> str:
    """Return the devices and precisions with which a model was trained: "cuda, bfloat16"."""
    return "; ".join(f"{used['device']}, {used['precision']}" for used in model["devices"])
