"""How the measured scores compare with those of a published report."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

from textstudy.report.language.claims import paired_result, statistics
from textstudy.report.language.metrics import metric_title
from textstudy.report.language.numbers import count_of, percent
from textstudy.report.language.ranks import paired_test, quoted_title, replaced_encoder
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.reported.rows import reported_rows

ONE_TRAINING = "one training does not tell how far trainings differ."


def findings(report: Report) -> list[Finding]:
    """Return the findings on the scores and on the order of models in the published report."""
    rows = reported_rows(report)
    return [*_scores(report, rows), *_orders(report, rows)]


def _scores(report: Report, rows: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Return a finding per model with scores outside the expected interval, and first one that counts those inside."""
    compared = [row for row in rows if row["position"]]
    unknown = sum(row["unit"] == "share" and row["measured"] is not None for row in rows) - len(compared)
    if not compared:
        return [_cannot_be_judged(unknown)] if unknown else []
    outside: dict[str, list[Mapping[str, Any]]] = {}
    for row in compared:
        if row["position"] != "inside":
            outside.setdefault(row["model"], []).append(row)
    inside = sum(row["position"] == "inside" for row in compared)
    text = (
        f"{inside} of {len(compared)} published scores {'agrees' if inside == 1 else 'agree'} with those measured here."
    )
    details = (
        "A published score agrees where it lies in the 95 % interval that is expected for one other training on as "
        "many other documents."
    )
    if unknown:
        details += f" {count_of(unknown, 'score')} cannot be judged: {ONE_TRAINING}"
    count = finding("reported_count", text, details=details, inside=inside, scores=len(compared), not_judged=unknown)
    return [count, *(_outside(report, name, found) for name, found in outside.items())]


def _cannot_be_judged(scores: int) -> Finding:
    text = (
        "Whether the published scores agree with those measured here cannot be told, because the models were trained "
        "once."
    )
    details = f"{count_of(scores, 'score')} cannot be judged: {ONE_TRAINING}"
    return finding("reported_count", text, details=details, inside=0, scores=0, not_judged=scores)


def _outside(report: Report, name: str, rows: list[Mapping[str, Any]]) -> Finding:
    figures = [
        f"{metric_title(row['metric'])} {percent(row['reported'], 2)} %, measured {percent(row['measured'], 2)} %, "
        f"expected {percent(row['low'])} to {percent(row['high'])} %"
        for row in rows
    ]
    places = " or ".join(dict.fromkeys("higher" if row["position"] == "above" else "lower" for row in rows))
    scores, are = ("score", "is") if len(rows) == 1 else ("scores", "are")
    text = (
        f"The published {scores} of {quoted_title(report, name)} {are} {places} than expected of another training here."
    )
    details = " ".join([f"Published {'; '.join(figures)}.", *_known_differences(report, name)])
    return finding("reported", text, details=details, model=name, rows=rows, encoder=replaced_encoder(report, name))


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
            evidence = {"higher": high, "lower": low, "pair": pair}
            result.append(finding("reported_order", text, details=statistics(pair, *titles), **evidence))
    return result
