"""The table that opens the report."""

from textstudy.report.language.costs import built_on, parameters, training_seconds
from textstudy.report.language.links import Address, run_links
from textstudy.report.language.numbers import count, interval, percent, seconds
from textstudy.report.language.ranks import ranked, score, title
from textstudy.report.language.refits import MARK, marked, refits
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report


def summary(report: Report, address: Address) -> Table:
    """The table that opens the report: each model's scores, cost and runs."""
    return Table(
        "table-summary",
        "Models, highest test accuracy first. Scores in per cent with 95 % bootstrap intervals over documents; "
        f"time of one training run; parameters with frozen ones.{built_on(report)}"
        + (f" {MARK} A refit's validation accuracy is that of the model it refits." if refits(report) else ""),
        ["Model", "Test accuracy", "Test macro F1", "Validation accuracy", "Training", "Parameters", "Runs"],
        "lrrrrrl",
        [
            [
                title(report, name), interval(score(report, name, "test", "accuracy")),
                interval(score(report, name, "test", "macro_f1")),
                marked(report, name, percent((score(report, name, "validation", "accuracy") or {}).get("mean"))),
                seconds(training_seconds(report, name)), count(parameters(report, name)),
                run_links(report, name, address),
            ]
            for name in ranked(report)
        ],
    )  # fmt: skip
