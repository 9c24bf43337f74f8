"""Would more labels help? One sentence for each model, from the interval of what twice as many would bring."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.growth import accuracy_of, growth_verdict
from textstudy.report.language.numbers import (
    change_in_points,
    count,
    interval_in_sentence,
    join_items,
    percent,
    points,
)
from textstudy.report.language.ranks import quoted_title, rank_models
from textstudy.report.language.types import Finding, Report, finding

TIMES = {2: "twice", 4: "four times"}


def findings(report: Report) -> list[Finding]:
    """Return a finding for each model with a learning curve, the model with the highest test accuracy first."""
    return [_growth(report, name, report["growth"][name]) for name in rank_models(report) if name in report["growth"]]


def _growth(report: Report, name: str, curve: Mapping[str, Any]) -> Finding:
    verdict = growth_verdict(curve)
    text = _sentence(verdict, quoted_title(report, name), curve)
    return finding("growth", text, details=_details(curve), model=name, verdict=verdict, more=curve["more"])


def _sentence(verdict: str, title: str, curve: Mapping[str, Any]) -> str:
    if verdict == "unfitted":
        return f"Whether more labels would help {title} cannot be told: {len(curve['sizes'])} sizes are too few."
    gain = curve["more"][0]["gain"]
    low, high = gain["low"], gain["high"]
    if verdict == "little":
        return f"Twice as many labels would change the accuracy of {title} by less than 1 point."
    if verdict == "more":
        return f"Twice as many labels would raise the accuracy of {title} by {percent(low)} to {percent(high)} points."
    if verdict == "harm":
        return (
            f"Twice as many labels would lower the accuracy of {title} by {percent(-high)} to {percent(-low)} points."
        )
    return (
        f"Whether more labels would help {title} cannot be told: with twice as many, its accuracy may change by "
        f"{points(low)} to {points(high)} points."
    )


def _details(curve: Mapping[str, Any]) -> str:
    first, last = curve["sizes"][0], curve["sizes"][-1]
    text = (
        f"{len(curve['sizes'])} sizes were measured, from {count(first['documents'])} training documents with a test "
        f"accuracy of {interval_in_sentence(accuracy_of(first))} to {count(last['documents'])} with "
        f"{interval_in_sentence(accuracy_of(last))}."
    )
    if curve["skipped"]:
        skipped = [f"{percent(each['share'], 0)} % ({each['reason']})" for each in curve["skipped"]]
        text += f" Shares left out: {join_items(skipped)}."
    if not curve["law"]:
        return f"{text} A power law needs four."
    law = curve["law"]
    changes = [
        f"{TIMES[each['factor']]} as many ({count(each['documents'])}) would change it by "
        f"{change_in_points(**each['gain'], unit='points')}"
        for each in curve["more"]
    ]
    return (
        f"{text} By the power law that fits them best, {join_items(changes)}. These are 95 % intervals for other test "
        f"documents and other trainings. They hold if the law goes on as it was measured. Its error falls towards "
        f"{percent(law['floor'])} % with the exponent {law['exponent']:.2f}, and the runs are off it by "
        f"{100 * law['residual']:.1f} points (root mean square)."
    )
