"""Networks whose curves share a pair of axes, and the epochs of a hybrid."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.language.ranks import title
from textstudy.report.language.types import Report

TOGETHER = 8  # networks whose curves one pair of axes can hold; of more, each has its own panel


def head_epochs(history: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return after how many epochs the encoder of a hybrid began to learn as well as the head."""
    found = {sum(epoch["phase"] == "head" for epoch in run["epochs"]) for run in history}
    return sorted(found - {0})


def models_in_one_plot(report: Report) -> dict[str, str]:
    """Return name → title of the networks whose curves share a pair of axes; none where each has its own."""
    names = [name for name, model in report["models"].items() if model["history"]]
    return {name: title(report, name) for name in names} if len(names) <= TOGETHER else {}
