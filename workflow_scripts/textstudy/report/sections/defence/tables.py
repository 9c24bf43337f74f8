"""Tables of models trained with and without perturbed copies of the training documents."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from textstudy.report.language.costs import training_seconds
from textstudy.report.language.numbers import MISSING, count, percent, seconds
from textstudy.report.language.perturbations import (
    edited_shares,
    interval_of,
    list_perturbations,
    measured_models,
    perturbation_names,
    perturbation_title,
    result_at,
    share_title,
)
from textstudy.report.language.ranks import quoted_title, title
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.defence.findings import (
    EPOCHS,
    augmentation,
    defences,
    perturbations_in_copies,
)


def table(report: Report) -> Table:
    """Return what each pair of models, without and with perturbed copies, reaches on clean and on perturbed text."""
    rows = []
    for defended, base in defences(report):
        seen = perturbations_in_copies(report, defended)
        unseen = [perturbation for perturbation in perturbation_names(report) if perturbation not in seen]
        for name in (base, defended):
            found, settings = measured_models(report)[name], flatten_settings(report["models"][name]["settings"])
            rows.append([
                title(report, name), _describe_copies(report, name), settings.get(EPOCHS, MISSING),
                interval_of(found["overall"]["clean"]), interval_of(found["overall"]["accuracy"]),
                interval_of(found["overall"]["drop"]), percent(_mean_accuracy(found, seen)),
                percent(_mean_accuracy(found, unseen)), seconds(training_seconds(report, name)),
            ])  # fmt: skip
    return Table(
        "table-defence",
        "Training with perturbed copies of the training documents. Accuracy in per cent on the texts that were "
        "edited, before and after the edits (a mean over the averaged perturbations and all shares), and the drop in "
        "points, with 95 % intervals. Seen: "
        "mean accuracy under the perturbations that the copies contain. Not seen: mean accuracy under the others. "
        "Training: the time of one training run.",
        ["Model", "Copies", "Epochs", "Before", "After", "Drop", "Seen", "Not seen", "Training"],
        "llrrrrrrr", rows,
    )  # fmt: skip


def _describe_copies(report: Report, name: str) -> str:
    found = augmentation(report, name)
    if not found:
        return "none"
    edits = f"{share_title(found['share'])} of the words: {list_perturbations(found['kinds'])}"
    return f"{count(found['copies'])} of each document, {edits}"


def _mean_accuracy(found: Mapping[str, Any], perturbations: Sequence[str]) -> float | None:
    """Return the mean accuracy under some perturbations, None where there are none."""
    values = [row["accuracy"]["mean"] for row in found["perturbed"] if row["perturbation"] in perturbations]
    return fmean(values) if values else None


def by_perturbation(report: Report, defended: str, base: str) -> Table:
    """Return the accuracy without and with perturbed copies under each perturbation, at the largest share."""
    largest, seen, rows = max(edited_shares(report)), perturbations_in_copies(report, defended), []
    for perturbation in perturbation_names(report):
        before, after = (
            result_at(measured_models(report)[name], perturbation, largest)["accuracy"] for name in (base, defended)
        )
        rows.append([perturbation_title(perturbation), "yes" if perturbation in seen else "no", interval_of(before),
                     interval_of(after)])  # fmt: skip
    return Table(
        f"table-defence-{defended}",
        f"{quoted_title(report, base)} trained without copies, and {quoted_title(report, defended)} trained with them: "
        f"accuracy in per cent with {share_title(largest)} of the words edited, over the texts that were edited, with "
        "95 % intervals. Single perturbations are not compared; the sentence above is about their mean.",
        ["Perturbation", "In the copies", "Without copies", "With copies"], "llrr", rows,
    )  # fmt: skip
