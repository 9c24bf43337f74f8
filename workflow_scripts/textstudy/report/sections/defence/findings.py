"""Defence against typos: a model trained with perturbed copies beside the same model trained without them."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from textstudy.perturb.kinds import COMBINED
from textstudy.report.language.claims import paired_result
from textstudy.report.language.numbers import percent
from textstudy.report.language.perturbations import (
    difference,
    encoding_without_copies,
    interval_of,
    measured_models,
    of_these_runs,
    perturbation_names,
)
from textstudy.report.language.ranks import paired_test, quoted_title
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.types import Finding, Report, finding

EPOCHS = "training.epochs"
HIGHER, LOWER, UNCLEAR = "higher", "lower", "no change shown"
ACCURACY = {
    HIGHER: "raises its accuracy on texts with typos",
    LOWER: "lowers its accuracy on texts with typos",
    UNCLEAR: "is not shown to change its accuracy on texts with typos",
}
DROP = {HIGHER: "is larger", LOWER: "is smaller", UNCLEAR: "is not shown to change"}


def defences(report: Report) -> list[tuple[str, str]]:
    """Return (model trained with perturbed copies, the same model trained without), where both read perturbed texts.

    Two models are the same where only the copies differ in their settings. The model with copies may have fewer
    epochs: as many fewer as the copies make an epoch longer, so that both models learn in equally many steps.
    """
    names = [
        name for name in report["models"]
        if measured_models(report).get(name, {}).get("overall") and not report["models"][name]["refits"]
    ]  # fmt: skip
    defended = [name for name in names if augmentation(report, name)]
    others = [name for name in names if name not in defended]
    found: dict[str, str] = {}
    for name, other in product(defended, others):
        if _differ_only_in_copies(report, name, other):
            found.setdefault(name, other)  # the first, where several models are the same
    return list(found.items())


def augmentation(report: Report, name: str) -> Mapping[str, Any] | None:
    """Return {"kinds", "share", "copies"} of the perturbed copies that a model was trained with, None without."""
    encoding = report["models"][name]["settings"].get("encoding")  # a linear model has no such setting
    return report["study"]["settings"]["encodings"][encoding]["augmentation"] if encoding else None


def _differ_only_in_copies(report: Report, defended: str, base: str) -> bool:
    ours, theirs = (_settings_without_copies(report, name) for name in (defended, base))
    epochs, base_epochs = (int(settings.pop(EPOCHS, 0)) for settings in (ours, theirs))
    times_longer = 1 + augmentation(report, defended)["copies"]
    return ours == theirs and base_epochs in (epochs, epochs * times_longer)


def _settings_without_copies(report: Report, name: str) -> dict[str, str]:
    """Return the settings of a model without its title, and with the encoding that it would have without copies."""
    settings = flatten_settings(report["models"][name]["settings"])
    return {**settings, "title": "", "encoding": str(encoding_without_copies(report, name))}


def perturbations_in_copies(report: Report, name: str) -> list[str]:
    """Return the measured perturbations that the copies of a model contain, also those that a combination draws."""
    known = set(augmentation(report, name)["kinds"])
    known |= set(COMBINED) if "combination" in known else set()
    return [perturbation for perturbation in perturbation_names(report) if perturbation in known]


def findings(report: Report) -> list[Finding]:
    """Return for each model with perturbed copies what they change on perturbed and on clean text."""
    return [_finding(report, *pair) for pair in defences(report)]


def direction(found: Mapping[str, float]) -> str:
    """Return HIGHER or LOWER where the interval of a difference excludes 0, else UNCLEAR."""
    if found["low"] > 0:
        return HIGHER
    return LOWER if found["high"] < 0 else UNCLEAR


def _finding(report: Report, defended: str, base: str) -> Finding:
    after, before = (measured_models(report)[name]["overall"] for name in (defended, base))
    differences = {key: difference(report, defended, base, key) for key in ("accuracy", "drop")}
    verdicts = {key: direction(found) for key, found in differences.items()}
    size = abs(100 * differences["accuracy"]["mean"])
    by = f", by {size:.1f} points" if verdicts["accuracy"] != UNCLEAR else ""
    text = (
        f"Training {quoted_title(report, base)} with typos {ACCURACY[verdicts['accuracy']]}{by}"
        f"{of_these_runs(report, [defended, base])}."
    )
    pair = paired_test(report, defended, base)
    accuracy, drop = (
        f"{percent(before[key]['mean'])} → {percent(after[key]['mean'])} {unit}, a paired difference of "
        f"{interval_of(differences[key])} points"
        for key, unit in (("accuracy", "%"), ("drop", "points"))
    )
    details = (
        f"Accuracy on the edited texts: {accuracy}. The drop from the same texts without edits "
        f"{DROP[verdicts['drop']]}: {drop}. These intervals hold for all pairs of models together. On clean text, "
        f"{paired_result(pair, quoted_title(report, defended), quoted_title(report, base))}."
    )
    return finding("defence", text, details=details, model=defended, base=base, verdicts=verdicts,
                   differences=differences, pair=pair)  # fmt: skip
