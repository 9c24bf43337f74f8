"""What the audit found: test documents that are duplicates of training documents."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import count, count_of
from textstudy.report.language.types import Finding, Report, finding

SPLITS = ("train", "test")  # an overlap counts documents of the second split


def audit(report: Report) -> list[Finding]:
    """Return one finding on the duplicates between training and test, before and after the preparation."""
    found = {row["stage"]: row for row in report["audit"]["overlaps"] if (row["first"], row["second"]) == SPLITS}
    final, before, parsed = (found.get(stage) for stage in ("split", "cleaned", "parsed"))
    if final is None:
        return []
    documents, copies, details = count_of(final["documents"], "test document"), final["exact"] + final["near"], []
    text = f"None of the {documents} is a duplicate of a training document."
    if copies:
        copied = "is a duplicate" if copies == 1 else "are duplicates"
        text = f"{count(copies)} of the {documents} {copied} of training documents."
        details.append(f"The {documents} include {_duplicates(final)} of training documents.")
    if before and before["exact"] + before["near"]:
        documents = count_of(before["documents"], "test document")
        details.append(
            f"Before duplicates were removed, {documents} included {_duplicates(before)} of training documents."
        )
    if parsed and before and parsed["exact"] < before["exact"]:
        number = f"only {count_of(parsed['exact'], 'exact duplicate')}" if parsed["exact"] else "no exact duplicates"
        details.append(f"The corpus as parsed had {number}: cleaning made different texts equal.")
    return [finding("audit", text, details=" ".join(details), final=final, before=before, parsed=parsed)]


def _duplicates(overlap: Mapping[str, Any]) -> str:
    return f"{count_of(overlap['exact'], 'exact duplicate')} and {count_of(overlap['near'], 'near duplicate')}"
