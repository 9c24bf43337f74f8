"""The published protocol, one sentence perturbed many times, compared with documents that have the same edits."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from statistics import fmean
from typing import Any

from textstudy.report.language.numbers import count
from textstudy.report.language.perturbations import (
    accuracy_kept,
    edited_shares,
    interval_of,
    is_above,
    loss_in_points,
    measured_models,
    perturbation_names,
    perturbation_title,
    result_at,
)
from textstudy.report.language.ranks import list_titles, quoted_title
from textstudy.report.language.types import Finding, Report, finding

Pair = list[str]  # two models


def protocol(report: Report) -> dict[str, Any] | None:
    """Return what was measured on the one sentence, or None where the study has no sentence."""
    found = report["robustness"]
    return found["sentence"] if found else None


def count_edited_words(report: Report) -> tuple[int, int]:
    """Return how many words of the sentence each variant has edited, one at least, and how many words it has."""
    sentence = protocol(report)
    words = len(sentence["text"].split())
    return max(int(sentence["share"] * words), 1), words


def nearest_share(report: Report) -> float:
    """Return the share of words edited in documents that is nearest to the share edited in the sentence."""
    edited, words = count_edited_words(report)
    return min(edited_shares(report), key=lambda share: (abs(share - edited / max(words, 1)), share))


def shared_perturbations(report: Report) -> list[str]:
    """Return the perturbations that edit the sentence and were measured on documents."""
    return [each for each in perturbation_names(report) if protocol(report)["edited"].get(each)]


def findings(report: Report) -> list[Finding]:
    """Return whether the protocol agrees with the documents: in the losses of accuracy and in the order of models."""
    if not protocol(report) or not shared_perturbations(report):
        return []
    answers = protocol(report)["models"]
    right = [name for name in measured_models(report) if answers[name]["clean"] >= 1]
    wrong = [name for name in measured_models(report) if name not in right]
    smaller, larger, comparisons = _differing_losses(report, right)
    reversed_pairs, equal_pairs = _differing_orders(report, right)
    variants = f"{count(protocol(report)['variants'])} variants of one sentence"
    if smaller or reversed_pairs or equal_pairs or wrong:
        text = f"A published test of {variants} hides what real documents show."
    elif larger:
        text = f"A published test of {variants} shows larger losses than real documents do."
    else:
        text = f"A published test of {variants} agrees with real documents here."
    details = [
        *_sentences_on_losses(report, smaller, larger, comparisons),
        *_sentences_on_orders(report, reversed_pairs, equal_pairs),
        *_sentences_on_wrong_models(report, wrong),
        "The test uses a single text, so its percentages have no interval over texts.",
    ]
    evidence = {"less": smaller, "more": larger, "cells": comparisons, "turned": reversed_pairs,
                "same_score": equal_pairs, "wrong": wrong}  # fmt: skip
    return [finding("protocol", text, details=" ".join(details), share=nearest_share(report), **evidence)]


def _differing_losses(report: Report, names: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """Return the losses below and above the documents' paired interval, furthest first, and how many were compared.

    The loss on a sentence that is right without edits is the share of its variants that are wrong. Perturbations that
    can edit nothing in the sentence are left out. The intervals of the documents hold for all drops of the report
    together, which are as many comparisons or more.
    """
    sentence, share = protocol(report), nearest_share(report)
    cells = {
        (name, perturbation): (
            1.0 - sentence["models"][name]["accuracies"][perturbation],
            result_at(measured_models(report)[name], perturbation, share)["drop"],
        )
        for name in names for perturbation in shared_perturbations(report)
    }  # fmt: skip
    smaller, larger = [], []
    for (name, perturbation), (loss, drop) in cells.items():
        row = {"model": name, "perturbation": perturbation, "loss": loss, "drop": dict(drop)}
        if loss < drop["low"]:
            smaller.append(row)
        elif loss > drop["high"]:
            larger.append(row)
    for rows in (smaller, larger):
        rows.sort(key=lambda row: (-abs(row["loss"] - row["drop"]["mean"]), row["model"], row["perturbation"]))
    return smaller, larger, len(cells)


def _sentences_on_losses(
    report: Report, smaller: Sequence[Mapping[str, Any]], larger: Sequence[Mapping[str, Any]], comparisons: int
) -> list[str]:
    parts = []
    for size, rows in (("smaller", smaller), ("larger", larger)):
        if rows:
            first = rows[0]
            parts.append(
                f"It shows a {size} loss than the documents in {len(rows)} of {comparisons} pairs of model and "
                f"perturbation. The largest difference: {quoted_title(report, first['model'])} and "
                f"{perturbation_title(first['perturbation'])}, {loss_in_points(first['loss'])} points instead of "
                f"{interval_of(first['drop'])}."
            )
    if parts:
        parts.append("A loss counts as different where it lies outside the interval of the documents.")
    else:
        parts.append(f"Each of its {comparisons} losses lies inside the interval of the documents.")
    return parts + ["These intervals hold for all models, perturbations and shares together."]


def _differing_orders(report: Report, names: Sequence[str]) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs whose order the documents reverse, and pairs with one score that differ on the documents."""
    answers = protocol(report)["models"]
    scores = {name: fmean(answers[name]["accuracies"].values()) for name in names}
    pairs = [list(pair) for pair in permutations(names, 2)]
    reversed_pairs = [
        [first, second] for first, second in pairs
        if scores[first] > scores[second] and is_above(report, second, first, "kept")
    ]  # fmt: skip
    equal_pairs = [
        [first, second] for first, second in pairs
        if scores[first] == scores[second] and is_above(report, first, second, "kept")
    ]  # fmt: skip
    return reversed_pairs, equal_pairs


def _sentences_on_orders(report: Report, reversed_pairs: Sequence[Pair], equal_pairs: Sequence[Pair]) -> list[str]:
    parts = []
    if reversed_pairs:
        first, second = reversed_pairs[0]
        parts.append(
            f"It puts {quoted_title(report, first)} above {quoted_title(report, second)}, but the documents show the "
            f"reverse over all shares of words: {_accuracies_kept(report, first, second)}."
        )
    if equal_pairs:
        first, second = equal_pairs[0]
        parts.append(
            f"It gives {quoted_title(report, first)} and {quoted_title(report, second)} the same score, but the "
            f"documents show a difference over all shares of words: {_accuracies_kept(report, first, second)}."
        )
    return parts


def _accuracies_kept(report: Report, first: str, second: str) -> str:
    return (
        f"the models keep {accuracy_kept(report, first)} and {accuracy_kept(report, second)} of their accuracy above "
        "chance"
    )


def _sentences_on_wrong_models(report: Report, wrong: Sequence[str]) -> list[str]:
    if not wrong:
        return []
    return [
        f"It says nothing about {list_titles(report, list(wrong))}, because not every run classifies the sentence "
        "correctly even without an edit."
    ]
