"""Defence: a model trained with perturbed copies beside the same model without, on perturbed and on clean text."""

from collections.abc import Mapping
from typing import Any

from textstudy.errors import StudyError
from textstudy.perturb.kinds import COMBINED
from textstudy.report.language.claims import paired_result
from textstudy.report.language.numbers import percent
from textstudy.report.language.perturbations import (
    encoding_without_copies,
    interval_of,
    measured_models,
    perturbation_names,
)
from textstudy.report.language.ranks import paired_test, quoted_title
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.types import Finding, Report, finding

EPOCHS = "training.epochs"


def defences(report: Report) -> list[tuple[str, str]]:
    """Return (model trained with perturbed copies, the same model without), both put to the perturbations.

    The same is a model whose settings differ in the copies alone; epochs may be fewer by as much as the copies make
    each of them longer, so that both models learn in as many steps.
    """
    names = [
        name
        for name in report["models"]
        if name in measured_models(report) and not report["models"][name].get("refits")
    ]
    defended = [name for name in names if augmentation(report, name)]
    pairs = [(name, other) for name in defended for other in names if other not in defended]
    same = [(name, other) for name, other in pairs if _same_but_for_copies(report, name, other)]
    return list({name: (name, other) for name, other in reversed(same)}.values())[::-1]  # the first of several


def augmentation(report: Report, name: str) -> Mapping[str, Any] | None:
    """Return {"kinds", "share", "copies"} of the perturbed copies that a model was trained with, if any."""
    encoding = (report["models"][name].get("settings") or {}).get("encoding")
    return ((report["study"]["settings"].get("encodings") or {}).get(encoding) or {}).get("augmentation")


def _same_but_for_copies(report: Report, defended: str, base: str) -> bool:
    one, other = (_settings(report, name) for name in (defended, base))
    epochs, without = one.pop(EPOCHS, None), other.pop(EPOCHS, None)
    longer = 1 + augmentation(report, defended)["copies"]
    return one == other and (epochs == without or int(epochs or 0) * longer == int(without or 0))


def _settings(report: Report, name: str) -> dict[str, str]:
    """The settings of a model without its title, and with the encoding that it has without copies."""
    settings = flatten_settings(report["models"][name].get("settings") or {})
    return {key: value for key, value in settings.items() if key not in {"title", "encoding"}} | {
        "encoding": str(encoding_without_copies(report, name))
    }


def learned_kinds(report: Report, name: str) -> list[str]:
    """Return the measured perturbations that the copies of a model hold; a combination holds those it draws from."""
    learned = set(augmentation(report, name)["kinds"])
    learned |= set(COMBINED) if "combination" in learned else set()
    return [kind for kind in perturbation_names(report) if kind in learned]


def findings(report: Report) -> list[Finding]:
    """What perturbed copies buy on perturbed text and cost on clean text, for each model trained with them."""
    return [_finding(report, *two) for two in defences(report)]


def difference(report: Report, defended: str, base: str, figure: str) -> dict[str, float]:
    """Return by how much the model with copies differs from that without in `figure`, accuracy or drop: paired."""
    for pair in report["robustness"]["pairs"]:
        if (pair["first"], pair["second"]) == (defended, base):
            return dict(pair[figure])
        if (pair["first"], pair["second"]) == (base, defended):
            found = pair[figure]
            return {"mean": -found["mean"], "low": -found["high"], "high": -found["low"]}
    raise StudyError(f"robustness.json does not compare {defended!r} with {base!r}: delete it and rerun.")


def direction(found: Mapping[str, float]) -> str:
    """Return "higher" or "lower" where the interval of a difference excludes 0, else "no change shown"."""
    if found["low"] > 0:
        return "higher"
    return "lower" if found["high"] < 0 else "no change shown"


def _finding(report: Report, defended: str, base: str) -> Finding:
    having, without = (measured_models(report)[name]["overall"] for name in (defended, base))
    differences = {key: difference(report, defended, base, key) for key in ("accuracy", "drop")}
    changed = {key: direction(found) for key, found in differences.items()}
    accuracy = {
        "higher": "raises its accuracy on perturbed text", "lower": "lowers its accuracy on perturbed text",
        "no change shown": "is not shown to change its accuracy on perturbed text",
    }[changed["accuracy"]]  # fmt: skip
    drop = {
        "higher": "the drop from clean text grows", "lower": "the drop from clean text shrinks",
        "no change shown": "the drop from clean text is not shown to change",
    }[changed["drop"]]  # fmt: skip
    pair = paired_test(report, defended, base)
    text = (
        f"Training {quoted_title(report, base)} with perturbed copies {accuracy} ({percent(without['accuracy']['mean'])} → "
        f"{percent(having['accuracy']['mean'])} %, a paired difference of {interval_of(differences['accuracy'])} points); "
        f"{drop} ({percent(without['drop']['mean'])} → {percent(having['drop']['mean'])}, by "
        f"{interval_of(differences['drop'])} points). On clean text, "
        f"{paired_result(pair, quoted_title(report, defended), quoted_title(report, base))}."
    )
    return finding("defence", text, model=defended, base=base, verdicts=changed, differences=differences, pair=pair)
