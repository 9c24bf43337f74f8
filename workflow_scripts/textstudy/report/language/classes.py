"""How many classes there are: those that the models are compared on, and those that the preparation lost."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.prepare.loss_warnings import lost_classes
from textstudy.report.language.numbers import count, count_of


def count_classes(labels: Sequence[str], ledger: Sequence[Mapping[str, Any]]) -> str:
    """Return the number of classes: "3 classes", or where some are lost "2 of the 3 classes of the corpus"."""
    lost = len(lost_classes(ledger))
    if not lost:
        return count_of(len(labels), "class")
    return f"{count(len(labels))} of the {count(len(labels) + lost)} classes of the corpus"
