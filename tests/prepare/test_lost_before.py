"""What is said of the steps before one that fails."""

from textstudy.errors import StudyError
from textstudy.prepare.lost_before import explain_losses

ERROR = StudyError("This share cannot be drawn.")


def lines(step: str, *counts: int) -> list[dict]:
    return [{"step": step, "documents_in": a, "documents_out": b} for a, b in zip(counts, counts[1:], strict=False)]


def test_each_step_that_took_documents_is_named():
    ledgers = [lines("clean", 1100, 1050, 1000), lines("deduplicate", 1000, 2, 1)]
    assert str(explain_losses(ERROR, ledgers)) == (
        "Cleaning left 1,000 of 1,100 documents and deduplication left 1 of 1,000 documents. "
        "Then: This share cannot be drawn."
    )


def test_nothing_lost_is_not_spoken_of():
    assert explain_losses(ERROR, [lines("clean", 9, 9), lines("deduplicate", 9, 9)]) is ERROR
