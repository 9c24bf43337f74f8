"""Whether the probabilities of the models can be taken at their word: sentences and a table."""

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from textstudy.report.language.claims import probability
from textstudy.report.language.numbers import MISSING, count, decimal, join_items, percent, points
from textstudy.report.language.ranks import list_titles, quoted_title, rank_models, score, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Finding, Report, finding

NAMED = 3  # models that a sentence lists by name


def findings(report: Report) -> list[Finding]:
    """Return which models are shown to be badly calibrated, and what temperature scaling changed."""
    return [*_calibration(report), *_temperature(report)]


def _calibration(report: Report) -> list[Finding]:
    if not report["errors"] or not report["errors"]["calibration"]:
        return []
    found, documents = report["errors"]["calibration"], count(report["errors"]["documents"])
    shown = [name for name in rank_models(report) if found[name]["above_floor"]]
    shown.sort(key=lambda name: -found[name]["mean"])
    if not shown:
        text = (
            "No model is shown to be badly calibrated: chance alone can explain how far confidence and accuracy differ."
        )
        name = max(rank_models(report), key=lambda each: found[each]["mean"])
    else:
        name = shown[0]
        names = list_titles(report, shown) if len(shown) <= NAMED else f"{len(shown)} of {len(found)} models"
        text = f"Do not take the probabilities of {names} at their word: {_how(report, name, alone=len(shown) == 1)}."
    details = (
        f"{quoted_title(report, name)} has the largest expected calibration error"
        f"{' of these' if len(shown) > 1 else ''} on {documents} test documents, {percent(found[name]['mean'])} %. "
        f"{_beside_chance(found[name])}"
    )
    others = [each for each in found if each not in shown]
    if shown and others:
        details += (
            f" For {list_titles(report, others) if len(others) <= NAMED else f'the other {len(others)} models'}, "
        )
        details += "chance alone can explain the measured error. That is no proof of good calibration."
    return [finding("calibration", text, details=details, above_floor=shown, errors=found)]


def _how(report: Report, name: str, *, alone: bool) -> str:
    """Return how the confidence of a model is wrong, as the second half of a sentence."""
    found = report["errors"]["calibration"][name]
    subject = "its confidence" if alone else f"the confidence of {quoted_title(report, name)}"
    # Too confident here and too little there: the two cancel out in the mean.
    if abs(found["gap"]) < found["mean"] / 2:
        return f"{subject} is too high for some texts and too low for others"
    side = "above" if found["gap"] > 0 else "below"
    return f"{subject} is {percent(abs(found['gap']))} points {side} its accuracy on average"


def _beside_chance(found: Mapping[str, Any]) -> str:
    """Return sentences on a calibration error beside its noise floor."""
    return (
        f"A perfectly calibrated model with the same confidences would show {percent(found['floor']['mean'])} % by "
        f"chance, and at most {percent(found['floor']['high'])} % in 95 of 100 samples of documents "
        f"({probability('p', found['adjusted_p_value'])} after Holm's correction over the models). The true error is "
        f"between {percent(found['low'])} and {percent(found['high'])} % (95 % interval)."
    )


def _temperature(report: Report) -> list[Finding]:
    scaled = {name: report["models"][name]["temperature"] for name in rank_models(report)}
    scaled = {name: found for name, found in scaled.items() if found}
    if not scaled:
        return []
    changes = {
        name: found["after"]["test"]["log_loss"] - found["before"]["test"]["log_loss"] for name, found in scaled.items()
    }
    better = [name for name, change in changes.items() if change < 0]
    name = min(changes, key=changes.__getitem__)
    text = f"Temperature scaling lowered the test log loss of {len(better) or 'none'} of {len(scaled)} models."
    if len(scaled) == 1:
        lowered = "lowered" if better else "did not lower"
        text = f"Temperature scaling {lowered} the test log loss of {quoted_title(report, name)}."
    details = (
        f"The probabilities of {list_titles(report, list(scaled))} were scaled by a temperature (Guo et al. 2017, "
        f"arXiv:1706.04599), fitted on the {count(next(iter(scaled.values()))['documents'])} validation documents. "
        "No answer changes. Log loss and calibration on validation are in-sample, and look better than they are: judge "
        "by the test documents."
    )
    sentences = [
        f"{quoted_title(report, each)}: temperature {join_items([decimal(value) for value in found['values']])}, test "
        f"log loss {decimal(found['before']['test']['log_loss'])} before and "
        f"{decimal(found['after']['test']['log_loss'])} after, calibration error "
        f"{percent(found['before']['test']['expected_calibration_error'])} % and "
        f"{percent(found['after']['test']['expected_calibration_error'])} %."
        for each, found in scaled.items()
    ]
    return [finding("temperature", text, details=" ".join([details, *sentences]), models=scaled)]


def table(report: Report) -> Table:
    """Return the calibration error of every model beside its noise floor, with log loss and Brier score."""
    found = report["errors"]["calibration"]
    rows = []
    for name in rank_models(report) if found else []:
        model, row = report["models"][name], found[name]
        temperature = fmean(model["temperature"]["values"]) if model["temperature"] else None
        losses = [score(report, name, split="test", metric=metric) for metric in ("log_loss", "brier_score")]
        chance = f"{percent(row['floor']['mean'])} ({percent(row['floor']['high'])})"
        rows.append([
            title(report, name), percent(row["mean"]), chance,
            f"{percent(row['low'])} to {percent(row['high'])}", "yes" if row["above_floor"] else "no",
            points(row["gap"]), *(decimal(loss["mean"] if loss else None) for loss in losses),
            decimal(temperature) if temperature else MISSING,
        ])  # fmt: skip
    return Table(
        "table-calibration",
        "Calibration on test; errors in per cent, means over seeds. By chance: the error that a perfectly calibrated "
        "model with the same confidences would show, its mean and (in brackets) its 95 % quantile. True error: 95 % "
        "interval. Shown: whether the error is above chance, after Holm's correction. Confidence: its mean minus the "
        "accuracy, in points. Lower is better for log loss and Brier score (summed over classes).",
        ["Model", "Measured error", "By chance", "True error", "Shown", "Confidence", "Log loss", "Brier score",
         "Temperature"],
        "lrrrlrrrr", rows,
    )  # fmt: skip
