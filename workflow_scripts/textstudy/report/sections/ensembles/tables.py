"""The table of ensembles: members, method, accuracy and size."""

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from textstudy.report.language.costs import parameters
from textstudy.report.language.numbers import count, decimal, interval, join_items
from textstudy.report.language.ranks import models_of, score, title
from textstudy.report.language.refits import mark_refit
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

METHODS = {
    "average": "mean of the probabilities",
    "pool": "weighted product of the probabilities",
    "stacked": "logistic regression on the log-probabilities",
    "learned": "small network on the probabilities",
}
FITTED_ON = {"validation": "held-out validation documents, cross-fitted", "train": "training documents of its members"}
NOTHING = "nothing"  # what a mean of probabilities is fitted on


def ensembles_table(report: Report) -> Table:
    """Return each ensemble with its members, how it was fitted, its accuracy and its parameters."""
    rows = []
    for name in models_of(report, "ensemble"):
        model = report["models"][name]
        validation, test = (score(report, name, split=split, metric="accuracy") for split in ("validation", "test"))
        rows.append([
            title(report, name), _members(report, name), _method(model), _fitted_on(report, model),
            mark_refit(report, name, interval(validation)), interval(test),
            count(model["parameters"]["total"]), count(parameters(report, name)),
        ])  # fmt: skip
    return Table(
        "table-ensembles",
        "Ensembles, highest test accuracy first. Accuracies are in per cent, with 95 % confidence intervals. In a "
        "weighted product, the number after a member is its weight (mean over seeds). In a logistic regression, C is "
        "the value that cross-validation chose. Cross-fitted: a fit predicts only validation documents that it has not "
        "seen, and a fit on all validation documents predicts the test documents. Own parameters are those of the "
        "ensemble without its members. The total adds all parameters of every member, frozen ones included; parameters "
        "that two members share count twice.",
        ["Ensemble", "Members", "Method", "Fitted on", "Validation accuracy", "Test accuracy", "Own parameters",
         "Total with members"],
        "llllrrrr", rows,
    )  # fmt: skip


def _members(report: Report, name: str) -> str:
    """Return the members of an ensemble in the order of the study, with their weights where they were fitted here."""
    model = report["models"][name]
    members = members_in_order(report, name)
    weights = [run["weights"] for run in model["chosen"] if run["weights"]]
    if not weights or model["refits"]:
        return "; ".join(title(report, member) for member in members)
    return "; ".join(f"{title(report, member)}: {decimal(fmean(run[member] for run in weights))}" for member in members)


def members_in_order(report: Report, name: str) -> list[str]:
    """Return the members of an ensemble as the study lists them; the refit of a member takes the member's place."""
    model = report["models"][name]
    order = {member: place for place, member in enumerate(model["settings"]["members"])}

    def place(member: str) -> tuple[int, str]:
        base = report["models"][member]["refits"]
        return order.get(base or member, len(order)), member

    return sorted(model["members"], key=place)


def _method(model: Mapping[str, Any]) -> str:
    strengths = sorted({run["regularization"] for run in model["chosen"] if run["regularization"]})
    shown = METHODS[model["settings"]["method"]]
    return f"{shown}, C = {join_items([f'{strength:g}' for strength in strengths])}" if strengths else shown


def _fitted_on(report: Report, model: Mapping[str, Any]) -> str:
    if model["settings"]["method"] == "average":
        return NOTHING
    if model["refits"]:
        return f"not fitted again: uses the fit of {title(report, model['refits'])}"
    return FITTED_ON[model["settings"]["fitted_on"]]
