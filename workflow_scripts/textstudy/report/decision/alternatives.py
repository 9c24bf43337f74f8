"""What other models offer beside the recommended one, and what they cost: accuracy, robustness, memory, size."""

from textstudy.report.decision.choice import Choice
from textstudy.report.language.claims import verdict
from textstudy.report.language.costs import cost_range, latency, tied, training_memory, trains
from textstudy.report.language.numbers import decimal, join_items, percent, points
from textstudy.report.language.perturbations import difference, is_above, measured_models
from textstudy.report.language.ranks import mean_score, models_with_test_score, quoted_title
from textstudy.report.language.ratios import ratio_in_words
from textstudy.report.language.types import Finding, Report, finding

LESS_MEMORY = 0.8  # share of the recommended model's memory up to which another model is named
VERDICTS = {
    "better": "is shown to be more accurate on test",
    "worse": "is shown to be less accurate on test",
    "equivalent": "is as accurate on test, within 1 point",
    "unclear": "is not shown to be more accurate on test",
    "untested": "was not compared with it by a test",
}
WISHES = {
    "accuracy": "more accurate",
    "robustness": "more robust to typos",
    "memory": "much lighter on memory",
}


def alternatives(report: Report, choice: Choice) -> list[Finding]:
    """Return what more accuracy, more robustness and less memory would take, and what the costliest model brings.

    The first sentence names what no model offers.
    """
    names = [
        name for name in models_with_test_score(report)
        if name != choice.recommended and not report["models"][name]["refits"] and name not in choice.collapsed
    ]  # fmt: skip
    if not names or not report["models"][choice.recommended]["test"]:
        return []
    makers = {"accuracy": _accuracy, "robustness": _robustness, "memory": _memory}
    offers = {wish: make(report, choice.recommended, names) for wish, make in makers.items()}
    missing = [wish for wish, offer in offers.items() if offer is None and _could_be_told(report, choice, wish)]
    found = [offer for offer in offers.values() if offer]
    if missing:
        words = join_items([WISHES[wish] for wish in missing], "or")
        found.insert(0, finding("none", f"No model of this study is shown to be {words}.", wishes=missing))
    told = {item["evidence"].get("model") for item in found}
    return [*found, *_costliest(report, choice.recommended, [name for name in names if name not in told])]


def _could_be_told(report: Report, choice: Choice, wish: str) -> bool:
    """Whether the study measured what a wish is about, for the recommended model and another."""
    measured = measured_models(report)
    return wish != "robustness" or (choice.recommended in measured and len(measured) > 1)


def _ahead(report: Report, name: str, recommended: str) -> float:
    """Return the test accuracy of a model minus that of the recommended one."""
    return mean_score(report, name) - mean_score(report, recommended)


def _price(report: Report, name: str, recommended: str) -> str:
    """Return what a prediction costs in units of the recommended model: "takes about 5 times as long a document"."""
    its, own = (cost_range(report, each, "latency") for each in (name, recommended))
    if tied(its, own):
        return "takes about as long a document"
    if its.shown > own.shown:
        return f"takes {ratio_in_words(its, own)} as long a document"
    return f"is {ratio_in_words(own, its)} as fast"


def _accuracy(report: Report, recommended: str, names: list[str]) -> Finding | None:
    """Return the most accurate of the models shown to be more accurate on test."""
    name = next((name for name in names if verdict(report, name, recommended) == "better"), None)
    if name is None:
        return None
    ahead = _ahead(report, name, recommended)
    text = (
        f"{quoted_title(report, name)} is shown to be more accurate on test ({points(ahead)} points) and "
        f"{_price(report, name, recommended)}."
    )
    return finding("accuracy", text, model=name, difference=ahead)


def _robustness(report: Report, recommended: str, names: list[str]) -> Finding | None:
    """Return the most accurate on edited texts of the models shown to be more accurate there."""
    measured = measured_models(report)
    rivals = [name for name in names if name in measured] if recommended in measured else []
    better = {
        name: difference(report, name, recommended, "accuracy")["mean"]
        for name in rivals if is_above(report, name, recommended, "accuracy")
    }  # fmt: skip
    if not better:
        return None
    name = max(better, key=lambda name: (better[name], name))
    text = (
        f"On texts with typos, {quoted_title(report, name)} is more accurate ({points(better[name])} points) and "
        f"{_price(report, name, recommended)}."
    )
    return finding("robustness", text, model=name, difference=better[name])


def _memory(report: Report, recommended: str, names: list[str]) -> Finding | None:
    """Return the model that needs least memory to train, if it needs clearly less."""
    names = [name for name in names if trains(report, name)]
    if not names or not trains(report, recommended):
        return None
    name = min(names, key=lambda name: (training_memory(report, name), name))
    ratio = training_memory(report, name) / training_memory(report, recommended)
    if ratio > LESS_MEMORY:
        return None
    text = (
        f"{quoted_title(report, name)} needs {percent(1 - ratio, 0)} % less memory to train "
        f"({decimal(training_memory(report, name))} MB) and "
        f"{VERDICTS[verdict(report, name, recommended)]} ({points(_ahead(report, name, recommended))} points)."
    )
    return finding("memory", text, model=name, ratio=ratio)


def _costliest(report: Report, recommended: str, names: list[str]) -> list[Finding]:
    """Return what the model with the costliest prediction brings; none where it is hardly costlier."""
    name = max(names, key=lambda name: (latency(report, name), name), default=None)
    if name is None or tied(*(cost_range(report, each, "latency") for each in (name, recommended))):
        return []
    shown = verdict(report, name, recommended)
    text = (
        f"The slowest, {quoted_title(report, name)}, {_price(report, name, recommended)} and {VERDICTS[shown]} "
        f"({points(_ahead(report, name, recommended))} points)."
    )
    return [finding("costliest", text, model=name, verdict=shown)]
