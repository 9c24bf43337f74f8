"""What held-out documents share with training documents: authors, threads or other groups, and their time."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import count, join_items, percent
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Finding, Report, finding

HELD_OUT = ("test", "validation")
FARTHER = 0.05  # difference between two shares from which a sentence names it


def shared_groups(report: Report) -> Table:
    """Return how many held-out documents share an author, a thread or another group with training documents."""
    return Table(
        "table-groups",
        "Shared groups: held-out documents whose author, thread or other group training documents have too. A model "
        "may recognise them by more than their subject.",
        ["Group", "Split", "Documents", "Of known groups", "Share (%)", "Without", "Groups", "Known groups"],
        "llrrrrrr",
        [
            [row["kind"], row["split"], count(row["documents"]), count(row["known"]), percent(share(row)),
             count(row["without"]), count(row["groups"]), count(row["known_groups"])]
            for row in report["audit"]["groups"]
        ],
    )  # fmt: skip


def times(report: Report) -> Table:
    """Return when the documents of each split were written."""
    return Table(
        "table-times",
        "Time of the documents of each split: a day, or where the corpus has no dates, the place of a document from 0 "
        "(first) to 1 (last). Later: share of all pairs of one of its documents and a training document in which its "
        "document is the later one; about 50 where the split was drawn at random. Overlap: share of its documents that "
        "are not later than the latest training document.",
        ["Split", "Documents", "Without", "Earliest", "Median", "Latest", "Later (%)", "Overlap (%)"],
        "lrrrrrrr",
        [
            [row["split"], count(row["documents"]), count(row["without"]), row["earliest"], row["median"],
             row["latest"], percent(row["later"]), percent(row["overlap"])]
            for row in report["audit"]["times"]
        ],
    )  # fmt: skip


def share(row: Mapping[str, Any]) -> float:
    """Return the share of the documents of a split that are of a known group."""
    return row["known"] / row["documents"]


def findings(report: Report) -> list[Finding]:
    """Return one finding on groups and time, with a warning where validation is easier than test."""
    audit = report["audit"]
    known, later, easier = _known(audit["groups"]), _later(audit["times"]), _easier(report)
    parts = [*known, *later, *easier]
    evidence = {key: audit[key] for key in ("groups", "times", "easier")}
    return [finding("groups", _headline(report), details=" ".join(parts), **evidence)] if parts else []


def _headline(report: Report) -> str:
    """Return what matters most: an easier validation part, else what test shares with training."""
    audit = report["audit"]
    if audit["easier"] and not _farther(audit["groups"]):
        return (
            "Validation is nearer to the training documents than test is, so scores on validation are likely too high."
        )
    shares = [f"{percent(share(row), 0)} % share their {row['kind']}"
              for row in audit["groups"] if row["split"] == "test"]  # fmt: skip
    if shares:
        return f"Of the test documents, {join_items(shares)} with a training document."
    later = next((row["later"] for row in audit["times"] if row["split"] == "test"), None)
    if later is None:
        return "The validation and test documents have times of their own."
    return f"A test document is later than a training document in {percent(later, 0)} % of all pairs of the two."


def _known(groups: list[Mapping[str, Any]]) -> list[str]:
    """Return "Of the test documents, 50.4 % share their author …" for each held-out split."""
    texts = []
    for split in HELD_OUT:
        rows = [row for row in groups if row["split"] == split]
        shares = join_items([f"{percent(share(row))} % share their {row['kind']}" for row in rows])
        if rows:
            texts.append(f"Of the {split} documents, {shares} with a training document.")
    return texts


def _later(times: list[Mapping[str, Any]]) -> list[str]:
    later = {row["split"]: percent(row["later"]) for row in times if row["later"] is not None}
    clauses = [f"a {split} document is the later one in {later[split]} %" for split in HELD_OUT if split in later]
    return [f"Of all pairs with a training document, {join_items(clauses)}."] if clauses else []


def _easier(report: Report) -> list[str]:
    """Return the warning that validation is easier than test, with a remedy where there is one."""
    ways = [row["by"] for row in report["audit"]["easier"]]
    if not ways:
        return []
    nearer = f"So validation is nearer to the training documents than test is (by {join_items(ways)})"
    farther = _farther(report["audit"]["groups"])
    if farther:
        return [f"{nearer}, but farther from them by {join_items(farther)}."]
    parts = [f"{nearer}, and its scores are likely higher than those of test."]
    if "time" in ways and report["study"]["settings"]["preparation"]["split"]["by"] == "label":
        parts.append("Where the corpus does not give the validation part, `split.by: time` draws it more like test.")
    return parts


def _farther(groups: list[Mapping[str, Any]]) -> list[str]:
    """Return the kinds of groups of which validation has clearly fewer known ones than test."""
    shares = {(row["kind"], row["split"]): share(row) for row in groups}
    kinds = sorted({kind for kind, split in shares if split == "test"})
    return [
        kind for kind in kinds
        if shares[kind, "test"] - shares.get((kind, "validation"), 1.0) > FARTHER
    ]  # fmt: skip
