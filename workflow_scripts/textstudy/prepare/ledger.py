"""The ledger: one line for each step, with the documents before and after it, by split and by label, and the reason."""

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from textstudy.errors import StudyError
from textstudy.prepare.loss_warnings import loss_warnings
from textstudy.storage.files import write_json

Counts = Counter[tuple[str, str]]  # (split, label) → documents; a document without a split has ""
Line = dict[str, Any]

_logger = logging.getLogger(__name__)


def count_documents(frame: pd.DataFrame, split: str = "official_split") -> Counts:
    """Return the number of documents by the column `split` and by label."""
    return Counter(frame.groupby([split, "label"], sort=False).size().to_dict())


def entry(*, step: str, reason: str, before: Counts, after: Counts, setting: str | None = None, **more: Any) -> Line:
    """Return a ledger line.

    Args:
        step: name of the step.
        reason: why documents were removed, or what happened to them.
        before, after: the documents before and after the step. A step that divides documents anew changes their splits,
            never their labels.
        setting: the setting that decides what is removed, None if there is none.
        more: further keys of the line.
    """
    by_split, by_label, labels_before = _sum_by(after, 0), _sum_by(after, 1), _sum_by(before, 1)
    dropped = {label: count - by_label.get(label, 0) for label, count in labels_before.items()}
    return {
        "step": step,
        "reason": reason,
        "setting": setting,
        "documents_in": before.total(),
        "documents_out": after.total(),
        "by_split": by_split,
        "by_label": by_label,
        "dropped_by_label": {label: count for label, count in dropped.items() if count},
        **more,
    }


def parse_ledger(documents: pd.DataFrame, whole: Counts | None, reason: str) -> list[Line]:
    """Return the lines of a corpus: the documents read, and those drawn if it is a sample of the `whole`."""
    drawn = count_documents(documents)
    read = drawn if whole is None else whole
    lines = [entry(step="parse", reason=reason, before=read, after=read)]
    if whole is not None:
        lines.append(
            entry(step="parse", reason="not drawn for the sample", setting="corpus.sample", before=read, after=drawn)
        )
    return lines


def write_ledger(path: Path | str, lines: Sequence[Line]) -> None:
    """Write the lines of a step, each with the warnings about it, which are logged too.

    Raises:
        StudyError: the step leaves no document.
    """
    warnings = loss_warnings(lines)
    if not lines[-1]["documents_out"]:
        reasons = " ".join(warning["text"] for warning in warnings)
        raise StudyError(
            f"The step {lines[-1]['step']} left 0 of {lines[0]['documents_in']:,} documents. {reasons}".rstrip()
        )
    for warning in warnings:
        _logger.warning("%s", warning["text"])
    write_json(
        path,
        [
            line | {"warnings": [each["text"] for each in warnings if each["line"] == number]}
            for number, line in enumerate(lines)
        ],
    )


def sum_by_label(counts: Counts) -> dict[str, int]:
    """Return the numbers of all splits together by label, in alphabetical order, without zeros."""
    return _sum_by(counts, 1)


def _sum_by(counts: Counts, place: int) -> dict[str, int]:
    """Return the numbers by split (`place` 0) or by label (1), in alphabetical order, without zeros."""
    totals: Counter[str] = Counter()
    for key, count in counts.items():
        totals[key[place]] += count
    return {name: int(totals[name]) for name in sorted(totals) if totals[name]}
