"""Ensembles: what they join, how and on what they were fitted, and what that is worth by paired test."""

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from textstudy.report.comparisons import Finding, Report, finding, outcome
from textstudy.report.formats import MISSING, count, decimal, interval, listing, percent, stated
from textstudy.report.prices import parameters
from textstudy.report.reading import ENSEMBLE, by_validation, estimate, mean, named, paired, ranked, title
from textstudy.report.refits import marked
from textstudy.report.tables import Table, flattened

METHODS = {
    "average": "mean of the probabilities",
    "pool": "weighted product of the probabilities",
    "stacked": "logistic regression on the log-probabilities",
    "learned": "small network on the probabilities",
}
FITTED_ON = {"validation": "held-out validation documents, cross-fitted", "train": "its members' training documents"}
NOTHING = "nothing"  # what a mean of probabilities is fitted on
READ = {"average": (), "pool": ("fitted_on",), "stacked": ("fitted_on", "regularization"),
        "learned": ("fitted_on", "training")}  # fmt: skip


def settings_read(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of an ensemble's settings that its method reads."""
    return {key: settings[key] for key in ("architecture", "members", "method", *READ[settings["method"]])}


def ensembles(report: Report) -> list[str]:
    """Return the names of the ensembles, highest test accuracy first."""
    return [name for name in ranked(report) if report["models"][name]["architecture"] == ENSEMBLE]


def table(report: Report) -> Table:
    """Each ensemble with its members, how it was fitted, what it reaches and how large it is."""
    rows = []
    for name in ensembles(report):
        model = report["models"][name]
        validation, test = (estimate(report, name, split=split, metric="accuracy") for split in ("validation", "test"))
        rows.append([
            title(report, name), _members(report, name), _method(model), _fitted_on(report, model),
            marked(report, name, interval(validation)), interval(test),
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
    weights = [run["weights"] for run in model.get("chosen") or [] if "weights" in run]
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
    strengths = sorted({run["regularization"] for run in model.get("chosen") or [] if "regularization" in run})
    shown = METHODS[model["settings"]["method"]]
    return f"{shown}, C {listing([f'{strength:g}' for strength in strengths])}" if strengths else shown


def _fitted_on(report: Report, model: Mapping[str, Any]) -> str:
    if model["settings"]["method"] == "average":
        return NOTHING
    if model.get("refits"):
        return f"not again: as fitted for {title(report, model['refits'])}"
    return FITTED_ON[model["settings"]["fitted_on"]]


def findings(report: Report) -> list[Finding]:
    """The best ensemble on validation against its best member, and what fitting on the members' own documents does."""
    return [*_best(report), *_in_sample(report)]


def _best(report: Report) -> list[Finding]:
    names = [name for name in by_validation(report) if report["models"][name]["architecture"] == ENSEMBLE]
    if not names:
        return []
    first = names[0]
    members = [name for name in by_validation(report) if name in report["models"][first]["members"]]
    if not members:
        return []
    single = members[0]
    pair = paired(report, first, single)
    which = f"the best of {len(names)} ensembles" if len(names) > 1 else "the only ensemble"
    text = (
        f"On validation {which}, {named(report, first)}, reaches {_on_validation(report, first)} and the best of its "
        f"members, {named(report, single)}, {_on_validation(report, single)}. "
        f"Paired test: {outcome(pair, named(report, first), named(report, single))}."
    )
    return [finding("ensemble", text, model=first, member=single, pair=pair)]


def _on_validation(report: Report, name: str) -> str:
    found = estimate(report, name, split="validation", metric="accuracy")
    return f"{percent(found['mean'])} %" if found else MISSING


def _in_sample(report: Report) -> list[Finding]:
    """For ensembles that differ only in what they were fitted on: what each way reaches on test."""
    result = []
    for held, inside in fitted_both_ways(report):
        pair = paired(report, inside, held)
        reached = [stated(report["models"][name]["test"]["accuracy"]) for name in (held, inside)]
        text = (
            f"One ensemble, fitted two ways: on validation documents, which its members were not trained on, "
            f"{named(report, held)} reaches {reached[0]} on test; on the members' own training documents, "
            f"{named(report, inside)} reaches {reached[1]}. "
            f"Paired test: {outcome(pair, named(report, inside), named(report, held))}."
        )
        result.append(finding("ensemble_fitted_on", text, held_out=held, in_sample=inside, pair=pair))
    return result


def fitted_both_ways(report: Report) -> list[tuple[str, str]]:
    """Return (fitted on validation, fitted on train) of the ensembles that differ in nothing else."""
    alike: dict[tuple[Any, ...], dict[str, str]] = {}
    for name in _fitted(report):
        settings = flattened(settings_read(report["models"][name]["settings"]))
        way = settings.pop("fitted_on")
        alike.setdefault(tuple(settings.items()), {}).setdefault(way, name)
    return [(ways["validation"], ways["train"]) for ways in alike.values() if len(ways) > 1]


def _fitted(report: Report) -> list[str]:
    """The ensembles with something to fit, that were fitted on their own, and have a test accuracy."""
    return [
        name for name in ensembles(report)
        if report["models"][name]["settings"]["method"] != "average"
        and not report["models"][name].get("refits") and mean(report, name) > float("-inf")
    ]  # fmt: skip
