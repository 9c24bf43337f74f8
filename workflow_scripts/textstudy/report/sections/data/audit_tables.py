"""Tables of what happened to the documents on their way, and of what the audit found."""

from textstudy.report.language.leakage import leakage_variants
from textstudy.report.language.numbers import MISSING, count, decimal, interval, percent, points, signed_interval
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

CONFLICTS_SHOWN, SUSPECTS_SHOWN, FEATURES_SHOWN = 15, 30, 12


def ledger(report: Report) -> Table:
    """Every step that dropped or moved documents, why, and what was left in each split."""
    entries = report.get("ledger") or []
    known = [split for split in ("train", "validation", "test") if any(split in row["by_split"] for row in entries)]
    other = sorted({split for row in entries for split in row["by_split"]} - set(known))
    splits = known + other
    return Table(
        "table-ledger",
        "The ledger: documents before and after each step, and after it in each split (official, then ours).",
        ["Step", "Reason", "In", "Out", "Dropped", *(split or "no split" for split in splits)],
        "llrrr" + "r" * len(splits),
        [
            [row["step"], row["reason"], count(row["documents_in"]), count(row["documents_out"]),
             count(row["documents_in"] - row["documents_out"]),
             *(count(row["by_split"].get(split)) for split in splits)]
            for row in entries
        ],
    )  # fmt: skip


def overlaps(report: Report) -> Table:
    """For each two splits, how many documents of one also stand in the other, stage by stage."""
    found = (report.get("audit") or {}).get("overlaps") or []
    threshold = (report.get("audit") or {}).get("near_threshold")
    alike = f"at least {threshold:g}" if threshold is not None else "0.7 or more"
    splits = list(dict.fromkeys((row["first"], row["second"]) for row in found))
    order = sorted(found, key=lambda row: splits.index((row["first"], row["second"])))  # stages keep their order
    return Table(
        "table-overlaps",
        "The audit: documents of the second split that stand in the first too, as parsed, after cleaning, after "
        "overlaps were taken out (each by the official split) and in the final split. Exact: the same words; near: "
        f"word 5-grams with a Jaccard similarity of {alike}; contained: most 5-grams lie within one other document.",
        ["First split", "Second split", "Stage", "Documents", "Exact", "Near", "Contained (%)"], "lllrrrr",
        [
            [row["first"], row["second"], row["stage"], count(row["documents"]), count(row["exact"]),
             count(row["near"]), percent(row["contained"])]
            for row in order
        ],
    )  # fmt: skip


def conflicts(report: Report) -> Table:
    """Duplicates that carry another label than the document kept."""
    audit = report.get("audit") or {}
    rows = audit.get("label_conflicts") or []
    return Table(
        "table-conflicts",
        f"Duplicates under different labels: {count(min(len(rows), CONFLICTS_SHOWN))} of "
        f"{count(audit.get('label_conflict_count', len(rows)))}, the most similar first.",
        ["Kept document", "Its label", "Duplicate", "Its label", "Similarity"],
        "llllr",
        [
            [row["kept"], row["kept_label"], row["other"], row["label"], f"{row['similarity']:.2f}"]
            for row in rows[:CONFLICTS_SHOWN]
        ],
    )


def suspects(report: Report) -> Table:
    """Strong features that look like remains of what cleaning removes."""
    rows = (report.get("audit") or {}).get("suspects") or []
    return Table(
        "table-suspects",
        "Suspects: words with a large weight in a linear model although cleaning removed most of their occurrences, "
        "and which look like a name or a host. A model that leans on them may recognise authors rather than subjects.",
        ["Word", "Label", "Looks like", "Weight", "Removed (%)"],
        "lllrr",
        [
            [row["feature"], row["label"], row["looks_like"], decimal(row["weight"]), percent(row["removed_share"])]
            for row in rows[:SUSPECTS_SHOWN]
        ],
    )


def top_features(report: Report) -> Table:
    """The words on which a linear model relies most, for each label."""
    features = (report.get("audit") or {}).get("top_features") or {}
    return Table(
        "table-features",
        f"The {FEATURES_SHOWN} words with the largest weight for each label in a linear model of the training "
        "documents.",
        ["Label", "Words"],
        "ll",
        [
            [label, ", ".join(row["feature"] for row in rows[:FEATURES_SHOWN]) or MISSING]
            for label, rows in features.items()
        ],
    )


def leakage(report: Report) -> Table:
    """What a simple model scores on clean text and with each leak left in."""
    rows = []
    for place, row in enumerate(leakage_variants(report)):
        change = f"{points(row['difference'])} {signed_interval(row['difference_low'], row['difference_high'])}"
        estimate = {**row, "mean": row["accuracy"]}
        rows.append([row["variant"], count(row["documents"]), interval(estimate), change if place else MISSING])
    model = (report.get("leakage") or {}).get("model", "one simple model")
    return Table(
        "table-leakage",
        f"Price of leakage: test accuracy of {model} in per cent, and the difference to clean text in points, "
        "each with its 95 % bootstrap interval over documents.",
        ["Variant", "Documents", "Accuracy", "Difference"],
        "lrrr",
        rows if len(rows) > 1 else [],
    )
