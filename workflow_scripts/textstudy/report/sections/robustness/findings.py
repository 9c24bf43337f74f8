"""Findings on robustness: a model is put above another only where their intervals do not overlap."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.language.numbers import count, join_items, percent
from textstudy.report.language.perturbations import (
    accuracy_kept,
    edited_shares,
    encoding_without_copies,
    find_cell,
    interval_of,
    is_clearly_above,
    is_loss,
    list_shares,
    measured_models,
    models_by_encoding,
    perturbation_names,
    perturbation_title,
    score_in_sentence,
    share_title,
)
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding

NAMED = 5  # models or perturbations that a sentence lists
VISIBLE = 0.0005  # the smallest share that is not shown as zero
CALIBRATED = 0.01  # rise of the calibration error from which it is stated


def findings(report: Report) -> list[Finding]:
    """Return what the perturbations show: who keeps most, what costs most and least, what the models still believe."""
    if not measured_models(report) or not perturbation_names(report):
        return []
    makers = (_order, _clean_order, _costliest, _harmless, _calibration, _tokens)
    return [item for make in makers for item in make(report)]


def _order(report: Report) -> list[Finding]:
    """Who keeps most and least of its accuracy, of the models that do better than the most common class."""
    models = measured_models(report)
    guess = common_class(report)
    informed = [name for name, found in models.items() if found["clean"]["accuracy"]["low"] > guess]
    chance = [name for name in models if name not in informed]
    documents = count(report["robustness"]["documents"])
    text = f"On {documents} test documents with up to {list_shares(report)} of the words edited"
    left_out = (
        f" Not ranked here: {_listed(report, chance)}, whose clean accuracy is not shown to exceed that of the most "
        f"common class ({percent(guess)} %)." if chance else ""
    )  # fmt: skip
    evidence = {"ranked": informed, "chance": chance, "common_class": guess}
    if not informed:
        return [finding("robustness", f"{text}, no model can be ranked.{left_out}", **evidence)]
    first = informed[0]
    text += f", {quoted_title(report, first)} keeps {accuracy_kept(report, first)} of its clean accuracy"
    if len(informed) == 1:
        return [finding("robustness", f"{text}.{left_out}", **evidence)]
    tied = [name for name in informed[1:] if not is_clearly_above(report, first, name)]
    below = [name for name in informed[1:] if name not in tied]
    if tied:
        text += f"; its interval overlaps with that of {_listed(report, tied)}, so no order is claimed"
    if below:
        last = below[-1]
        text += f"; {_listed(report, below)} {'keeps' if len(below) == 1 else 'keep'} less, "
        text += (
            f"down to {accuracy_kept(report, last)} for {quoted_title(report, last)}"
            if len(below) > 1
            else accuracy_kept(report, last)
        )
    return [finding("robustness", f"{text}.{left_out}", **evidence, tied=tied, below=below)]


def common_class(report: Report) -> float:
    """Return the share of the test documents that carry the most common label; 0 where it is not known."""
    labels = ((report.get("corpus") or {}).get("by_label") or {}).get("test") or {}
    return max(labels.values()) / sum(labels.values()) if sum(labels.values()) else 0.0


def _clean_order(report: Report) -> list[Finding]:
    """Models that are ahead of another on clean text and behind it in what they keep, both by their intervals."""
    models = measured_models(report)
    turned = [
        (ahead, behind) for ahead in models for behind in models
        if models[ahead]["clean"]["accuracy"]["low"] > models[behind]["clean"]["accuracy"]["high"]
        and is_clearly_above(report, behind, ahead)
        and models[behind]["clean"]["accuracy"]["low"] > common_class(report)
    ]  # fmt: skip
    if not turned:
        return []
    gaps = {two: models[two[1]]["relative"]["mean"] - models[two[0]]["relative"]["mean"] for two in turned}
    ahead, behind = max(turned, key=lambda two: (gaps[two], two))
    text = (
        f"More accurate is not more robust: {quoted_title(report, ahead)} is ahead of {quoted_title(report, behind)} on clean text "
        f"({_clean(report, ahead)} against {_clean(report, behind)}) and keeps less of it "
        f"({accuracy_kept(report, ahead)} against {accuracy_kept(report, behind)})."
    )
    text += f" The same holds of {len(turned) - 1} more pairs of models." if len(turned) > 2 else ""
    text += " The same holds of one more pair of models." if len(turned) == 2 else ""
    return [finding("robustness_and_accuracy", text, pairs=[list(two) for two in turned])]


def _clean(report: Report, name: str) -> str:
    return score_in_sentence(measured_models(report)[name]["clean"]["accuracy"])


def _costliest(report: Report) -> list[Finding]:
    """The perturbation that costs most in most models at the largest share, where that is shown at all."""
    worst = {name: found["worst"] for name, found in measured_models(report).items() if is_loss(found["worst"]["drop"])}
    if not worst:
        text = f"At {share_title(edited_shares(report)[-1])} of the words no perturbation is shown to cost any model accuracy."
        return [finding("perturbation", text, worst={})]
    by_kind: dict[str, list[str]] = {}
    for name, row in worst.items():
        by_kind.setdefault(row["perturbation"], []).append(name)
    order = sorted(by_kind, key=lambda kind: (-len(by_kind[kind]), kind))
    hardest = max(worst, key=lambda name: (worst[name]["drop"]["mean"], name))
    parts = [f"{perturbation_title(kind)} in {len(by_kind[kind])}" for kind in order[:NAMED]]
    text = (
        f"At {share_title(edited_shares(report)[-1])} of the words, what costs most as measured is {join_items(parts)} of "
        f"{_models(len(measured_models(report)))}. The largest drop measured is that of {quoted_title(report, hardest)} under "
        f"{perturbation_title(worst[hardest]['perturbation'])}, {interval_of(worst[hardest]['drop'])} points."
    )
    return [finding("perturbation", text, worst={name: dict(row) for name, row in worst.items()})]


def _models(number: int) -> str:
    return "one model" if number == 1 else f"{number} models"


def _harmless(report: Report) -> list[Finding]:
    """Perturbations of which no drop is shown in any model, at any share."""
    cells = {
        kind: [cell for found in measured_models(report).values() for share in edited_shares(report)
               if (cell := find_cell(found, kind, share))]
        for kind in perturbation_names(report)
    }  # fmt: skip
    harmless = [kind for kind, found in cells.items() if not any(is_loss(cell["drop"]) for cell in found)]
    if not harmless or len(harmless) == len(cells):
        return []
    text = f"No model is shown to lose accuracy, at any share, to {join_items([perturbation_title(kind) for kind in harmless])}"
    texts = [_unchanged(report, kind) for kind in harmless]
    if all(share is not None and share > 0.5 for share in texts):
        text += f": {percent(min(texts))} % or more of the texts hold nothing that {_it(harmless)} could edit"
    return [finding("perturbation_harmless", f"{text}.", kinds=harmless)]


def _it(kinds: Sequence[str]) -> str:
    return "it" if len(kinds) == 1 else "they"


def _unchanged(report: Report, kind: str) -> float | None:
    found = [row["unchanged"] for row in report["robustness"].get("samples") or [] if row["perturbation"] == kind]
    return min(found, default=None)


def _calibration(report: Report) -> list[Finding]:
    """How many models believe their answers more than they should on perturbed text, by the numbers as measured."""
    changes = {
        name: (found["clean"]["calibration_error"], found["overall"]["calibration_error"])
        for name, found in measured_models(report).items()
    }
    risen = [name for name, (before, after) in changes.items() if after - before >= CALIBRATED]
    if not risen:
        return []
    most = max(risen, key=lambda name: (changes[name][1] - changes[name][0], name))
    before, after = changes[most]
    confidence = [measured_models(report)[most][part]["confidence"] for part in ("clean", "overall")]
    text = (
        f"On perturbed text the probabilities are worth less: the calibration error rises by "
        f"{percent(CALIBRATED, 0)} point or more in {len(risen)} of {_models(len(changes))}, most in "
        f"{quoted_title(report, most)} (from {percent(before)} % to {percent(after)} %, while its confidence goes from "
        f"{percent(confidence[0])} % to {percent(confidence[1])} %)."
    )
    return [finding("perturbed_calibration", text, models=risen)]


def _tokens(report: Report) -> list[Finding]:
    """What the costliest edits do to the tokens of each encoding."""
    largest, parts, evidence = edited_shares(report)[-1], [], {}
    for column, name in models_by_encoding(report).items():
        cells = {
            kind: cell
            for kind in perturbation_names(report)
            if (cell := find_cell(measured_models(report)[name], kind, largest))
        }
        parts.append(_extreme(f"the {column}" if encoding_without_copies(report, name) else column, cells))
        evidence[column] = {kind: {key: cell[key] for key in ("tokens_added", "unknown_added")}
                            for kind, cell in cells.items()}  # fmt: skip
    text = f"With {share_title(largest)} of the words edited, {'; '.join(parts)}."
    return [finding("perturbed_tokens", text, encodings=evidence)]


def _extreme(column: str, cells: Mapping[str, Mapping[str, Any]]) -> str:
    """Where an encoding splits the words furthest, and where most of its tokens become unknown."""
    worst = {key: max(cells, key=lambda kind: (cells[kind][key], kind)) for key in ("tokens_added", "unknown_added")}
    added, unknown = (cells[kind][key] for key, kind in worst.items())
    said = []
    if added >= VISIBLE:
        said.append(
            f"{column} makes up to {percent(added)} % more tokens ({perturbation_title(worst['tokens_added'])})"
        )
    if unknown >= VISIBLE:
        of_which = "" if said else f"of the tokens of {column} "
        said.append(
            f"{of_which}up to {percent(unknown)} in 100 more are unknown ({perturbation_title(worst['unknown_added'])})"
        )
    return " and ".join(said) or f"{column} makes neither more tokens nor more unknown ones"


def _listed(report: Report, names: Sequence[str]) -> str:
    listed = [quoted_title(report, name) for name in names]
    return join_items(listed if len(listed) <= NAMED + 1 else [*listed[:NAMED], f"{len(listed) - NAMED} more"])
