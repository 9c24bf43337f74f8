"""Findings on cost: a cheaper model with nearly the best accuracy, the cheapest models, the larger of two encoders."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from textstudy.report.language.claims import paired_result
from textstudy.report.language.costs import COSTS, foundations, pareto_front
from textstudy.report.language.numbers import count, decimal, join_items, percent, seconds
from textstudy.report.language.ranks import (
    mean_score,
    models_with_test_score,
    paired_test,
    quoted_title,
    rank_by_validation,
)
from textstudy.report.language.settings import differing_settings
from textstudy.report.language.strategies import ORDER
from textstudy.report.language.types import Finding, Report, finding

CHEAPER = 0.95  # a cheaper model is named if it keeps at least this share of the best accuracy
FASTER = 1.5  # and trains at least so many times as fast
# cost → what one model does, what several do, how the highest cost is called, how a cost is written
CHEAPEST = {
    "training_time": ("trains fastest", "train fastest", "the slowest", seconds),
    "latency": ("classifies a document fastest", "classify a document fastest", "the slowest",
                lambda cost: f"{decimal(cost)} ms"),
    "parameters": ("has the fewest parameters", "have the fewest parameters", "the most", count),
    "memory": ("needs the least memory to train", "need the least memory to train", "the most",
               lambda cost: f"{decimal(cost)} MB"),
}  # fmt: skip
RATIOS = {"parameters": "the parameters", "training_time": "the training time", "latency": "the latency"}


def findings(report: Report) -> list[Finding]:
    """Return the findings on what the models cost."""
    return [*_nearly_as_accurate(report), *_cheapest(report), *_encoders(report)]


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
    if ratio < FASTER:
        return []
    text = (
        f"{quoted_title(report, cheap)} keeps {percent(costs[cheap][1] / costs[best][1])} % of the test accuracy of "
        f"{quoted_title(report, best)} and trains {decimal(ratio)} times as fast ({_time(report, cheap, costs)} "
        f"against {_time(report, best, costs)})."
    )
    return [finding("efficiency", text, model=cheap, best=best, ratio=ratio)]


def _time(report: Report, name: str, costs: Mapping[str, tuple[float, float]]) -> str:
    """Return a training time; it is said if it includes the training of other models."""
    time = seconds(costs[name][0])
    return f"{time} with the models on which it is built" if foundations(report, name) else time


def _cheapest(report: Report) -> list[Finding]:
    """Return the model with the lowest value of each cost; refits are left out, as they cost what their base does."""
    names = [name for name in models_with_test_score(report) if not report["models"][name]["refits"]]
    merits: dict[tuple[str, ...], list[str]] = {}
    evidence: dict[str, Any] = {}
    for cost, (does, do, highest, write) in CHEAPEST.items():
        costs = {name: COSTS[cost](report, name) for name in names}
        if len(set(costs.values())) < 2:
            continue
        least, most = min(costs.values()), max(costs.values())
        cheapest = tuple(name for name in names if costs[name] == least)
        merit = f"{does if len(cheapest) == 1 else do} ({write(least)}; {highest}: {write(most)})"
        merits.setdefault(cheapest, []).append(merit)
        evidence[cost] = {"models": list(cheapest), "price": least}
    parts = [f"{_scored(report, cheapest)} {join_items(found)}." for cheapest, found in merits.items()]
    return [finding("cheapest", f"Lowest costs measured here: {' '.join(parts)}", **evidence)] if parts else []


def _scored(report: Report, names: Sequence[str]) -> str:
    """Return models with their test accuracy, as a sentence lists them."""
    return join_items(
        [f"{quoted_title(report, name)} ({percent(mean_score(report, name))} % test accuracy)" for name in names]
    )


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
    times = join_items([f"{ratio:.2f} times {RATIOS[cost]}" for cost, ratio in ratios.items()])
    smaller, larger = quoted_title(report, small), quoted_title(report, large)
    share = percent(mean_score(report, small) / mean_score(report, large))
    test = paired_result(paired_test(report, small, large), smaller, larger)
    others = differing_settings([_other_settings(report, name) for name in (small, large)])
    text = (
        f"Two encoders with the strategy {strategy}: {larger} takes {times} of {smaller}. {smaller} has {share} % of "
        f"the test accuracy of {larger}; {test}."
        + (f" The two models also differ in {join_items(others)}." if others else "")
    )
    return finding("encoders", text, strategy=strategy, small=small, large=large, ratios=ratios)


def _other_settings(report: Report, name: str) -> dict[str, Any]:
    """Return the settings of a model without its encoding, which is what is compared."""
    return {key: value for key, value in report["models"][name]["settings"].items() if key != "encoding"}
