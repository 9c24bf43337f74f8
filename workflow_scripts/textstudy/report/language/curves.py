"""Learning curves: which networks share a plot, and the two parts of a hybrid's training."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.language.ranks import title
from textstudy.report.language.types import Report

TOGETHER = 8  # networks that one plot can hold; of more, each has a plot of its own


def head_epochs(history: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the numbers of epochs in which only the head of a hybrid learned; empty where no model is a hybrid."""
    found = {sum(epoch["phase"] == "head" for epoch in run["epochs"]) for run in history}
    return sorted(found - {0})


def models_in_one_plot(report: Report) -> dict[str, str]:
    """Return name → title of the networks that share a plot; empty where each has a plot of its own."""
    names = [name for name, model in report["models"].items() if model["history"]]
    return {name: title(report, name) for name in names} if len(names) <= TOGETHER else {}
