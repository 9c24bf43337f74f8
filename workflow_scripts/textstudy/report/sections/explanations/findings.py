"""Whether deleting the words with the highest attributions changes the answer more than deleting random words."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.explanations import explained_models
from textstudy.report.language.numbers import change_in_points, join_items
from textstudy.report.language.ranks import quoted_title
from textstudy.report.language.types import Finding, Report, finding

BETTER, UNCLEAR, WORSE = "yes", "not shown", "worse"  # in the column "Better than random"
SENTENCES = {
    BETTER: "For {}, deleting the words with the highest attributions lowers the probability of the answer more than "
            "deleting as many random words. So these attributions show what the answer depends on.",
    UNCLEAR: "For {}, deleting the words with the highest attributions is not shown to lower the probability of the "
             "answer noticeably more than deleting as many random words. So these attributions explain no more than "
             "random words would.",
    WORSE: "For {}, deleting random words lowers the probability of the answer more than deleting as many words with "
           "the highest attributions. So these attributions are misleading.",
}  # fmt: skip


def area(difference: Mapping[str, float]) -> str:
    """Return the area between two deletion curves in points, with its interval: "+9.0 [+7.0, +11.0]"."""
    return change_in_points(difference["mean"], difference["low"], difference["high"])


def verdict(faithfulness: Mapping[str, Any]) -> str:
    """Return whether attributions explain more than random words do: BETTER, UNCLEAR or WORSE."""
    if faithfulness["faithful"]:
        return BETTER
    return WORSE if faithfulness["difference"]["high"] < 0 else UNCLEAR


def findings(report: Report) -> list[Finding]:
    """Return one finding for all explained models: for which of them the attributions explain the answers."""
    models = explained_models(report)
    if not models:
        return []
    groups = {each: [name for name in models if verdict(models[name]["faithfulness"]) == each] for each in SENTENCES}
    parts = []
    for group, names in groups.items():
        areas = [
            f"{quoted_title(report, name)} ({area(models[name]['faithfulness']['difference'])} points on average)"
            for name in names
        ]
        parts += [SENTENCES[group].format(join_items(areas))] if names else []
    return [finding("faithfulness", " ".join(parts), models=groups)]
