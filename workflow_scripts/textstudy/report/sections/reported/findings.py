"""How the measured scores compare with those of a published report."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

from textstudy.report.language.claims import paired_result
from textstudy.report.language.metrics import metric_title
from textstudy.report.language.numbers import interval_in_sentence, percent
from textstudy.report.language.ranks import paired_test, quoted_title, replaced_encoder
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.reported.rows import reported_rows


def findings(report: Report) -> list[Finding]:
    """Return the findings on the scores and on the order of models in the published report."""
    rows = reported_rows(report)
    return [*_scores(report, rows), *_orders(report, rows)]


def _scores(report: Report, rows: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Return a finding per model with scores outside the measured interval, and one that counts those inside."""
    compared = [row for row in rows if row["position"]]
    if not compared:
        return []
    outside: dict[str, list[Mapping[str, Any]]] = {}
    for row in compared:
        if row["position"] != "inside":
            outside.setdefault(row["model"], []).append(row)
    inside = sum(row["position"] == "inside" for row in compared)
    text = (
        f"{inside} of {len(compared)} published scores {'lies' if inside == 1 else 'lie'} inside the 95 % confidence "
        "interval measured here."
    )
    count = finding("reported_count", text, inside=inside, scores=len(compared))
    return [*(_outside(report, name, found) for name, found in outside.items()), count]


def _outside(report: Report, name: str, rows: list[Mapping[str, Any]]) -> Finding:
    scores = [
        f"the published {metric_title(row['metric'])}, {percent(row['reported'], 2)} %, lies {row['position']} the "
        f"measured interval, {interval_in_sentence({**row, 'mean': row['measured']}, 2)}"
        for row in rows
    ]
    text = f"{quoted_title(report, name)} differs from its published scores: {'; '.join(scores)}."
    text = " ".join([text, *_known_differences(report, name)])
    return finding("reported", text, model=name, rows=rows, encoder=replaced_encoder(report, name))


def _known_differences(report: Report, name: str) -> list[str]:
    """Return sentences on how a model differs from that of the published report or of the study file."""
    sentences = []
    if encoder := replaced_encoder(report, name):
        sentences.append(f"The encoder used here is {encoder['resource']}, not {encoder['role']}.")
    if extends := report["models"][name]["extends"]:
        sentences.append(f"Here the model extends {quoted_title(report, extends['model'])}.")
    parts = (f"models.{name}.", "preparation.", "encodings.")
    if any(row["setting"].startswith(parts) for row in report["study"]["scaled"]):
        sentences.append("This run used other settings for the model or its texts than the study file has.")
    return sentences


def _orders(report: Report, rows: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Return a finding for every two models whose published order is the opposite of what their paired test shows."""
    published = {
        row["model"]: row["reported"] for row in rows
        if row["metric"] in {"accuracy", "test_accuracy"} and row["measured"] is not None
    }  # fmt: skip
    result = []
    for high, low in permutations(published, 2):
        pair = paired_test(report, high, low) if published[high] > published[low] else None
        if pair and pair["verdict"] == "worse":
            titles = quoted_title(report, high), quoted_title(report, low)
            text = f"The published report puts {titles[0]} above {titles[1]}. Here, {paired_result(pair, *titles)}."
            result.append(finding("reported_order", text, higher=high, lower=low, pair=pair))
    return result
