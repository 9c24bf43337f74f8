"""Devices in words."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import MISSING


def devices(model: Mapping[str, Any]) -> str:
    """Return on what and in which precision the runs of a model were trained: "cuda, bfloat16"."""
    return "; ".join(f"{used['device']}, {used['precision']}" for used in model.get("devices") or []) or MISSING
