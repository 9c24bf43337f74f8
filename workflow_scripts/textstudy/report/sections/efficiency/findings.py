"""Findings on what accuracy costs: a cheaper model that keeps most of it, the cheapest models, the larger encoder."""

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

CHEAPER = 0.95  # share of the best accuracy that a cheaper model must keep to be named
FASTER = 1.5  # and how many times as fast it must train
# cost → what the cheapest model does, and how its price is written
CHEAPEST = {
    "training_time": ("trains fastest", seconds),
    "latency": ("classifies a document fastest", lambda price: f"{decimal(price)} ms"),
    "parameters": ("has the fewest parameters", count),
    "memory": ("needs the least host memory to train", lambda price: f"{decimal(price)} MB"),
}
RATIOS = {"parameters": "the parameters", "training_time": "the training time", "latency": "the latency"}


def findings(report: Report) -> list[Finding]:
    """Return what the costs of the models say."""
    return [*_nearly_as_good(report), *_cheapest(report), *_encoders(report)]


def _nearly_as_good(report: Report) -> list[Finding]:
    """The cheapest model that keeps most of the best accuracy, where it trains much faster."""
    front, prices = pareto_front(report, "training_time")
    if len(front) < 2:
        return []
    best = front[-1]
    near = [name for name in front[:-1] if prices[name][1] >= CHEAPER * prices[best][1]]
    if not near:
        return []
    cheap = near[0]
    ratio = prices[best][0] / prices[cheap][0]
    if ratio < FASTER:
        return []
    text = (
        f"{quoted_title(report, cheap)} keeps {percent(prices[cheap][1] / prices[best][1])} % of the test accuracy of "
        f"{quoted_title(report, best)} and trains {decimal(ratio)} times as fast ({_time(report, cheap, prices)} against "
        f"{_time(report, best, prices)})."
    )
    return [finding("efficiency", text, model=cheap, best=best, ratio=ratio)]


def _time(report: Report, name: str, prices: Mapping[str, tuple[float, float]]) -> str:
    """A training time, and that it holds those of other models where it does."""
    shown = seconds(prices[name][0])
    return f"{shown} with the models that it is built on" if foundations(report, name) else shown


def _cheapest(report: Report) -> list[Finding]:
    """The model that costs least of each kind, as measured, with its accuracy; refits are priced as what they refit."""
    names = [name for name in models_with_test_score(report) if not report["models"][name].get("refits")]
    first: dict[tuple[str, ...], list[str]] = {}
    evidence: dict[str, Any] = {}
    for cost, (does, shown) in CHEAPEST.items():
        prices = {name: price for name in names if (price := COSTS[cost](report, name)) is not None}
        if len(set(prices.values())) < 2:
            continue
        least, most = min(prices.values()), max(prices.values())
        cheapest = tuple(name for name, price in prices.items() if price == least)
        first.setdefault(cheapest, []).append(f"{does} ({shown(least)}; the most: {shown(most)})")
        evidence[cost] = {"models": list(cheapest), "price": least}
    parts = [f"{_scored(report, cheapest)} {join_items(does)}" for cheapest, does in first.items()]
    return [finding("cheapest", f"As measured here: {'; '.join(parts)}.", **evidence)] if parts else []


def _scored(report: Report, names: Sequence[str]) -> str:
    """Name models with their test accuracy, ready for a verb in the singular."""
    shown = [f"{quoted_title(report, name)}, {percent(mean_score(report, name))} % on test," for name in names]
    return shown[0] if len(shown) == 1 else f"each of {join_items(shown)}"


def _encoders(report: Report) -> list[Finding]:
    """Two pretrained encoders by the same strategy: the paired test, what the larger costs more, what else differs."""
    result = []
    for strategy in ORDER:
        chosen: dict[str, str] = {}  # what ran → its best model on validation
        for name in rank_by_validation(report):
            model = report["models"][name]
            if model["encoder_strategy"] == strategy:
                chosen.setdefault(model["encoder"]["resource"], name)
        names = sorted(chosen.values(), key=lambda name: report["models"][name]["parameters"]["total"])
        for small, large in combinations(names, 2):
            ratios = {cost: ratio for cost in RATIOS if (ratio := _ratio(report, cost, large, small)) is not None}
            costs = join_items([f"{ratio:.2f} times {RATIOS[cost]}" for cost, ratio in ratios.items()])
            test = paired_result(
                paired_test(report, small, large), quoted_title(report, small), quoted_title(report, large)
            )
            kept = percent(mean_score(report, small) / mean_score(report, large))
            unlike = differing_settings([_compared(report, name) for name in (small, large)])
            text = (
                f"Of two encoders by strategy {strategy}, {quoted_title(report, large)} takes {costs} of "
                f"{quoted_title(report, small)}, which has {kept} % of its test accuracy; {test}."
                + (f" They also differ in {join_items(unlike)}." if unlike else "")
            )
            result.append(finding("encoders", text, strategy=strategy, small=small, large=large, ratios=ratios))
    return result


def _compared(report: Report, name: str) -> dict[str, Any]:
    """The settings of a model but for the one that is compared, its encoding."""
    return {key: value for key, value in report["models"][name]["settings"].items() if key != "encoding"}


def _ratio(report: Report, cost: str, large: str, small: str) -> float | None:
    over, under = COSTS[cost](report, large), COSTS[cost](report, small)
    return over / under if over is not None and under else None
