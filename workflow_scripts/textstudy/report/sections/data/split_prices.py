"""The price of time and of groups: what a random test part promises that a later or an unknown one does not hold."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import (
    change_in_points,
    count,
    interval,
    interval_in_sentence,
    join_items,
    percent,
)
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Finding, Report, finding


def table(report: Report) -> Table:
    """Return the accuracy of the simple model on random and on strict test parts, for time and each kind of group."""
    return Table(
        "table-split-prices",
        f"Price of time and of groups: test accuracy of {report['leakage']['model']} in per cent, on a test part drawn "
        "at random, and on one of the same size that is later than all training documents or has no group in common "
        "with them; and the difference in points. Each has its 95 % bootstrap interval over documents.",
        ["Price of", "Training", "Test", "At random", "Later or unknown", "Difference"],
        "lrrrrr",
        [
            [row["by"], count(row["train"]), count(row["test"]), interval(row["random"]), interval(row["strict"]),
             _change(row)]
            for row in report["leakage"]["splits"]
        ],
    )  # fmt: skip


def findings(report: Report) -> list[Finding]:
    """Return one finding: how much less accurate the simple model is on later documents, and on those of new groups."""
    rows = report["leakage"]["splits"]
    if not rows:
        return []
    dearer = [row for row in rows if row["difference"]["low"] > 0]
    cheaper = [row for row in rows if row["difference"]["high"] < 0]
    unclear = [f"on {_strict(row)} ({_change(row)})" for row in rows if row not in dearer and row not in cheaper]
    model = f"the simple model ({report['leakage']['model']})"
    parts = [f"Trained and tested on splits of the same size, {model} scores as follows."]
    for row in dearer + cheaper:
        parts.append(
            f"It has {interval_in_sentence(row['random'])} on a random test part and "
            f"{interval_in_sentence(row['strict'])} on {_strict(row)} ({_change(row)})."
        )
    if unclear:
        parts.append(f"No difference from a random test part is shown {join_items(unclear)}.")
    return [finding("split_prices", _headline(rows, dearer), details=" ".join(parts), splits=rows)]


def _headline(rows: list[Mapping[str, Any]], dearer: list[Mapping[str, Any]]) -> str:
    if not dearer:
        return f"No loss of accuracy is shown on {join_items([_texts(row) for row in rows])}."
    row = max(dearer, key=lambda each: each["difference"]["mean"])
    return f"On {_texts(row)}, a simple model loses {percent(row['difference']['mean'])} points of accuracy."


def _texts(row: Mapping[str, Any]) -> str:
    return "later texts" if row["by"] == "time" else f"texts of an unknown {row['by']}"


def _strict(row: Mapping[str, Any]) -> str:
    return "one that is later than training" if row["by"] == "time" else f"one where every {row['by']} is unknown"


def _change(row: Mapping[str, Any]) -> str:
    """Return what the strict test part changes: "−2.3 points [−3.7, −0.9]"."""
    change = row["difference"]
    return change_in_points(-change["mean"], -change["high"], -change["low"], "points")
