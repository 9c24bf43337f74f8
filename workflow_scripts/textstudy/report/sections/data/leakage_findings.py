"""The price of leakage: what one simple model gains when the texts keep something that cleaning removes."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import change_in_points, count, interval_in_sentence, join_items, percent
from textstudy.report.language.types import Finding, Report, finding


def price(report: Report) -> list[Finding]:
    """Return one finding: which leaks change the test accuracy of the simple model.

    Only a leak whose interval of the difference excludes 0 is said to change it.
    """
    variants = report["leakage"]["variants"]
    if len(variants) < 2:
        return []
    clean, *leaking = variants
    higher = [row for row in leaking if row["difference_low"] > 0]
    lower = [row for row in leaking if row["difference_high"] < 0]
    unclear = [row["variant"] for row in leaking if row not in higher and row not in lower]
    sample = report["leakage"]["sample"]
    drawn = f", measured on a random sample of {count(sample)} documents," if sample else ""
    parts = [
        f"On clean text, the simple model ({report['leakage']['model']}){drawn} has a test accuracy of "
        f"{interval_in_sentence(accuracy_of(clean))}."
    ]
    if higher:
        parts.append(f"Its accuracy is higher with {join_items([_change(row) for row in higher])}.")
    if lower:
        parts.append(f"Its accuracy is lower with {join_items([_change(row) for row in lower])}.")
    if unclear:
        parts.append(f"No difference is shown with {join_items(unclear)}.")
    parts += _recognitions(higher)
    text = "Nothing that cleaning removes is shown to make a simple model more accurate."
    if higher:
        worst = max(higher, key=lambda row: row["difference"])
        text = (
            f"With {worst['variant']}, a simple model would seem {percent(worst['difference'])} points more accurate "
            "than it is."
        )
    return [finding("leakage", text, details=" ".join(parts), variants=variants)]


def _recognitions(higher: list[Mapping[str, Any]]) -> list[str]:
    """Return for each kind of group the leaks whose gain is not shown where the group is unknown."""
    parts = []
    for kind in sorted({kind for row in higher for kind in row["unknown_groups"]}):
        lost = [
            row["variant"] for row in higher
            if kind in row["unknown_groups"] and row["unknown_groups"][kind]["difference_low"] <= 0
        ]  # fmt: skip
        if lost:
            parts.append(f"On test documents with an unknown {kind}, no gain is shown with {join_items(lost)}.")
    return parts


def accuracy_of(variant: Mapping[str, Any]) -> dict[str, float]:
    """Return the test accuracy of a variant with its interval, as `numbers.interval` takes it."""
    return {"mean": variant["accuracy"], "low": variant["low"], "high": variant["high"]}


def _change(row: Mapping[str, Any]) -> str:
    """Return a leak with what it changes: "headers left in (+12.0 points [+9.8, +14.3])"."""
    change = change_in_points(row["difference"], row["difference_low"], row["difference_high"], "points")
    return f"{row['variant']} ({change})"
