"""What report.json holds of a language model that is asked by a prompt: from answers.json of its runs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import Any

SHOWN = 5  # answers outside the labels


def collect_answers(answers: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a language model was asked, what it answered and what that cost; None for other models.

    Args:
        answers: what each run wrote; nothing for other models.
        settings: of the model.
    """
    if not answers:
        return None
    first, endpoint = answers[0], settings["endpoint"]
    outside, sources = Counter(), Counter()
    for each in answers:
        outside.update(dict(each["outside_answers"]))
        sources.update(each["sources"])
    timed = [each["seconds"] for each in answers if each["seconds"]]
    counted = ("documents", "texts_cut", "outside", "examples_cut")
    return {
        **{key: first[key] for key in ("prompt", "examples", "currency", "host")},
        **{key: sum(each[key] for each in answers) for key in counted},
        "language_model": endpoint["model"] if endpoint else settings["language_model"],
        "outside_answers": [list(pair) for pair in outside.most_common(SHOWN)],
        "sources": dict(sources),
        "tokens": {key: fmean(each["tokens"][key] for each in answers) for key in first["tokens"]},
        "cost_per_1000": _mean([each["cost_per_1000"] for each in answers]),
        "seconds": {key: median(each[key] for each in timed) for key in timed[0]} if timed else None,
    }


def _mean(values: Sequence[float | None]) -> float | None:
    return None if None in values else fmean(values)
