"""Tables of explanations: whether the attributions explain more than random words do, and the top words of a class."""

from collections.abc import Mapping

from textstudy.report.language.escaping import plain
from textstudy.report.language.explanations import explained_models
from textstudy.report.language.numbers import MISSING, count, join_items, percent
from textstudy.report.language.ranks import quoted_title, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.explanations.findings import area, verdict

LONGEST = 60  # characters shown of a word


def faithfulness(report: Report) -> Table:
    """Return for each model whether deleting words by attribution lowers the probability more than at random."""
    models = explained_models(report)
    rows = []
    for name, found in models.items():
        tested = found["faithfulness"]
        rows.append([title(report, name), found["method"], _missed(found["completeness"]), count(tested["documents"]),
                     area(tested["difference"]), verdict(tested)])  # fmt: skip
    smallest = sorted({found["faithfulness"]["smallest_difference"] for found in models.values()})
    return Table(
        "table-faithfulness",
        "Faithfulness. Words are deleted from documents: those with the highest attributions first, or as many random "
        "words. Area: the mean difference of the answer's probability between the two, in points, with a 95 % "
        "bootstrap interval over documents; positive where deletion by attribution lowers the probability more. Better "
        f"than random: the interval lies above {join_items([percent(each) for each in smallest])}. Missed: the per "
        "cent of the explained score that the attributions do not add up to.",
        ["Model", "Method", "Missed", "Documents", "Area between the curves", "Better than random"], "llrrrl", rows,
    )  # fmt: skip


def _missed(completeness: Mapping[str, float]) -> str:
    expected = completeness["difference"]
    return percent(completeness["residual"] / expected) if expected else MISSING


def top_words(report: Report, name: str) -> Table:
    """Return the words that speak most for each class, by a model."""
    found = explained_models(report)[name]
    documents = count(found["sample"])
    what = "weight" if found["method"] == "weights" else f"mean attribution over {documents} test documents"
    return Table(
        f"table-top-words-{name}",
        f"The words that speak most for each class, by {quoted_title(report, name)}, with their {what} in logits.",
        ["Class", "Words"], "ll",
        [[label, ", ".join(f"{plain(word, LONGEST)} ({score:.2f})" for word, score in words) or "none"]
         for label, words in found["top_words"].items()],
    )  # fmt: skip
