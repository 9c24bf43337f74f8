"""Defence: a model trained with perturbed copies beside the same model without, on perturbed and on clean text."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from textstudy.errors import StudyError
from textstudy.perturb.kinds import COMBINED
from textstudy.report.comparisons import Finding, Report, finding, outcome
from textstudy.report.formats import count, listing, percent, seconds
from textstudy.report.prices import training_seconds
from textstudy.report.reading import named, paired, title
from textstudy.report.robustness import (
    at,
    kind_title,
    kinds,
    measured,
    plain_encoding,
    share_title,
    shares,
    shown,
)
from textstudy.report.tables import Table, flattened

EPOCHS = "training.epochs"


def defences(report: Report) -> list[tuple[str, str]]:
    """Return (model trained with perturbed copies, the same model without), both put to the perturbations.

    The same is a model whose settings differ in the copies alone; epochs may be fewer by as much as the copies make
    each of them longer, so that both models learn in as many steps.
    """
    names = [name for name in report["models"] if name in measured(report) and not report["models"][name].get("refits")]
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
    settings = flattened(report["models"][name].get("settings") or {})
    return {key: value for key, value in settings.items() if key not in {"title", "encoding"}} | {
        "encoding": str(plain_encoding(report, name))
    }


def learned_kinds(report: Report, name: str) -> list[str]:
    """Return the measured perturbations that the copies of a model hold; a combination holds those it draws from."""
    learned = set(augmentation(report, name)["kinds"])
    learned |= set(COMBINED) if "combination" in learned else set()
    return [kind for kind in kinds(report) if kind in learned]


def table(report: Report) -> Table:
    """Each model with and without perturbed copies: what it reaches on clean and on perturbed text, and its time."""
    rows = []
    for defended, base in defences(report):
        learned = learned_kinds(report, defended)
        other = [kind for kind in kinds(report) if kind not in learned]
        for name in (base, defended):
            found = measured(report)[name]
            rows.append([
                title(report, name), _copies(report, name), flattened(report["models"][name]["settings"]).get(EPOCHS),
                shown(found["clean"]["accuracy"]), shown(found["overall"]["accuracy"]), shown(found["overall"]["drop"]),
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
    drawn = listing([kind_title(kind) for kind in found["kinds"]])
    return f"{count(found['copies'])} of each document, {share_title(found['share'])} of the words: {drawn}"


def _mean(found: Mapping[str, Any], chosen: Sequence[str]) -> float | None:
    values = [row["accuracy"]["value"] for row in found["perturbed"] if row["perturbation"] in chosen]
    return fmean(values) if values else None


def by_kind(report: Report, defended: str, base: str) -> Table:
    """Each perturbation at the largest share, without and with perturbed copies."""
    largest, learned, rows = max(shares(report)), learned_kinds(report, defended), []
    for kind in kinds(report):
        without, having = (at(measured(report)[name], kind, largest) for name in (base, defended))
        if without and having:
            rows.append([kind_title(kind), "yes" if kind in learned else "no", shown(without["accuracy"]),
                         shown(having["accuracy"]), verdict(without["accuracy"], having["accuracy"])])  # fmt: skip
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
            return {"value": -found["value"], "low": -found["high"], "high": -found["low"]}
    raise StudyError(f"robustness.json does not compare {defended!r} with {base!r}: delete it and rerun.")


def direction(found: Mapping[str, float]) -> str:
    """Return "higher" or "lower" where the interval of a difference excludes 0, else "no change shown"."""
    if found["low"] > 0:
        return "higher"
    return "lower" if found["high"] < 0 else "no change shown"


def _finding(report: Report, defended: str, base: str) -> Finding:
    having, without = (measured(report)[name]["overall"] for name in (defended, base))
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
    pair = paired(report, defended, base)
    text = (
        f"Training {named(report, base)} with perturbed copies {accuracy} ({percent(without['accuracy']['value'])} → "
        f"{percent(having['accuracy']['value'])} %, a paired difference of {shown(differences['accuracy'])} points); "
        f"{drop} ({percent(without['drop']['value'])} → {percent(having['drop']['value'])}, by "
        f"{shown(differences['drop'])} points). On clean text, "
        f"{outcome(pair, named(report, defended), named(report, base))}."
    )
    return finding("defence", text, model=defended, base=base, verdicts=changed, differences=differences, pair=pair)
