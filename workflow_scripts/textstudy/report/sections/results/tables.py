"""The table of all scores."""

from textstudy.report.language.numbers import interval, percent, points
from textstudy.report.language.ranks import rank_models, score, title
from textstudy.report.language.refits import mark_refit
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

METRICS = ("accuracy", "macro_f1", "weighted_f1", "macro_precision", "macro_recall")


def scores_table(report: Report) -> Table:
    """Return every score of every model, with the standard deviation over seeds."""
    rows = []
    for name in rank_models(report):
        model = report["models"][name]
        test = [score(report, name, split="test", metric=metric) for metric in METRICS]
        validation = [score(report, name, split="validation", metric=metric) for metric in METRICS[:2]]
        rows.append([
            title(report, name), len(model["seeds"]), *map(interval, test),
            points(test[0]["spread"] if test[0] else None).lstrip("+"),
            *(mark_refit(report, name, interval(each)) for each in validation),
            percent(model["expected_calibration_error"]),
        ])  # fmt: skip
    return Table(
        "table-scores",
        "All scores in per cent: means over seeds, with 95 % intervals for other documents and, where a model was "
        "trained with several seeds, for other trainings. Spread is "
        "the standard deviation of the test accuracy over seeds. Calibration error is the expected calibration error "
        "on the test set.",
        ["Model", "Seeds", "Accuracy", "Macro F1", "Weighted F1", "Macro precision", "Macro recall", "Spread",
         "Validation accuracy", "Validation macro F1", "Calibration error"],
        "lrrrrrrrrrr", rows,
    )  # fmt: skip
