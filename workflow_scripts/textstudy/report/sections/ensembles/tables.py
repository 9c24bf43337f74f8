"""The table of ensembles: members, method, what each reaches and how large it is."""

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from textstudy.report.language.costs import parameters
from textstudy.report.language.numbers import count, decimal, interval, join_items
from textstudy.report.language.ranks import ensemble_names, score, title
from textstudy.report.language.refits import mark_refit
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

METHODS = {
    "average": "mean of the probabilities",
    "pool": "weighted product of the probabilities",
    "stacked": "logistic regression on the log-probabilities",
    "learned": "small network on the probabilities",
}
FITTED_ON = {"validation": "held-out validation documents, cross-fitted", "train": "its members' training documents"}
NOTHING = "nothing"  # what a mean of probabilities is fitted on


def table(report: Report) -> Table:
    """Each ensemble with its members, how it was fitted, what it reaches and how large it is."""
    rows = []
    for name in ensemble_names(report):
        model = report["models"][name]
        validation, test = (score(report, name, split=split, metric="accuracy") for split in ("validation", "test"))
        rows.append([
            title(report, name), _members(report, name), _method(model), _fitted_on(report, model),
            mark_refit(report, name, interval(validation)), interval(test),
            count(model["parameters"]["total"]), count(parameters(report, name)),
        ])  # fmt: skip
    return Table(
        "table-ensembles",
        "Ensembles, highest test accuracy first. Accuracies in per cent with 95 % intervals. Behind a member of a "
        "weighted product stands its weight (mean over seeds), behind a logistic regression the C that "
        "cross-validation chose. Cross-fitted: each validation document is predicted by a fit that has not seen it, "
        "test by a fit on all of them. Own parameters are those fitted here; the total adds all parameters of every "
        "member, frozen ones included, and counts twice what two members share.",
        ["Ensemble", "Members", "Method", "Fitted on", "Validation accuracy", "Test accuracy", "Own parameters",
         "Total with members"],
        "llllrrrr", rows,
    )  # fmt: skip


def _members(report: Report, name: str) -> str:
    """The members in the order of the study; those of a weighted product that was fitted here with their weights."""
    model = report["models"][name]
    weights = [run["weights"] for run in model["chosen"] if run["weights"]]
    if not weights or model.get("refits"):
        return "; ".join(title(report, member) for member in in_order(report, name))
    return "; ".join(
        f"{title(report, member)}: {decimal(fmean(run[member] for run in weights))}"
        for member in in_order(report, name)
    )


def in_order(report: Report, name: str) -> list[str]:
    """Return an ensemble's members as the study names them; a member's refit stands in its place."""
    model = report["models"][name]
    order = {member: place for place, member in enumerate(model["settings"]["members"])}

    def place(member: str) -> tuple[int, str]:
        base = report["models"].get(member, {}).get("refits") or member
        return order.get(base, len(order)), member

    return sorted(model.get("members") or order, key=place)


def _method(model: Mapping[str, Any]) -> str:
    strengths = sorted({run["regularization"] for run in model["chosen"] if run["regularization"]})
    shown = METHODS[model["settings"]["method"]]
    return f"{shown}, C {join_items([f'{strength:g}' for strength in strengths])}" if strengths else shown


def _fitted_on(report: Report, model: Mapping[str, Any]) -> str:
    if model["settings"]["method"] == "average":
        return NOTHING
    if model.get("refits"):
        return f"not again: as fitted for {title(report, model['refits'])}"
    return FITTED_ON[model["settings"]["fitted_on"]]
