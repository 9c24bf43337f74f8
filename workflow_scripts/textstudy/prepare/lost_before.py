"""What the steps before a failing one took, which is often why it fails."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textstudy.errors import StudyError

_NAMES = {"clean": "cleaning", "deduplicate": "deduplication"}


def explain_losses(error: StudyError, ledgers: Iterable[Sequence[Mapping[str, Any]]]) -> StudyError:
    """Return the error of a step with what earlier steps took before what it says.

    Args:
        error: what the step says of the documents it was given.
        ledgers: the lines of each earlier step, in the order of the steps.
    """
    losses = [
        f"{_NAMES.get(lines[0]['step'], lines[0]['step'])} left {lines[-1]['documents_out']:,} of "
        f"{lines[0]['documents_in']:,} documents"
        for lines in ledgers
        if lines and lines[-1]["documents_out"] < lines[0]["documents_in"]
    ]
    if not losses:
        return error
    told = " and ".join(losses)
    return StudyError(f"{told[0].upper()}{told[1:]}. Then: {error}")
