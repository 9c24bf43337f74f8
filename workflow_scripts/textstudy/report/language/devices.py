"""How devices are written."""

from collections.abc import Iterable, Mapping
from typing import Any


def device_names(model: Mapping[str, Any]) -> str:
    """Return the devices and precisions with which a model was trained: "cuda, bfloat16"."""
    return "; ".join(f"{used['device']}, {used['precision']}" for used in model["devices"])


def unused_gpus(models: Iterable[Mapping[str, Any]]) -> str:
    """Return a sentence for each reason why a GPU was there but not used, each with a blank before it."""
    reasons = {used.get("unused_gpu") for model in models for used in model["devices"]} - {None}
    return "".join(f" A GPU was not used: {reason}." for reason in sorted(reasons))
