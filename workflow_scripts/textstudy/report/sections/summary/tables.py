"""The table that opens the report."""

from textstudy.report.language.costs import cost_note, parameters, training_seconds
from textstudy.report.language.links import Address, run_links
from textstudy.report.language.numbers import count, interval, percent, seconds
from textstudy.report.language.ranks import rank_models, score, title
from textstudy.report.language.refits import MARK, mark_refit, refitted_models
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def summary(report: Report, address: Address) -> Table:
    """The table that opens the report: each model's scores, cost and runs."""
    return Table(
        "table-summary",
        "Models, highest test accuracy first. Scores in per cent with 95 % bootstrap intervals over documents; "
        f"time of one training run; parameters with frozen ones.{cost_note(report)}"
        + (f" {MARK} A refit's validation accuracy is that of the model it refits." if refitted_models(report) else ""),
        ["Model", "Test accuracy", "Test macro F1", "Validation accuracy", "Training", "Parameters", "Runs"],
        "lrrrrrl",
        [
            [
                title(report, name), interval(score(report, name, split="test", metric="accuracy")),
                interval(score(report, name, split="test", metric="macro_f1")),
                mark_refit(report, name, percent(_validation(report, name))),
                seconds(training_seconds(report, name)), count(parameters(report, name)),
                run_links(report, name, address),
            ]
            for name in rank_models(report)
        ],
    )  # fmt: skip


def _validation(report: Report, name: str) -> float | None:
    found = score(report, name, split="validation", metric="accuracy")
    return found["mean"] if found else None
