"""Findings on cost: a busy machine, the cheapest models, a cheap one with nearly the best accuracy, two encoders."""

from collections.abc import Callable
from itertools import combinations
from typing import Any, NamedTuple

from textstudy.report.language.claims import paired_result, shorten_list
from textstudy.report.language.costs import COSTS, TIME_NOISE, cheapest, cost_range, foundations, pareto_front, trains
from textstudy.report.language.numbers import count, count_of, decimal, join_items, percent, seconds
from textstudy.report.language.ranks import (
    mean_score,
    models_of,
    models_with_test_score,
    paired_test,
    quoted_title,
    rank_by_validation,
)
from textstudy.report.language.ratios import ratio_in_words
from textstudy.report.language.settings import differing_settings
from textstudy.report.language.strategies import ORDER
from textstudy.report.language.types import Finding, Report, finding

CHEAPER = 0.95  # a cheaper model is named if it keeps at least this share of the best accuracy
FASTER = 1.5  # and trains at least so many times as fast


class _Words(NamedTuple):
    """How a cost is spoken of: what one model with the lowest does, what several do, the cost, one value of it."""

    does: str
    do: str
    noun: str
    write: Callable[[float], str]


def _milliseconds(cost: float) -> str:
    return f"{decimal(cost)} ms"


def _megabytes(cost: float) -> str:
    return f"{decimal(cost)} MB"


CHEAPEST = {
    "latency": _Words(
        "classifies a document fastest", "classify a document fastest", "time to classify a document", _milliseconds
    ),
    "training_time": _Words("trains fastest", "train fastest", "training time", seconds),
    "parameters": _Words("has the fewest parameters", "have the fewest parameters", "number of parameters", count),
    "memory": _Words(
        "needs the least memory to train", "need the least memory to train", "memory of a training", _megabytes
    ),
}
RATIOS = {"parameters": "the parameters", "training_time": "the training time", "latency": "the time to classify"}


def findings(report: Report) -> list[Finding]:
    """Return the findings on what the models cost."""
    return [
        *_sent(report),
        *_outside(report),
        *_busy(report),
        *_nearly_as_accurate(report),
        *_cheapest(report),
        *_encoders(report),
    ]


def _sent(report: Report) -> list[Finding]:
    """Return which models send texts to another machine: the price of privacy."""
    found = []
    for name in models_of(report, "prompted"):
        asked = report["models"][name]["prompted"]
        if asked["host"]:
            examples = f", and {count_of(asked['examples'], 'training document')} as examples," * bool(
                asked["examples"]
            )
            text = (
                f"{quoted_title(report, name)} sent {count_of(asked['documents'], 'document')} of this study{examples} "
                f"to {asked['host']}. Each text that it classifies leaves this machine."
            )
            found.append(finding("sent", text, model=name, host=asked["host"], documents=asked["documents"]))
    return found


def _outside(report: Report) -> list[Finding]:
    """Return how often a language model answered with none of the labels."""
    found = []
    for name in models_of(report, "prompted"):
        asked = report["models"][name]["prompted"]
        if asked["outside"]:
            text = (
                f"{quoted_title(report, name)} answered with none of the labels for {count(asked['outside'])} of "
                f"{count_of(asked['documents'], 'document')} ({percent(asked['outside'] / asked['documents'])} %)."
            )
            said = "; ".join(f"“{answer or 'nothing'}” ({count(times)})" for answer, times in asked["outside_answers"])
            details = f"Most often: {said}. Without log-probabilities they count as the largest class."
            found.append(finding("outside", text, details=details, model=name, outside=asked["outside"]))
    return found


def _busy(report: Report) -> list[Finding]:
    """Return a warning where other programs worked beside the measurement of the predictions."""
    measured = report["costs"]
    if not measured["busy"]:
        return []
    load = "" if measured["load_during"] is None else f": load {measured['load_during']:.1f} on "
    text = (
        f"The times to classify were measured while the machine was busy{load or ', on '}"
        f"{count_of(measured['cores'], 'core')}."
    )
    details = (
        f"Other programs used {measured['other_cores']:.1f} of the {count_of(measured['cores'], 'core')} on average. "
        "All models were measured in turn during the same minutes, but a long prediction is interrupted more often "
        "than a short one. The processor time in the table shows what it takes alone. For better times, delete "
        "costs.json of the study and run it again with nothing else running."
    )
    return [finding("busy", text, details=details, **measured)]


def _nearly_as_accurate(report: Report) -> list[Finding]:
    """Return the cheapest model that keeps most of the best accuracy, if it trains much faster."""
    front, costs = pareto_front(report, "training_time")
    if len(front) < 2:
        return []
    best = front[-1]
    near = [name for name in front[:-1] if costs[name][1] >= CHEAPER * costs[best][1]]
    if not near:
        return []
    cheap = near[0]
    ratio = costs[best][0] / costs[cheap][0]
    times = ratio_in_words(cost_range(report, best, "training_time"), cost_range(report, cheap, "training_time"))
    if ratio < FASTER or times is None:
        return []
    text = (
        f"{quoted_title(report, cheap)} keeps {percent(costs[cheap][1] / costs[best][1])} % of the test accuracy of "
        f"{quoted_title(report, best)} and trains {times} as fast."
    )
    details = f"Training takes {_time(report, cheap)} against {_time(report, best)}. {_TRAINING_NOISE}"
    return [finding("efficiency", text, details=details, model=cheap, best=best, ratio=ratio)]


_TRAINING_NOISE = f"Training times within {100 * TIME_NOISE:.0f} % of each other count as equal."


def _time(report: Report, name: str) -> str:
    """Return a training time; it is said if it includes the training of other models."""
    time = seconds(COSTS["training_time"](report, name))
    return f"{time} with the models on which it is built" if foundations(report, name) else time


def _cheapest(report: Report) -> list[Finding]:
    """Return the models with the lowest value of each cost.

    Refits are left out, as they cost what their base does; and models that do not train, of costs of a training.
    """
    names = [name for name in models_with_test_score(report) if not report["models"][name]["refits"]]
    trained = [name for name in names if trains(report, name)]
    compared = {cost: names if cost == "latency" else trained for cost in CHEAPEST}
    return [_lowest(report, those, cost) for cost, those in compared.items() if len(those) > 1]


def _lowest(report: Report, names: list[str], cost: str) -> Finding:
    """Return which models have the lowest value of a cost, with the values and what the highest is."""
    words, found = CHEAPEST[cost], cheapest(report, names, cost)
    titles = [quoted_title(report, name) for name in found]
    if len(found) == len(names):
        text = f"The models do not differ measurably in {words.noun}."
    elif len(found) == 1:
        text = f"{titles[0]} {words.does}."
    else:
        same = "" if cost == "parameters" else ", with no measurable difference between them"
        text = f"{shorten_list(titles)} {words.do}{same}."
    costly = max(names, key=lambda name: COSTS[cost](report, name))
    shown = [f"{quoted_title(report, name)} {words.write(COSTS[cost](report, name))}" for name in found]
    details = f"The {words.noun} is: {'; '.join(shown)}."
    times = ratio_in_words(*(cost_range(report, name, cost) for name in (costly, found[0])))
    if times:
        highest = words.write(COSTS[cost](report, costly))
        details += f" The highest is that of {quoted_title(report, costly)}: {highest}, {times} as much."
    note = {"latency": f" Each is the median of {count(report['costs']['rounds'])} rounds on one thread; models whose "
                       "rounds overlap count as equal.",
            "training_time": f" {_TRAINING_NOISE}"}.get(cost, "")  # fmt: skip
    price = min(COSTS[cost](report, name) for name in names)
    return finding("cheapest", text, details=details + note, cost=cost, models=found, price=price)


def _encoders(report: Report) -> list[Finding]:
    """Compare each two pretrained encoders trained with one strategy, by the best model of each on validation."""
    result = []
    for strategy in ORDER:
        chosen: dict[str, str] = {}  # encoder that ran → its best model on validation
        for name in rank_by_validation(report):
            model = report["models"][name]
            if model["encoder_strategy"] == strategy:
                chosen.setdefault(model["encoder"]["resource"], name)
        names = sorted(chosen.values(), key=lambda name: report["models"][name]["parameters"]["total"])
        result += [_larger_encoder(report, strategy, *two) for two in combinations(names, 2)]
    return result


def _larger_encoder(report: Report, strategy: str, small: str, large: str) -> Finding:
    """Return what the larger of two encoders costs more, the paired test of the two, and their other differences."""
    ratios = {cost: COSTS[cost](report, large) / COSTS[cost](report, small) for cost in RATIOS}
    parts = []
    for cost, noun in RATIOS.items():
        times = ratio_in_words(*(cost_range(report, name, cost) for name in (large, small)))
        parts.append(f"{times} {noun}" if times else f"measurably no more or less of {noun}")
    smaller, larger = quoted_title(report, small), quoted_title(report, large)
    others = differing_settings([_other_settings(report, name) for name in (small, large)])
    text = f"{larger} takes {join_items(parts)} of {smaller}."
    share = percent(mean_score(report, small) / mean_score(report, large))
    details = (
        f"Both are trained with the strategy {strategy}. {smaller} has {share} % of the test accuracy of {larger}. "
        f"{paired_result(paired_test(report, small, large), smaller, larger)}."
        + (f" The two models also differ in {join_items(others)}." if others else "")
    )
    return finding("encoders", text, details=details, strategy=strategy, small=small, large=large, ratios=ratios)


def _other_settings(report: Report, name: str) -> dict[str, Any]:
    """Return the settings of a model without its encoding, which is what is compared."""
    return {key: value for key, value in report["models"][name]["settings"].items() if key != "encoding"}
