"""Random against pretrained word vectors: models of a phase that differ in nothing else, two by two."""

from collections.abc import Mapping
from os.path import commonprefix
from statistics import fmean
from typing import Any

from textstudy.report.language.claims import paired_result
from textstudy.report.language.numbers import points
from textstudy.report.language.phases import phase_heading, validation_accuracy
from textstudy.report.language.ranks import paired_test, quoted_title, title
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.types import Finding, Report, finding

RANDOM, PRETRAINED = "random", "glove"


def twins(report: Report, phase: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return {"title", "random", "glove"} for each two models of a phase that differ in their embeddings only."""
    groups: dict[Any, dict[str, list[str]]] = {}
    for name in report["models"]:
        settings = flatten_settings(report["models"][name].get("settings") or {})
        source = settings.pop("embeddings", None)
        settings.pop("title", None)
        if source in {RANDOM, PRETRAINED} and name in {row["model"] for row in phase["ranking"]}:
            groups.setdefault(tuple(settings.items()), {}).setdefault(source, []).append(name)
    return [
        {"title": _shared_title(report, group[RANDOM][0], group[PRETRAINED][0]),
         RANDOM: group[RANDOM][0], PRETRAINED: group[PRETRAINED][0]}
        for group in groups.values() if len(group.get(RANDOM, [])) == len(group.get(PRETRAINED, [])) == 1
    ]  # fmt: skip


def _shared_title(report: Report, first: str, second: str) -> str:
    """Return the words with which both titles begin ("LSTM" of "LSTM, random" and "LSTM, GloVe"), or both titles."""
    titles = [title(report, name) for name in (first, second)]
    shared = " ".join(commonprefix([each.split() for each in titles])).rstrip(" ,;:·-–+(")
    return shared or " / ".join(titles)


def findings(report: Report) -> list[Finding]:
    """What pretrained vectors are worth: on average over the pairs of a phase, then for each pair by its own test."""
    result = []
    for phase in report.get("phases") or []:
        pairs = twins(report, phase)
        tests = [paired_test(report, pair[PRETRAINED], pair[RANDOM]) for pair in pairs]
        if len(pairs) > 1:
            result.append(_mean_gain(report, phase, pairs, tests))
        result += [_gain(report, pair, test) for pair, test in zip(pairs, tests, strict=True)]
    return result


def _gain(report: Report, pair: Mapping[str, str], test: Mapping[str, Any] | None) -> Finding:
    first, second = (quoted_title(report, pair[source]) for source in (PRETRAINED, RANDOM))
    gain = validation_accuracy(report, pair[PRETRAINED]) - validation_accuracy(report, pair[RANDOM])
    text = (
        f"Pretrained against random word vectors: {paired_result(test, first, second)}; on validation the difference is "
        f"{points(gain)} points."
    )
    return finding("word_vectors", text, **pair, validation_difference=gain, pair=test)


def _mean_gain(report: Report, phase: Mapping[str, Any], pairs: list, tests: list) -> Finding:
    gains = [
        validation_accuracy(report, pair[PRETRAINED]) - validation_accuracy(report, pair[RANDOM]) for pair in pairs
    ]
    made = [test for test in tests if test is not None]
    text = (
        f"{phase_heading(report, phase)}: over {len(pairs)} pairs of models that differ in their word vectors only, the "
        f"validation accuracy with pretrained vectors is {_apart(gains)} than with random ones"
    )
    if made:
        verdicts = [test["verdict"] for test in made]
        text += (
            f"; on test it is {_apart([test['difference'] for test in made])}, shown by paired test to be higher in "
            f"{verdicts.count('better')} and lower in {verdicts.count('worse')} of {len(made)} pairs"
        )
    evidence = {"phase": phase["name"], "validation_differences": gains, "mean": fmean(gains)}
    return finding("word_vectors_mean", f"{text}.", **evidence)


def _apart(differences: list[float]) -> str:
    """Return "5.5 points higher on average (+4.3 to +6.2)"; "lower" where the mean is below 0."""
    mean = fmean(differences)
    shown = f"{abs(100 * mean):.1f} points {'higher' if mean >= 0 else 'lower'} on average"
    return f"{shown} ({points(min(differences))} to {points(max(differences))})"
