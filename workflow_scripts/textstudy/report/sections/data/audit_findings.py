"""What the audit found: test documents that are duplicates of training documents."""

from textstudy.report.language.numbers import count
from textstudy.report.language.types import Finding, Report, finding

SPLITS = ("train", "test")  # an overlap counts documents of the second split


def audit(report: Report) -> list[Finding]:
    """Return one sentence on the duplicates between training and test, before and after the preparation."""
    found = {row["stage"]: row for row in report["audit"]["overlaps"] if (row["first"], row["second"]) == SPLITS}
    final, before, parsed = (found.get(stage) for stage in ("split", "cleaned", "parsed"))
    if final is None:
        return []
    parts = []
    if final["exact"] + final["near"]:
        parts.append(
            f"Of {count(final['documents'])} test documents, {count(final['exact'])} are exact duplicates of a "
            f"training document and {count(final['near'])} are near duplicates."
        )
    else:
        parts.append(f"None of the {count(final['documents'])} test documents is a duplicate of a training document.")
    if before and before["exact"] + before["near"]:
        parts.append(
            f"Before duplicates were removed, {count(before['exact'])} of {count(before['documents'])} test documents "
            f"were exact duplicates and {count(before['near'])} were near duplicates."
        )
    if parsed and before and parsed["exact"] < before["exact"]:
        number = f"only {count(parsed['exact'])}" if parsed["exact"] else "none"
        parts.append(f"Before cleaning, {number} were exact duplicates: cleaning made different texts equal.")
    return [finding("audit", " ".join(parts), final=final, before=before, parsed=parsed)]
