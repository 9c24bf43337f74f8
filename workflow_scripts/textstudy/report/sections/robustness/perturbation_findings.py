"""Findings on single perturbations: which costs most, which could not be tried, what they do to tokens."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.numbers import count, join_items, percent
from textstudy.report.language.perturbations import (
    edited_shares,
    encoding_without_copies,
    interval_of,
    is_loss,
    list_perturbations,
    loss_in_points,
    measured_models,
    models_by_encoding,
    of_these_runs,
    perturbation_names,
    perturbation_title,
    result_at,
    share_title,
    texts_edited,
)
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding

VISIBLE = 0.0005  # the smallest share that is not printed as zero


def of_perturbations(report: Report) -> list[Finding]:
    """Return what single perturbations cost, which edited too few texts, and what they do to the tokens of texts."""
    return [item for make in (_worst, _rarely_edited, _tokens) for item in make(report)]


def _worst(report: Report) -> list[Finding]:
    """The perturbation that costs most accuracy at the largest share, of the losses that are shown."""
    models, largest = measured_models(report), share_title(edited_shares(report)[-1])
    worst = {name: found["worst"] for name, found in models.items() if found["worst"]}
    if not worst:
        return []
    together = "Intervals of losses hold for all models, perturbations and shares together."
    shown = {name: row for name, row in worst.items() if is_loss(row["drop"])}
    name = max(shown or worst, key=lambda name: (worst[name]["drop"]["mean"], name))
    measured = (
        f"{quoted_title(report, name)}, {perturbation_title(worst[name]['perturbation'])}: "
        f"{interval_of(worst[name]['drop'])} points. {together}"
    )
    if not shown:
        text = f"With {largest} of the words edited, no kind of typo is shown to cost any model accuracy."
        return [finding("perturbation", text, details=f"The largest loss measured: {measured}", worst={})]
    text = (
        f"The perturbation that costs most is {perturbation_title(worst[name]['perturbation'])}: with {largest} of the "
        f"words edited, {quoted_title(report, name)} loses {loss_in_points(worst[name]['drop']['mean'])} points of "
        f"accuracy{of_these_runs(report, [name])}."
    )
    rows = [row for found in models.values() for row in found["perturbed"]]
    harmful = {row["perturbation"] for row in rows if is_loss(row["drop"])}
    harmless = [each for each in perturbation_names(report) if each not in harmful]
    nothing = f" No loss is shown for {list_perturbations(harmless)}, in any model at any share." if harmless else ""
    return [finding("perturbation", text, details=measured + nothing, worst={each: dict(shown[each]) for each in shown},
                    harmless=harmless)]  # fmt: skip


def _rarely_edited(report: Report) -> list[Finding]:
    """Perturbations that edited too few texts to count in the averages."""
    left_out = {
        kind: edited for kind, edited in texts_edited(report).items()
        if kind not in perturbation_names(report, "averaged")
    }  # fmt: skip
    if not left_out:
        return []
    parts = [f"{perturbation_title(kind)} edited {count(edited)} of {count(texts)} texts"
             for kind, (edited, texts) in left_out.items()]  # fmt: skip
    unknown = [kind for kind in left_out if kind not in perturbation_names(report)]
    details = (
        f"A perturbation that edits fewer than {percent(report['robustness']['edited_enough'], 0)} % of the texts does "
        "not count in averages over perturbations: a text without an edit would count as robust."
    )
    if unknown:
        details += (
            f" Nothing is measured of {list_perturbations(unknown)}, for which there are fewer than "
            f"{report['robustness']['fewest_edited']} edited documents."
        )
    text = f"Not all typos could be tried: {join_items(parts)}."
    return [finding("perturbation_rare", text, details=details, kinds=list(left_out))]


def _tokens(report: Report) -> list[Finding]:
    """What the perturbations do to the tokens of the texts, at the largest share and by encoding."""
    if not perturbation_names(report):
        return []
    largest, readers, results = edited_shares(report)[-1], {}, {}
    for column, name in models_by_encoding(report).items():
        readers[column] = f"the {column}" if encoding_without_copies(report, name) else quoted_title(report, name)
        results[column] = {
            perturbation: result_at(measured_models(report)[name], perturbation, largest)
            for perturbation in perturbation_names(report)
        }
    added = _rises(readers, results, "tokens_added", "%")
    unknown = _rises(readers, results, "unknown_added", "points")
    parts = [f"more tokens are unknown, up to {join_items(list(unknown.values()))}"] if unknown else []
    parts += [f"texts have more tokens, up to {join_items(list(added.values()))}"] if added else []
    evidence = {
        column: {each: {key: row[key] for key in ("tokens_added", "unknown_added")} for each, row in rows.items()}
        for column, rows in results.items()
    }
    effect = "; ".join(parts) or "neither the number of tokens nor the share of unknown tokens rises"
    text = f"With {share_title(largest)} of the words edited, {effect}."
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
