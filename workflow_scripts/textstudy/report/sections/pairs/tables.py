"""The tables of paired tests."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.metrics import metric_title
from textstudy.report.language.numbers import MISSING, count, p_value, points, signed_interval
from textstudy.report.language.ranks import LOWER_IS_BETTER, paired_test, title, turned
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

VERDICTS = {"better": "yes", "worse": "yes", "equivalent": "equal within 1 point", "unclear": "no"}
SHARES = ("accuracy", "macro_f1", "far_off")  # scores whose differences are in points


def planned_table(report: Report) -> Table:
    """Return the tests that the study set out to make, those on validation last."""
    pairs = [pair for pair in report["pairs"] if pair["planned"]]
    pairs.sort(key=lambda pair: (pair["split"] != "test", pair["metric"] != "accuracy", pair["metric"]))
    return Table(
        "table-pairs",
        "Comparisons that the study set out to make: the model with the highest validation accuracy with each other "
        f"one, and those that its file lists. {_caption(report)}",
        *_columns(report, pairs),
    )


def explored_table(report: Report) -> Table:
    """Return the tests of all other pairs on test."""
    pairs = [pair for pair in report["pairs"] if not pair["planned"]]
    return Table("table-other-pairs", f"All other pairs of models. {_caption(report)}", *_columns(report, pairs))


def _caption(report: Report) -> str:
    grouped = sorted({pair["grouped_by"] for pair in report["pairs"] if pair["grouped_by"]})
    groups = f" Documents of a group ({', '.join(grouped)}) vary together." if grouped else ""
    documents = sorted({pair["documents"] for pair in report["pairs"] if pair["split"] == "test"})
    return (
        f"On {' or '.join(map(count, documents))} test documents. The difference is first − second, in percentage "
        "points for accuracy, macro F1 and far off, with its 95 % interval; interval and p-value are both corrected "
        "for all comparisons of the table in the same score. Spread: standard deviations of the two models over seeds. "
        "Smallest shown: the true difference that would be shown with 80 % probability. “As trained”: a model with "
        f"random parts was trained once, so nothing is said of other trainings.{groups}"
    )


def _columns(report: Report, pairs: list[Mapping[str, Any]]) -> tuple[list[str], str, list[list[Any]]]:
    header = ["First", "Second", "Score", "Difference", "95 % interval", "Corrected p", "Shown", "Spread",
              "Smallest shown", "Holds for"]  # fmt: skip
    return header, "lllrrrlrrl", [_row(report, pair) for pair in pairs]


def _row(report: Report, pair: Mapping[str, Any]) -> list[str]:
    """Return a row; its first model is the one with the better score."""
    metric, split = pair["metric"], pair["split"]
    ahead = (pair["difference"] >= 0) != (metric in LOWER_IS_BETTER)
    seen = dict(pair) if ahead else turned(pair)
    verdict = paired_test(report, seen["first"], seen["second"], metric=metric, split=split)
    spreads = [_plain(metric, spread).lstrip("+") for spread in seen["spreads"]]
    return [
        title(report, seen["first"]), title(report, seen["second"]),
        f"{metric_title(metric)}{', validation' if split == 'validation' else ''}",
        _plain(metric, seen["difference"]), _interval(metric, seen["low"], seen["high"]),
        p_value(pair["adjusted_p_value"]), VERDICTS[verdict["verdict"]] if verdict else MISSING,
        " / ".join(spreads), _plain(metric, seen["smallest_shown"]).lstrip("+"),
        "settings" if pair["scope"] == "settings" else "as trained",
    ]  # fmt: skip


def _plain(metric: str, value: float | None) -> str:
    if value is None:
        return MISSING
    return points(value) if metric in SHARES else f"{value:+.3f}".replace("-", "−")


def _interval(metric: str, low: float, high: float) -> str:
    return signed_interval(low, high) if metric in SHARES else f"[{_plain(metric, low)}, {_plain(metric, high)}]"
