"""Random and pretrained word vectors: pairs of models in a phase that differ in nothing else."""

from collections.abc import Mapping
from os.path import commonprefix
from statistics import fmean
from typing import Any

from textstudy.report.language.claims import paired_result, statistics
from textstudy.report.language.numbers import points
from textstudy.report.language.phases import phase_heading, validation_accuracy
from textstudy.report.language.ranks import paired_test, quoted_title, title
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.types import Finding, Phase, Report, finding

RANDOM, PRETRAINED = "random", "glove"


def word_vector_pairs(report: Report, phase: Phase) -> list[dict[str, str]]:
    """Return {"title", "random", "glove"} for every two models of a phase that differ only in their word vectors."""
    ranked = {row["model"] for row in phase["ranking"]}
    groups: dict[tuple, dict[str, list[str]]] = {}
    for name, model in report["models"].items():
        settings = flatten_settings(model["settings"])
        source = settings.pop("embeddings", None)
        settings.pop("title", None)
        if source in {RANDOM, PRETRAINED} and name in ranked:
            groups.setdefault(tuple(settings.items()), {RANDOM: [], PRETRAINED: []})[source].append(name)
    return [
        {"title": _shared_title(report, *group[RANDOM], *group[PRETRAINED]),
         RANDOM: group[RANDOM][0], PRETRAINED: group[PRETRAINED][0]}
        for group in groups.values() if len(group[RANDOM]) == len(group[PRETRAINED]) == 1
    ]  # fmt: skip


def _shared_title(report: Report, first: str, second: str) -> str:
    """Return the words with which both titles begin ("LSTM" of "LSTM, random" and "LSTM, GloVe"), or both titles."""
    titles = [title(report, name) for name in (first, second)]
    shared = " ".join(commonprefix([each.split() for each in titles])).rstrip(" ,;:·-–+(")
    return shared or " / ".join(titles)


def findings(report: Report) -> list[Finding]:
    """Return what pretrained word vectors change: the mean over the pairs of a phase, then each pair by its test."""
    result = []
    for phase in report["phases"]:
        pairs = word_vector_pairs(report, phase)
        tests = [paired_test(report, pair[PRETRAINED], pair[RANDOM]) for pair in pairs]
        if len(pairs) > 1:
            result.append(_mean_gain(report, phase, pairs, tests))
        result += [_gain(report, pair, test) for pair, test in zip(pairs, tests, strict=True)]
    return result


def _gain(report: Report, pair: Mapping[str, str], test: Mapping[str, Any] | None) -> Finding:
    titles = [quoted_title(report, pair[source]) for source in (PRETRAINED, RANDOM)]
    gain = _validation_gain(report, pair)
    text = f"Pretrained and random word vectors: {paired_result(test, *titles)}."
    details = f"With pretrained vectors, the validation accuracy changes by {points(gain)} points. "
    details += statistics(test, *titles)
    return finding("word_vectors", text, details=details.strip(), **pair, validation_difference=gain, pair=test)


def _mean_gain(report: Report, phase: Phase, pairs: list[dict[str, str]], tests: list) -> Finding:
    gains = [_validation_gain(report, pair) for pair in pairs]
    made = [test for test in tests if test]
    details = f"With pretrained vectors, the validation accuracy is {_mean_difference(gains)} than with random ones."
    text = f"{phase_heading(report, phase)}: {len(pairs)} pairs of models differ only in their word vectors"
    if made:
        verdicts = [test["verdict"] for test in made]
        text += (
            f"; pretrained ones are shown to be more accurate on test in {verdicts.count('better')} and less accurate "
            f"in {verdicts.count('worse')} of {len(made)} pairs"
        )
        details += f" The test accuracy is {_mean_difference([test['difference'] for test in made])}."
    evidence = {"phase": phase["name"], "validation_differences": gains, "mean": fmean(gains)}
    return finding("word_vectors_mean", f"{text}.", details=details, **evidence)


def _validation_gain(report: Report, pair: Mapping[str, str]) -> float:
    return validation_accuracy(report, pair[PRETRAINED]) - validation_accuracy(report, pair[RANDOM])


def _mean_difference(differences: list[float]) -> str:
    """Return "5.5 points higher on average (+4.3 to +6.2)"; "lower" where the mean is below 0."""
    mean = fmean(differences)
    shown = f"{abs(100 * mean):.1f} points {'higher' if mean >= 0 else 'lower'} on average"
    return f"{shown} ({points(min(differences))} to {points(max(differences))})"
