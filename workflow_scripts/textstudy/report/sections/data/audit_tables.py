"""Tables of the audit, with the price of leakage."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.many_classes import largest, note
from textstudy.report.language.numbers import MISSING, change_in_points, count, decimal, interval, percent
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.data.leakage_findings import accuracy_of

CONFLICTS_SHOWN, SUSPECTS_SHOWN, FEATURES_SHOWN = 15, 30, 12


def overlaps(report: Report) -> Table:
    """Return how many documents two splits share, for each two splits and each stage of the preparation."""
    audit = report["audit"]
    threshold = audit["near_threshold"]
    similarity = "0.7 or more" if threshold is None else f"{threshold:g} or more"
    splits = list(dict.fromkeys((row["first"], row["second"]) for row in audit["overlaps"]))
    rows = sorted(audit["overlaps"], key=lambda row: splits.index((row["first"], row["second"])))  # stages keep order
    return Table(
        "table-overlaps",
        "Audit: documents of the second split that the first split holds too. Stages: as parsed, after cleaning, "
        "after the removal of duplicates (all three by the official split), and in the final split. Exact: the same "
        f"text but for case and white space. Near: the word 5-grams have a Jaccard similarity of {similarity}. "
        "Contained: most 5-grams of the "
        "document stand in one document of the first split.",
        ["First split", "Second split", "Stage", "Documents", "Exact", "Near", "Contained (%)"], "lllrrrr",
        [
            [row["first"], row["second"], row["stage"], count(row["documents"]), count(row["exact"]),
             count(row["near"]), percent(row["contained"])]
            for row in rows
        ],
    )  # fmt: skip


def conflicts(report: Report) -> Table:
    """Return the duplicates whose label differs from that of the document they duplicate."""
    audit = report["audit"]
    rows = audit["label_conflicts"][:CONFLICTS_SHOWN]
    return Table(
        "table-conflicts",
        f"Duplicates with different labels: {count(len(rows))} of {count(audit['label_conflict_count'])}, the most "
        "similar first.",
        ["Document", "Its label", "Duplicate", "Its label", "Similarity", "Kept"],
        "llllrl",
        [
            [row["kept"], row["kept_label"], row["other"], row["label"], f"{row['similarity']:.2f}",
             "neither" if row["dropped"] else "the first"]
            for row in rows
        ],
    )  # fmt: skip


def suspects(report: Report) -> Table:
    """Return the strong features that look like remains of what cleaning removes."""
    return Table(
        "table-suspects",
        "Suspect words: each has a large weight in a linear model, looks like a name or a host, and cleaning removed "
        "most of its occurrences. A model that relies on such words may recognise authors instead of subjects.",
        ["Word", "Label", "Looks like", "Weight", "Removed (%)"],
        "lllrr",
        [
            [row["feature"], row["label"], row["looks_like"], decimal(row["weight"]), percent(row["removed_share"])]
            for row in report["audit"]["suspects"][:SUSPECTS_SHOWN]
        ],
    )


def top_features(report: Report) -> Table:
    """Return the words on which a linear model relies most, for each label; of many, for the largest."""
    features = report["audit"]["top_features"]
    return Table(
        "table-features",
        f"The {FEATURES_SHOWN} words with the largest weights for each label, in a linear model of the training "
        f"documents.{note(report, 'with the most documents')}",
        ["Label", "Words"],
        "ll",
        [
            [label, ", ".join(row["feature"] for row in features[label][:FEATURES_SHOWN]) or MISSING]
            for label in largest(report) if label in features
        ],
    )  # fmt: skip


def leakage(report: Report) -> Table:
    """Return the test accuracy of a simple model on clean text and with each leak; empty where no leak was measured."""
    measured = report["leakage"]
    kinds = sorted({kind for row in measured["variants"] for kind in row["unknown_groups"]})
    rows = []
    for place, row in enumerate(measured["variants"]):
        changes = [_change(row if place else None), *(_change(row["unknown_groups"].get(kind)) for kind in kinds)]
        rows.append([row["variant"], count(row["documents"]), interval(accuracy_of(row)), *changes])
    caption = (
        f"Price of leakage: test accuracy of {measured['model']} in per cent, and the difference from clean text in "
        "points. Each has its 95 % bootstrap interval over documents."
    )
    if kinds:
        caption += " The last columns have the difference on the test documents of groups without a training document."
    return Table(
        "table-leakage",
        caption,
        ["Variant", "Documents", "Accuracy", "Difference", *(f"Unknown {kind}" for kind in kinds)],
        "lrrr" + "r" * len(kinds),
        rows if len(rows) > 1 else [],
    )


def _change(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return MISSING
    return change_in_points(row["difference"], row["difference_low"], row["difference_high"])
