"""Whether deleting the words that an explanation names changes the answer more than deleting words at random."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.explanations import explained_models
from textstudy.report.language.numbers import join_items, points, signed_interval
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding

MORE, UNCLEAR, LESS = "yes", "not shown", "less than chance"
SAID = {
    MORE: "Taking out the words that the attributions name lowers the probability of the answer more than taking out "
          "as many at random, so they tell what the answer rests on: {}.",
    UNCLEAR: "Hardly a difference from words taken out at random, or none, could be shown for {}: the highlights there "
             "explain nothing that chance would not.",
    LESS: "Words taken out at random lower the probability of the answer more than those that the attributions name "
          "for {}: the highlights there mislead.",
}  # fmt: skip


def area(difference: Mapping[str, float]) -> str:
    return f"{points(difference['mean'])} {signed_interval(difference['low'], difference['high'])}"


def said(tested: Mapping[str, Any]) -> str:
    """Return whether the attributions tell more than chance: MORE, UNCLEAR or LESS, by the interval of the area."""
    if tested["faithful"]:
        return MORE
    return LESS if tested["difference"]["high"] < 0 else UNCLEAR


def findings(report: Report) -> list[Finding]:
    """Of which models the attributions tell more than chance; one finding for all of them."""
    tested = {name: found["faithfulness"] for name, found in explained_models(report).items()}
    if not tested:
        return []
    groups = {verdict: [name for name in tested if said(tested[name]) == verdict] for verdict in SAID}
    parts = [
        SAID[verdict].format(
            join_items([f"{quoted_title(report, name)} ({area(tested[name]['difference'])} points)" for name in names])
        )
        for verdict, names in groups.items()
        if names
    ]
    return [finding("faithfulness", " ".join(parts), models=groups)]
