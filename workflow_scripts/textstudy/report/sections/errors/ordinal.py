"""How far off wrong answers are, where the classes have an order."""

from collections.abc import Mapping

from textstudy.report.language.numbers import MISSING, interval, interval_in_sentence, percent
from textstudy.report.language.ranks import models_with_test_score, quoted_title, score, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Finding, Report, finding


def findings(report: Report) -> list[Finding]:
    """Return how often the most accurate model is more than one class off."""
    names = _measured(report)
    if not names:
        return []
    name = names[0]
    scores = report["models"][name]["test"]
    text = (
        f"{quoted_title(report, name)}, the most accurate model on test, is more than one class off for "
        f"{percent(scores['far_off']['mean'])} % of the test documents."
    )
    details = (
        f"More than one class off: {interval_in_sentence(scores['far_off'])}. Mean absolute error in classes: "
        f"{shown(scores['mean_absolute_error'])}. Quadratic weighted kappa, which is 1 without errors and 0 for "
        f"agreement by chance: {shown(scores['quadratic_kappa'])}. In brackets: 95 % intervals."
    )
    evidence = {metric: scores[metric] for metric in ("far_off", "mean_absolute_error", "quadratic_kappa")}
    return [finding("ordinal", text, details=details, model=name, **evidence)]


def table(report: Report) -> Table:
    """Return how far off each model is; empty where the classes have no order."""
    rows = [
        [
            title(report, name),
            shown(score(report, name, split="test", metric="mean_absolute_error")),
            shown(score(report, name, split="test", metric="quadratic_kappa")),
            interval(score(report, name, split="test", metric="far_off")),
            shown(score(report, name, split="validation", metric="mean_absolute_error")),
        ]
        for name in _measured(report)
    ]
    return Table(
        "table-ordinal",
        "How far off the answers are on test, as the classes have an order: means over seeds, with 95 % intervals. "
        "The mean absolute error counts classes. Quadratic weighted kappa is 1 without errors and 0 for agreement by "
        "chance.",
        ["Model", "Mean absolute error", "Quadratic kappa", "More than one class off (%)",
         "Mean absolute error on validation"],
        "lrrrr", rows,
    )  # fmt: skip


def shown(estimate: Mapping[str, float] | None) -> str:
    """Return a value that is no share with its interval: "0.52 [0.49, 0.55]"."""
    if estimate is None:
        return MISSING
    return "{mean:.2f} [{low:.2f}, {high:.2f}]".format(**estimate).replace("-", "−")


def _measured(report: Report) -> list[str]:
    """Return the models with ordinal metrics, the most accurate first."""
    return [name for name in models_with_test_score(report) if "far_off" in report["models"][name]["test"]]
