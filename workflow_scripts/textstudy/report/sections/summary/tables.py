"""The table of models: one line a model, the best on validation first."""

from typing import Any

from textstudy.report.language.costs import cost_note, latency, training_memory, training_seconds
from textstudy.report.language.escaping import Markdown, markdown
from textstudy.report.language.numbers import MISSING, decimal, interval, percent, points, seconds
from textstudy.report.language.ranks import mean_score, paired_test, rank_models, score, title
from textstudy.report.language.refits import MARK, mark_refit, refitted_models
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

VERDICTS = {"better": "better", "worse": "worse", "equivalent": "same", "unclear": "not shown"}


def summary_table(report: Report) -> Table:
    """Return each model with its scores, its difference from the recommended model and its costs."""
    recommended = report["decision"]["recommended"] if report["decision"] else None
    note = f" {MARK} The validation accuracy of a refit is that of the model that it refits."
    return Table(
        "table-summary",
        "Models, highest validation accuracy first. Accuracy, macro F1 and difference are those on test, in per cent "
        "and in points, with 95 % intervals. ★: recommended. Better, worse: a paired test with the recommended model "
        f"shows it; same: within 1 point; not shown: neither. Time: for one document.{cost_note(report)}"
        + (note if refitted_models(report) else ""),
        ["Model", "Validation", "Test accuracy", "Difference", "Macro F1", "Time (ms)", "Training", "Memory (MB)"],
        "lrrrrrrr",
        [
            [
                _name(report, name, recommended),
                mark_refit(report, name, _mean(report, name, "validation", "accuracy")),
                interval(score(report, name, split="test", metric="accuracy")),
                _difference(report, name, recommended), _mean(report, name, "test", "macro_f1"),
                decimal(latency(report, name)), seconds(training_seconds(report, name)),
                decimal(training_memory(report, name)),
            ]
            for name in _order(report)
        ],
    )  # fmt: skip


def _order(report: Report) -> list[str]:
    """Return the models by validation accuracy; a refit comes after the model that it refits."""

    def place(name: str) -> tuple[Any, ...]:
        base = report["models"][name]["refits"] or name
        return -mean_score(report, base, split="validation"), base, base != name, name

    return sorted(rank_models(report), key=place)


def _name(report: Report, name: str, recommended: str | None) -> str:
    if name != recommended:
        return title(report, name)
    return Markdown(f"[★ **{markdown(title(report, name))}**]{{.recommended}}")


def _mean(report: Report, name: str, split: str, metric: str) -> str:
    found = score(report, name, split=split, metric=metric)
    return percent(found["mean"]) if found else MISSING


def _difference(report: Report, name: str, recommended: str | None) -> str:
    """Return the test accuracy minus that of the recommended model, and what the paired test shows of it."""
    pair = paired_test(report, name, recommended) if recommended else None
    if pair is None:
        return MISSING
    return f"{points(pair['difference'])} {VERDICTS[pair['verdict']]}"
