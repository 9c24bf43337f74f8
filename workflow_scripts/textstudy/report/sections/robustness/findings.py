"""Findings on robustness. A sentence puts a model above another only where their intervals do not overlap."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.language.claims import shorten_list
from textstudy.report.language.numbers import count, count_of, interval_in_sentence, join_items, percent
from textstudy.report.language.perturbations import (
    accuracy_kept,
    edited_shares,
    encoding_without_copies,
    interval_of,
    is_clearly_above,
    is_loss,
    list_perturbations,
    list_shares,
    measured_models,
    models_by_encoding,
    perturbation_names,
    perturbation_title,
    result_at,
    share_title,
)
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding

LONGEST_LIST = 5  # perturbations that a sentence names
VISIBLE = 0.0005  # the smallest share that is not printed as zero
RISE = 0.01  # of the calibration error, from which a sentence states it


def findings(report: Report) -> list[Finding]:
    """Return what the perturbations show of accuracy, of confidence and of the tokens of the texts."""
    if not measured_models(report):
        return []
    makers = (_accuracy_kept, _accuracy_against_robustness, _worst, _harmless, _calibration, _tokens)
    return [item for make in makers for item in make(report)]


def _accuracy_kept(report: Report) -> list[Finding]:
    """Which models keep most and least of their accuracy; models that may do no better than guess are left out."""
    models, common = measured_models(report), share_of_common_class(report)
    ranked = [name for name, found in models.items() if found["clean"]["accuracy"]["low"] > common]
    guessing = [name for name in models if name not in ranked]
    evidence = {"ranked": ranked, "chance": guessing, "common_class": common}
    documents = count(report["robustness"]["documents"])
    text = f"On {documents} perturbed test documents ({list_shares(report)} of the words edited, where possible), "
    if ranked:
        tied = [name for name in ranked[1:] if not is_clearly_above(report, ranked[0], name)]
        below = [name for name in ranked[1:] if name not in tied]
        text += f"{quoted_title(report, ranked[0])} keeps {accuracy_kept(report, ranked[0])} of its clean accuracy."
        text += _tied_sentence(report, tied) + _below_sentence(report, below)
        evidence.update(tied=tied, below=below)
    else:
        text += "no model can be ranked."
    if guessing:
        are, their = ("is", "its") if len(guessing) == 1 else ("are", "their")
        text += (
            f" {_shorten_titles(report, guessing)} {are} not ranked: {their} clean accuracy is not shown to be above "
            f"the share of the most common class ({percent(common)} %)."
        )
    return [finding("robustness", text, **evidence)]


def _tied_sentence(report: Report, tied: Sequence[str]) -> str:
    if not tied:
        return ""
    those = "that" if len(tied) == 1 else "those"
    return f" Its interval overlaps with {those} of {_shorten_titles(report, tied)}, so no order is claimed."


def _below_sentence(report: Report, below: Sequence[str]) -> str:
    if not below:
        return ""
    lowest = min(below, key=lambda name: measured_models(report)[name]["relative"]["mean"])
    kept, names = accuracy_kept(report, lowest), _shorten_titles(report, below)
    if len(below) == 1:
        return f" {names} keeps less: {kept}."
    return f" {names} keep less; the lowest share is {kept} ({quoted_title(report, lowest)})."


def share_of_common_class(report: Report) -> float:
    """Return the share of the test documents that carry the most common label."""
    documents = report["corpus"]["by_label"]["test"].values()
    return max(documents) / sum(documents)


def _accuracy_against_robustness(report: Report) -> list[Finding]:
    """Pairs of models of which the one with the higher clean accuracy keeps less of it, both by their intervals."""
    models, common = measured_models(report), share_of_common_class(report)
    clean = {name: found["clean"]["accuracy"] for name, found in models.items()}
    pairs = [
        (first, second) for first in models for second in models
        if clean[first]["low"] > clean[second]["high"] and clean[second]["low"] > common
        and is_clearly_above(report, second, first)
    ]  # fmt: skip
    if not pairs:
        return []
    gaps = {pair: models[pair[1]]["relative"]["mean"] - models[pair[0]]["relative"]["mean"] for pair in pairs}
    first, second = max(pairs, key=lambda pair: (gaps[pair], pair))
    text = (
        f"A more accurate model is not always a more robust one: {quoted_title(report, first)} is more accurate on "
        f"clean text than {quoted_title(report, second)} ({interval_in_sentence(clean[first])} against "
        f"{interval_in_sentence(clean[second])}), but it keeps less of its accuracy ({accuracy_kept(report, first)} "
        f"against {accuracy_kept(report, second)})."
    )
    if len(pairs) > 1:
        text += f" The same holds for {count_of(len(pairs) - 1, 'more pair')} of models."
    return [finding("robustness_and_accuracy", text, pairs=[list(pair) for pair in pairs])]


def _worst(report: Report) -> list[Finding]:
    """The perturbations that cost most accuracy at the largest share, of the models that are shown to lose any."""
    models, largest = measured_models(report), share_title(edited_shares(report)[-1])
    worst = {name: found["worst"] for name, found in models.items() if is_loss(found["worst"]["drop"])}
    if not worst:
        text = f"With {largest} of the words edited, no perturbation is shown to lower the accuracy of any model."
        return [finding("perturbation", text, worst={})]
    hit: dict[str, list[str]] = {}
    for name, row in worst.items():
        hit.setdefault(row["perturbation"], []).append(name)
    order = sorted(hit, key=lambda perturbation: (-len(hit[perturbation]), perturbation))
    parts = [f"{perturbation_title(each)} in {len(hit[each])}" for each in order[:LONGEST_LIST]]
    hardest = max(worst, key=lambda name: (worst[name]["drop"]["mean"], name))
    text = (
        f"With {largest} of the words edited, the largest measured drop of accuracy comes from {join_items(parts)} "
        f"of {count_of(len(models), 'model')}. The largest drop of all is "
        f"{interval_of(worst[hardest]['drop'])} points, for {quoted_title(report, hardest)} and the perturbation "
        f"{perturbation_title(worst[hardest]['perturbation'])}."
    )
    return [finding("perturbation", text, worst={name: dict(row) for name, row in worst.items()})]


def _harmless(report: Report) -> list[Finding]:
    """Perturbations for which no drop is shown, for any model at any share."""
    rows = [row for found in measured_models(report).values() for row in found["perturbed"]]
    harmful = {row["perturbation"] for row in rows if is_loss(row["drop"])}
    harmless = [each for each in perturbation_names(report) if each not in harmful]
    if not harmless or not harmful:
        return []
    text = f"No model is shown to lose accuracy through {list_perturbations(harmless)}, at any share of words."
    unchanged = min(row["unchanged"] for row in report["robustness"]["samples"] if row["perturbation"] in harmless)
    if unchanged > 0.5:
        these = "this perturbation" if len(harmless) == 1 else "these perturbations"
        text += f" At least {percent(unchanged)} % of the texts contain nothing that {these} could edit."
    return [finding("perturbation_harmless", text, kinds=harmless)]


def _calibration(report: Report) -> list[Finding]:
    """The models whose calibration error rises on perturbed text, by the numbers as measured."""
    models = measured_models(report)
    rises = {
        name: found["overall"]["calibration_error"] - found["clean"]["calibration_error"]
        for name, found in models.items()
    }
    risen = [name for name in rises if rises[name] >= RISE]
    if not risen:
        return []
    most = max(risen, key=lambda name: (rises[name], name))
    error, confidence = (
        " to ".join(f"{percent(models[most][part][key])} %" for part in ("clean", "overall"))
        for key in ("calibration_error", "confidence")
    )
    text = (
        f"On perturbed text the measured calibration error is higher by {percent(RISE, 0)} point or more for "
        f"{len(risen)} of {count_of(len(models), 'model')}. It rises most for {quoted_title(report, most)}: from "
        f"{error}, while the mean confidence goes from {confidence}."
    )
    return [finding("perturbed_calibration", text, models=risen)]


def _tokens(report: Report) -> list[Finding]:
    """What the perturbations do to the tokens of the texts, at the largest share and by encoding."""
    largest, readers, results = edited_shares(report)[-1], {}, {}
    for column, name in models_by_encoding(report).items():
        readers[column] = f"the {column}" if encoding_without_copies(report, name) else quoted_title(report, name)
        results[column] = {
            perturbation: result_at(measured_models(report)[name], perturbation, largest)
            for perturbation in perturbation_names(report)
        }
    added = _rises(readers, results, "tokens_added", "%")
    unknown = _rises(readers, results, "unknown_added", "points")
    parts = [f"the number of tokens rises by up to {join_items(list(added.values()))}"] if added else []
    parts += [f"the share of unknown tokens rises by up to {join_items(list(unknown.values()))}"] if unknown else []
    neither = [reader for column, reader in readers.items() if column not in added and column not in unknown]
    parts += [f"neither figure rises for {join_items(neither)}"] if neither and parts else []
    parts = parts or ["neither the number of tokens nor the share of unknown tokens rises"]
    evidence = {
        column: {each: {key: row[key] for key in ("tokens_added", "unknown_added")} for each, row in rows.items()}
        for column, rows in results.items()
    }
    text = f"With {share_title(largest)} of the words edited, {'; '.join(parts)}."
    return [finding("perturbed_tokens", text, encodings=evidence)]


def _rises(
    readers: Mapping[str, str], results: Mapping[str, Mapping[str, Mapping[str, Any]]], key: str, unit: str
) -> dict[str, str]:
    """Return encoding → the largest rise of a figure, in words; without encodings for which it does not rise."""
    found = {}
    for column, rows in results.items():
        worst, row = max(rows.items(), key=lambda item: (item[1][key], item[0]))
        if row[key] >= VISIBLE:
            found[column] = f"{percent(row[key])} {unit} for {readers[column]} ({perturbation_title(worst)})"
    return found


def _shorten_titles(report: Report, names: Sequence[str]) -> str:
    return shorten_list([quoted_title(report, name) for name in names])
