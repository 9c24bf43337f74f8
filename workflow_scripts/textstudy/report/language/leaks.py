"""What leaks from training into test documents."""

from textstudy.report.language.types import Report


def duplicates_in_test(report: Report, stage: str = "split") -> int | None:
    """Return how many test documents are duplicates of a training document at a stage; None if nobody counted."""
    for row in report["audit"]["overlaps"]:
        if (row["stage"], row["first"], row["second"]) == (stage, "train", "test"):
            return row["exact"] + row["near"]
    return None
