"""The published protocol, one sentence perturbed many times, held against real documents under the same edits."""

from collections.abc import Mapping
from itertools import permutations
from statistics import NormalDist, fmean
from typing import Any

from textstudy.report.language.numbers import count, join_items
from textstudy.report.language.perturbations import (
    accuracy_kept,
    edited_shares,
    find_cell,
    interval_of,
    is_clearly_above,
    loss_in_points,
    measured_models,
    perturbation_title,
)
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding


def sentence(report: Report) -> dict[str, Any]:
    """Return what the protocol measured: the sentence, its edits, and model → {"clean", "accuracies"}."""
    return (report.get("robustness") or {}).get("sentence") or {}


def edited(report: Report) -> tuple[int, int]:
    """Return how many words of the sentence a variant has edited, one at least, and how many words it has."""
    words = len(sentence(report)["text"].split())
    return max(int(sentence(report)["share"] * words), 1), words


def nearest_share(report: Report) -> float:
    """Return the share of words edited in documents that is nearest to what was edited of the sentence."""
    some, words = edited(report)
    return min(edited_shares(report), key=lambda share: (abs(share - some / max(words, 1)), share))


def findings(report: Report) -> list[Finding]:
    """What the protocol hides: losses that it does not show or exaggerates, and orders that documents turn round."""
    found = sentence(report)
    names = [name for name in measured_models(report) if name in found.get("models", {})]
    right = [name for name in names if found["models"][name]["clean"] >= 1]
    if not names or not edited_shares(report):
        return []
    less, more, cells = _misread(report, right)
    turned, joined = _orders(report, right)
    said = []
    if less:
        said.append(f"It shows less loss than {_of(report, less, cells)}.")
    if more:
        said.append(f"It shows more loss than {_of(report, more, cells)}.")
    if turned:
        first, second = turned[0]
        said.append(
            f"It puts {quoted_title(report, first)} above {quoted_title(report, second)}, of which the documents, over all shares of "
            f"words, show the reverse ({accuracy_kept(report, first)} against {accuracy_kept(report, second)} of the clean accuracy)."
        )
    if joined:
        first, second = joined[0]
        said.append(
            f"It gives {quoted_title(report, first)} and {quoted_title(report, second)} the same score, which the documents tell "
            f"apart ({accuracy_kept(report, first)} against {accuracy_kept(report, second)} kept)."
        )
    wrong = [name for name in names if name not in right]
    if wrong:
        said.append(f"It says nothing of {join_items([quoted_title(report, name) for name in wrong])}: not every run gets the "
                    "sentence right even without an edit.")  # fmt: skip
    agreed = (
        f"agrees here with the documents: each of its {cells} losses lies inside their interval, widened for so many "
        "comparisons, and no order of two models is another."
    )
    hidden = less or turned or joined or wrong
    verdict = "hides what documents show." if hidden else "overstates what documents show." if more else agreed
    said.append("Behind its percentages stands one text, so no interval over texts can be given.")
    text = f"The published protocol, {count(found['variants'])} variants of one sentence, {verdict} {' '.join(said)}"
    evidence = {"less": less, "more": more, "cells": cells, "turned": turned, "same_score": joined, "wrong": wrong}
    return [finding("protocol", text, share=nearest_share(report), **evidence)]


def _misread(report: Report, names: list[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """Return the losses under and over the documents' paired interval, the furthest off first, and how many there are.

    The loss of a sentence that is right without edits is the share of its variants that are wrong. A perturbation that
    finds nothing to edit in it is not asked. The intervals are widened for so many comparisons at once (Bonferroni).
    """
    edits = sentence(report)["edited"]
    cells = {
        (name, kind): (1.0 - right, cell["drop"]) for name in names
        for kind, right in sentence(report)["models"][name]["accuracies"].items()
        if edits[kind] > 0 and (cell := find_cell(measured_models(report)[name], kind, nearest_share(report)))
    }  # fmt: skip
    less, more = [], []
    for (name, kind), (gone, drop) in cells.items():
        low, high = _widened(drop, len(cells))
        row = {"model": name, "perturbation": kind, "loss": gone, "drop": dict(drop)}
        if gone < low:
            less.append(row)
        elif gone > high:
            more.append(row)
    for rows in (less, more):
        rows.sort(key=lambda row: (-abs(row["loss"] - row["drop"]["mean"]), row["model"], row["perturbation"]))
    return less, more, len(cells)


def _widened(estimate: Mapping[str, float], comparisons: int) -> tuple[float, float]:
    """The 95 % interval as wide as it must be for all of so many to hold together, by a normal distribution's tails."""
    normal = NormalDist()
    factor = normal.inv_cdf(1 - 0.025 / comparisons) / normal.inv_cdf(0.975)
    value = estimate["mean"]
    return value - factor * (value - estimate["low"]), value + factor * (estimate["high"] - value)


def _of(report: Report, rows: list[dict[str, Any]], cells: int) -> str:
    first = rows[0]
    return (
        f"the documents' interval, widened for {cells} comparisons, in {len(rows)} of {cells} pairs of model and "
        f"perturbation (furthest off: "
        f"{quoted_title(report, first['model'])} under {perturbation_title(first['perturbation'])}, {loss_in_points(first['loss'])} points "
        f"against {interval_of(first['drop'])})"
    )


def _orders(report: Report, names: list[str]) -> tuple[list[list[str]], list[list[str]]]:
    """Return the pairs whose order the documents turn round, and those with one score that documents tell apart."""
    scores = {name: fmean(sentence(report)["models"][name]["accuracies"].values()) for name in names}
    pairs = list(permutations(names, 2))
    turned = [[first, second] for first, second in pairs if scores[first] > scores[second]
              and is_clearly_above(report, second, first)]  # fmt: skip
    joined = [[first, second] for first, second in pairs if scores[first] == scores[second]
              and is_clearly_above(report, first, second)]  # fmt: skip
    return turned, joined
