"""The variants with which the price of leakage was measured."""

from typing import Any

from textstudy.report.language.types import Report


def leakage_variants(report: Report) -> list[dict[str, Any]]:
    """Return what leakage.json measured: the clean variant first, then those with something left in."""
    return report["leakage"]["variants"]
