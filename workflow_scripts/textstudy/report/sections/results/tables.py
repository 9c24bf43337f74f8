"""The table of all scores."""


from textstudy.report.language.numbers import interval, percent, points
from textstudy.report.language.ranks import rank_models, score, title
from textstudy.report.language.refits import mark_refit
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report



def scores(report: Report) -> Table:
    """Every score of every model, with the spread over seeds."""
    test = ["accuracy", "macro_f1", "weighted_f1", "macro_precision", "macro_recall"]
    rows = []
    for name in rank_models(report):
        model = report["models"][name]
        accuracy = score(report, name, split="test", metric="accuracy")
        spread = accuracy["spread"] if accuracy else None
        rows.append([
            title(report, name), len(model["seeds"]), *(interval(score(report, name, split="test", metric=each)) for each in test),
            points(spread).lstrip("+"),
            *(mark_refit(report, name, interval(score(report, name, split="validation", metric=each))) for each in test[:2]),
            percent(model.get("expected_calibration_error")),
        ])  # fmt: skip
    return Table(
        "table-scores",
        "All scores in per cent, means over seeds, with 95 % bootstrap intervals over documents. Spread is the "
        "standard deviation of the test accuracy over seeds; calibration is the expected calibration error on test.",
        ["Model", "Seeds", "Accuracy", "Macro F1", "Weighted F1", "Macro precision", "Macro recall", "Spread",
         "Validation accuracy", "Validation macro F1", "Calibration"],
        "lrrrrrrrrrr", rows,
    )  # fmt: skip

