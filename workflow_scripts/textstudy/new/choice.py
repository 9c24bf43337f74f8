"""What is chosen for one setting, and why."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Choice:
    """The value of a setting and the reason for it, a phrase that people read behind it and beside it in the file."""

    value: Any
    reason: str


def listing(names: list[str], most: int = 6) -> str:
    """Return names in quotation marks, those after the first few as a number."""
    shown = [repr(name if len(name) <= 40 else name[:37] + "...") for name in names[:most]]
    return ", ".join(shown) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def alternatives(names: list[str], most: int = 6) -> str:
    """Return names in quotation marks with "or" between them, those after the first few as a number."""
    return " or ".join(map(repr, names[:most])) + (f" (or {len(names) - most} more)" if len(names) > most else "")


def share(value: float) -> str:
    """Return a share as people say it: "none", "under 1 %", "12 %", "all"."""
    if value in (0, 1):
        return "all" if value else "none"
    return "under 1 %" if value < 0.01 else f"{min(value, 0.99):.0%}".replace("%", " %")
