"""The table of models in the summary."""

from textstudy.report.language.costs import cost_note, parameters, training_seconds
from textstudy.report.language.links import Address, run_links
from textstudy.report.language.numbers import count, interval, percent, seconds
from textstudy.report.language.ranks import rank_models, score, title
from textstudy.report.language.refits import MARK, mark_refit, refitted_models
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def summary_table(report: Report, address: Address) -> Table:
    """Return each model with its scores, its costs and links to its runs."""
    note = f" {MARK} The validation accuracy of a refit is that of the model that it refits."
    return Table(
        "table-summary",
        "Models, highest test accuracy first. Scores are in per cent, with 95 % bootstrap confidence intervals over "
        f"documents. Training time is that of one run. Parameters include frozen ones.{cost_note(report)}"
        + (note if refitted_models(report) else ""),
        ["Model", "Test accuracy", "Test macro F1", "Validation accuracy", "Training time", "Parameters", "Runs"],
        "lrrrrrl",
        [
            [
                title(report, name), interval(score(report, name, split="test", metric="accuracy")),
                interval(score(report, name, split="test", metric="macro_f1")),
                mark_refit(report, name, percent(_validation_accuracy(report, name))),
                seconds(training_seconds(report, name)), count(parameters(report, name)),
                run_links(report, name, address),
            ]
            for name in rank_models(report)
        ],
    )  # fmt: skip


def _validation_accuracy(report: Report, name: str) -> float | None:
    found = score(report, name, split="validation", metric="accuracy")
    return found["mean"] if found else None
