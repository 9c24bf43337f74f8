"""Tables of explanations: whether they are faithful, and the top words of a class."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.escaping import plain
from textstudy.report.language.explanations import deletions, explained_models, verdict
from textstudy.report.language.many_classes import has_many, largest, note
from textstudy.report.language.numbers import MISSING, change_in_points, count, percent
from textstudy.report.language.ranks import quoted_title, title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

LONGEST = 60  # characters shown of a word


def faithfulness(report: Report) -> Table:
    """Return for each model how much more its answer depends on the words named than on other words."""
    rows = []
    for name, found in explained_models(report).items():
        tested = deletions(found["faithfulness"])
        rows.append([
            title(report, name), found["method"], _missed(found["completeness"]),
            *(_gap(tested.get(order)) for order in ("random", "idf")), _rival(report, tested.get("model")),
            verdict(found["faithfulness"]),
        ])  # fmt: skip
    return Table(
        "table-faithfulness",
        "How much more the answer depends on the words that an explanation names than on other words. Words are "
        "deleted from documents, those named first; punctuation stays. Cells: by how many points of probability the "
        "answer falls more than after deleting as many random words, the rarest words (IDF of the training documents), "
        "or the words that another model names (of several, the one that is hardest to beat), with a 95 % interval "
        "that holds for all models together. Faithful: all three are shown. Missed: the per cent of "
        "the explained score that the attributions do not add up to.",
        ["Model", "Method", "Missed", "Than random words", "Than rare words", "Than another model's words", "Verdict"],
        "llrrrrl", rows,
    )  # fmt: skip


def _gap(row: Mapping[str, Any] | None) -> str:
    return change_in_points(**row["difference"]) if row and row["difference"] else MISSING


def _rival(report: Report, row: Mapping[str, Any] | None) -> str:
    documents = f"{count(row['documents'])} documents" if row else ""
    return f"{_gap(row)} ({title(report, row['model'])}, {documents})" if row else MISSING


def _missed(completeness: Mapping[str, float]) -> str:
    expected = completeness["difference"]
    return percent(completeness["residual"] / expected) if expected else MISSING


def top_words(report: Report, name: str) -> Table:
    """Return the words that speak most for each class, by a model; of many classes, for the largest."""
    found, shown = explained_models(report)[name], set(largest(report))
    documents = count(found["sample"])
    what = "weight" if found["method"] == "weights" else f"mean attribution over {documents} test documents"
    return Table(
        f"table-top-words-{name}",
        f"The words that speak most for each class, by {quoted_title(report, name)}, with their {what} in logits."
        f"{note(report, 'with the most documents')}",
        ["Class", "Words"], "ll",
        [[label, ", ".join(f"{plain(word, LONGEST)} ({score:.2f})" for word, score in words) or "none"]
         for label, words in found["top_words"].items() if not has_many(report) or label in shown],
    )  # fmt: skip
