"""The price of leakage: what one simple model gains when something is left in that cleaning removes."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.leakage import leakage_variants
from textstudy.report.language.numbers import interval_in_sentence, join_items, points, signed_interval
from textstudy.report.language.types import Finding, Report, finding


def price(report: Report) -> list[Finding]:
    """Which leaks change the test accuracy of the simple model: those whose interval excludes 0, and no other."""
    variants = leakage_variants(report)
    if len(variants) < 2:
        return []
    clean, *leaking = variants
    higher = [row for row in leaking if row["difference_low"] > 0]
    lower = [row for row in leaking if row["difference_high"] < 0]
    unclear = [row for row in leaking if row not in higher and row not in lower]
    parts = []
    if higher:
        parts.append(f"the accuracy is higher with {join_items([_change(row) for row in higher])}")
    if lower:
        parts.append(f"it is lower with {join_items([_change(row) for row in lower])}")
    if unclear:
        parts.append(f"no difference could be shown with {join_items([row['variant'] for row in unclear])}")
    text = (
        f"Price of leakage: a simple model ({report['leakage']['model']}) reaches {interval_in_sentence(_estimate(clean))} on clean "
        f"text; {'; '.join(parts)}."
    )
    return [finding("leakage", text, variants=variants)]


def _estimate(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "mean": row["accuracy"]}


def _change(row: Mapping[str, Any]) -> str:
    within = signed_interval(row["difference_low"], row["difference_high"])
    return f"{row['variant']} ({points(row['difference'])} points {within})"
