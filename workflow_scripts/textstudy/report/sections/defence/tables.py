"""Tables of models with and without perturbed copies among their training documents."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from textstudy.report.language.costs import training_seconds
from textstudy.report.language.numbers import count, join_items, percent, seconds
from textstudy.report.language.perturbations import (
    edited_shares,
    find_cell,
    interval_of,
    measured_models,
    perturbation_names,
    perturbation_title,
    share_title,
)
from textstudy.report.language.ranks import title
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.defence.findings import EPOCHS, augmentation, defences, learned_kinds


def table(report: Report) -> Table:
    """Each model with and without perturbed copies: what it reaches on clean and on perturbed text, and its time."""
    rows = []
    for defended, base in defences(report):
        learned = learned_kinds(report, defended)
        other = [kind for kind in perturbation_names(report) if kind not in learned]
        for name in (base, defended):
            found = measured_models(report)[name]
            rows.append([
                title(report, name), _copies(report, name), flatten_settings(report["models"][name]["settings"]).get(EPOCHS),
                interval_of(found["clean"]["accuracy"]), interval_of(found["overall"]["accuracy"]), interval_of(found["overall"]["drop"]),
                percent(_mean(found, learned)), percent(_mean(found, other)), seconds(training_seconds(report, name)),
            ])  # fmt: skip
    return Table(
        "table-defence",
        "Training with perturbed copies of the training documents. Accuracy in per cent on the same documents, clean "
        "and perturbed (means over all perturbations and shares), and the drop in points, with 95 % intervals; then "
        "the mean accuracy under the perturbations that the copies hold, and under the others; time of one training.",
        ["Model", "Copies", "Epochs", "Clean", "Perturbed", "Drop", "Kinds learned", "Other kinds", "Training"],
        "llrrrrrrr", rows,
    )  # fmt: skip


def _copies(report: Report, name: str) -> str:
    found = augmentation(report, name)
    if not found:
        return "none"
    drawn = join_items([perturbation_title(kind) for kind in found["kinds"]])
    return f"{count(found['copies'])} of each document, {share_title(found['share'])} of the words: {drawn}"


def _mean(found: Mapping[str, Any], chosen: Sequence[str]) -> float | None:
    values = [row["accuracy"]["mean"] for row in found["perturbed"] if row["perturbation"] in chosen]
    return fmean(values) if values else None


def by_kind(report: Report, defended: str, base: str) -> Table:
    """Each perturbation at the largest share, without and with perturbed copies."""
    largest, learned, rows = max(edited_shares(report)), learned_kinds(report, defended), []
    for kind in perturbation_names(report):
        without, having = (find_cell(measured_models(report)[name], kind, largest) for name in (base, defended))
        if without and having:
            rows.append([perturbation_title(kind), "yes" if kind in learned else "no", interval_of(without["accuracy"]),
                         interval_of(having["accuracy"]), verdict(without["accuracy"], having["accuracy"])])  # fmt: skip
    return Table(
        f"table-defence-{defended}",
        f"{title(report, defended)} beside {title(report, base)}, by perturbation at {share_title(largest)} of the "
        "words: accuracy in per cent with 95 % intervals. A change counts as shown where they do not overlap.",
        ["Perturbation", "In the copies", "Without copies", "With copies", "Accuracy"], "llrrl", rows,
    )  # fmt: skip


def verdict(without: Mapping[str, float], having: Mapping[str, float]) -> str:
    """Return "higher" or "lower" where two intervals do not overlap, else "no change shown"."""
    if having["low"] > without["high"]:
        return "higher"
    return "lower" if having["high"] < without["low"] else "no change shown"
