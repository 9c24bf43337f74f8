"""Findings on robustness. A sentence puts a model above another only where a paired comparison shows it."""

from collections.abc import Sequence
from itertools import permutations

from textstudy.report.language.claims import shorten_list
from textstudy.report.language.numbers import count, count_of, interval_in_sentence, join_items, percent
from textstudy.report.language.perturbations import (
    accuracy_kept,
    difference,
    interval_of,
    is_above,
    list_perturbations,
    list_shares,
    measured_models,
    of_these_runs,
    perturbation_names,
)
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.robustness.perturbation_findings import of_perturbations


def findings(report: Report) -> list[Finding]:
    """Return what typos show of the models, and what single kinds of typos do."""
    if not measured_models(report):
        return []
    makers = (_kept, _guessing, _accuracy_against_robustness)
    return [*(item for make in makers for item in make(report)), *of_perturbations(report)]


def _ranked(report: Report) -> list[str]:
    """Return the models whose clean accuracy is shown to be above chance, most robust first."""
    return [name for name, found in measured_models(report).items() if found["kept"]]


def _kept(report: Report) -> list[Finding]:
    """Which models keep most of their accuracy above chance."""
    ranked = _ranked(report)
    if not ranked:
        return []
    below = {
        name: [other for other in ranked if other != name and is_above(report, name, other, "kept")] for name in ranked
    }  # fmt: skip
    best = max(ranked, key=lambda name: len(below[name]))  # of equal ones the first, which keeps most
    shares = {name: measured_models(report)[name]["kept"]["mean"] for name in ranked}
    if len(ranked) == 1:
        text = (
            f"On texts with typos, {quoted_title(report, best)} keeps {percent(shares[best], 0)} % of its accuracy "
            f"above chance{of_these_runs(report, ranked)}."
        )
    elif below[best]:
        named = [best, *below[best]]
        text = (
            f"{quoted_title(report, best)} stands typos better than {_shorten_titles(report, below[best])}"
            f"{of_these_runs(report, named)}: it keeps {percent(shares[best], 0)} % of its accuracy above chance, not "
            f"{_range([shares[name] for name in below[best]])} %."
        )
    else:
        text = (
            f"No model is shown to stand typos better than another{of_these_runs(report, ranked)}: they keep "
            f"{_range(list(shares.values()))} % of their accuracy above chance."
        )
    return [finding("robustness", text, details=_details_kept(report, ranked, best, below[best]), best=best,
                    below=below[best], ranked=ranked)]  # fmt: skip


def _range(shares: Sequence[float]) -> str:
    """Return the lowest and the highest share in whole per cent: "80 to 85", or "80"."""
    return " to ".join(dict.fromkeys(percent(end, 0) for end in (min(shares), max(shares)))).replace("-", "−")


def _details_kept(report: Report, ranked: Sequence[str], best: str, below: Sequence[str]) -> str:
    robustness = report["robustness"]
    figures = join_items([f"{quoted_title(report, name)} {accuracy_kept(report, name)}" for name in ranked])
    sentences = [
        f"{count_of(robustness['documents'], 'test document')} with {list_shares(report)} of the words edited, where "
        f"possible. The figure is a mean over {list_perturbations(perturbation_names(report, 'averaged'))}: of the "
        f"accuracy above chance ({percent(robustness['chance'])} %, the share of the most common class), the per cent "
        f"that is left after the edits, on the same texts: {figures}."
    ]
    sentences += [
        f"{quoted_title(report, best)} keeps {interval_of(difference(report, best, other, 'kept'))} points more than "
        f"{quoted_title(report, other)}."
        for other in below
    ]
    if len(ranked) > 1:
        sentences.append(
            "Models are compared in pairs on the same documents; these intervals hold for all "
            f"{count_of(len(robustness['pairs']), 'pair')} together."
        )
    return " ".join([*sentences, _coverage(report, ranked)])


def _coverage(report: Report, names: Sequence[str]) -> str:
    """Return what the intervals cover."""
    several = any(measured_models(report)[name]["runs"] > 1 for name in names)
    groups = report["robustness"]["groups"]
    documents = f"new documents, in {count(groups)} groups that belong together" if groups else "new documents"
    return f"Intervals cover {documents}{', and new trainings of models with several seeds' if several else ''}."


def _guessing(report: Report) -> list[Finding]:
    """The models that may do no better than guess: what they keep has no meaning."""
    guessing = [name for name in measured_models(report) if name not in _ranked(report)]
    if not guessing or not perturbation_names(report, "averaged"):
        return []
    it, its = ("It", "its") if len(guessing) == 1 else ("They", "their")
    are = "is" if len(guessing) == 1 else "are"
    text = (
        f"{_shorten_titles(report, guessing)} {are} not ranked for robustness: {its} accuracy without typos is not "
        "shown to be better than guessing."
    )
    clean = [
        f"{quoted_title(report, name)} {interval_in_sentence(measured_models(report)[name]['clean']['accuracy'])}"
        for name in guessing
    ]
    details = (
        f"Always naming the most common class is right for {percent(report['robustness']['chance'])} % of the "
        f"documents. {it} reached: {join_items(clean)}."
    )
    return [finding("robustness_unranked", text, details=details, models=guessing)]


def _accuracy_against_robustness(report: Report) -> list[Finding]:
    """Pairs of models of which the one with the higher clean accuracy keeps less of it, both shown in pairs."""
    ranked = _ranked(report)
    pairs = [
        (first, second) for first, second in permutations(ranked, 2)
        if is_above(report, first, second, "clean") and is_above(report, second, first, "kept")
    ]  # fmt: skip
    if not pairs:
        return []
    first, second = max(pairs, key=lambda pair: (difference(report, pair[1], pair[0], "kept")["mean"], pair))
    text = (
        f"The more accurate model is not always the more robust one: {quoted_title(report, first)} is more accurate on "
        f"clean text than {quoted_title(report, second)}, but keeps less of it with typos"
        f"{of_these_runs(report, [first, second])}."
    )
    details = (
        f"Clean accuracy: {interval_of(difference(report, first, second, 'clean'))} points more. Accuracy above chance "
        f"kept: {accuracy_kept(report, first)} against {accuracy_kept(report, second)}, a paired difference of "
        f"{interval_of(difference(report, first, second, 'kept'))} points."
    )
    if len(pairs) > 1:
        details += f" The same holds for {count_of(len(pairs) - 1, 'more pair')} of models."
    return [finding("robustness_and_accuracy", text, details=details, pairs=[list(pair) for pair in pairs])]


def _shorten_titles(report: Report, names: Sequence[str]) -> str:
    return shorten_list([quoted_title(report, name) for name in names])
