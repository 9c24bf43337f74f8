"""Accuracy on test documents of known and of unknown groups: authors, threads, customers."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import change_in_points, count_of, interval, interval_in_sentence, percent
from textstudy.report.language.ranks import quoted_title, rank_by_validation, rank_models, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Finding, Report, finding


def table(report: Report) -> Table:
    """Return the accuracy of each model on test documents of known and of unknown groups."""
    return Table(
        "table-known-groups",
        "Test accuracy in per cent on documents of known groups, of which there are training documents, and of unknown "
        "groups, with the difference in points. Each has its 95 % interval. Within classes: "
        "mean of the differences within each class, because known groups may be more frequent in easier or harder "
        "classes. Refits and ensembles are left out.",
        ["Group", "Model", "Known", "Unknown", "Difference", "Within classes"],
        "llrrrr",
        [
            [row["kind"], title(report, name), interval(scores["known"]), interval(scores["unknown"]),
             change_in_points(**scores["difference"]), change_in_points(**scores["within_classes"])]
            for row in _rows(report)
            for name in rank_models(report)
            if (scores := row["models"].get(name))
        ],
    )  # fmt: skip


def findings(report: Report) -> list[Finding]:
    """Return a finding for each kind of group: what the model that is best on validation scores on either side."""
    result = []
    for row in _rows(report):
        name = next((name for name in rank_by_validation(report) if name in row["models"]), None)
        if name:
            evidence = {"group": row["kind"], "model": name, "scores": row["models"][name]}
            text, details = _sentence(report, row, name), _details(row, row["models"][name])
            result.append(finding("known_groups", text, details=details, **evidence))
    return result


def _sentence(report: Report, row: Mapping[str, Any], name: str) -> str:
    kind, scores = row["kind"], row["models"][name]
    known, unknown = (percent(scores[side]["mean"]) for side in ("known", "unknown"))
    text = (
        f"{quoted_title(report, name)} has an accuracy of {known} % on test documents of a known {kind} and of {unknown} % "
        "on the others"
    )
    change = scores["within_classes"]
    if change["low"] > 0:
        return f"{text}; within classes, a known {kind} adds {100 * change['mean']:.1f} points."
    if change["high"] < 0:
        return f"{text}; within classes, a known {kind} takes away {-100 * change['mean']:.1f} points."
    return f"{text}; within classes, no difference is shown."


def _details(row: Mapping[str, Any], scores: Mapping[str, Any]) -> str:
    sides = [
        f"{count_of(row[side], 'test document')} of {side} groups: {interval_in_sentence(scores[side])}"
        for side in ("known", "unknown")
    ]
    return f"{'; '.join(sides)}. Difference within classes: {change_in_points(**scores['within_classes'], unit='points')}."


def _rows(report: Report) -> list[Mapping[str, Any]]:
    return report["errors"]["groups"] if report["errors"] else []
