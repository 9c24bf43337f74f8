"""Explanations: which words decided, in documents and over all, and whether the attributions tell more than chance."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from textstudy.report.language.escaping import Markdown, markdown_span, plain
from textstudy.report.language.explanations import explained_models
from textstudy.report.language.numbers import MISSING, count, join_items, percent
from textstudy.report.language.perturbations import perturbation_title
from textstudy.report.language.ranks import title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report
from textstudy.report.sections.explanations.findings import area, said

LEVELS = 4  # strengths of a highlight
FAINT = 0.1  # of a document's strongest word, under which a word has no highlight
NAMED = 5  # words named on each side
LONGEST = 60  # letters shown of a word
CLOSING = tuple(".,;:!?…)]}’”%")  # marks that stand at the word before them
KINDS = {"right": "Right", "wrong": "Wrong", "flipped": "Flipped"}


def faithfulness(report: Report) -> Table:
    """Whether taking out what the attributions name changes the answer more than words at random do."""
    rows = []
    for name, found in explained_models(report).items():
        tested = found["faithfulness"]
        rows.append([title(report, name), found["method"], _missed(found["completeness"]), count(tested["documents"]),
                     area(tested["difference"]), said(tested)])  # fmt: skip
    smallest = sorted({found["faithfulness"]["smallest_difference"] for found in explained_models(report).values()})
    return Table(
        "table-faithfulness",
        "Faithfulness: the mean probability of the answer as words are taken out of the documents, those of the "
        "strongest attribution first, against as many at random. The area between both curves as a mean difference in "
        "points, with a 95 % bootstrap interval over documents; more than chance where the interval lies above "
        f"{join_items([percent(each) for each in smallest])}. Missed: what the attributions leave out of the score that "
        "they should sum up to, in per cent of it.",
        ["Model", "Method", "Missed", "Documents", "Area between the curves", "More than chance"], "llrrrl", rows,
    )  # fmt: skip


def _missed(completeness: Mapping[str, float]) -> str:
    whole = completeness["difference"]
    return percent(completeness["residual"] / whole) if whole else MISSING


def top_words(report: Report, name: str) -> Table:
    """The words that speak most for each class."""
    found = explained_models(report)[name]
    over = "" if found["method"] == "weights" else f", mean over {count(found['sample'])} test documents"
    return Table(
        f"table-top-words-{name}",
        f"Words that speak most for each class, {title(report, name)}: their {_what(found)} in logits{over}.",
        ["Class", "Words"], "ll",
        [[label, ", ".join(f"{plain(word, LONGEST)} ({score:.2f})" for word, score in words) or "none"]
         for label, words in found["top_words"].items()],
    )  # fmt: skip


def _what(found: Mapping[str, Any]) -> str:
    return "weight" if found["method"] == "weights" else "attribution"


def heading(document: Mapping[str, Any]) -> str:
    """Return what a document is an example of, its class, the answer and how probable that is to the model."""
    perturbed = (
        f" after the perturbation {perturbation_title(document['perturbation'])}" if document["perturbation"] else ""
    )
    answer = f"answered {document['predicted']}{perturbed} with a probability of {percent(document['probability'])} %"
    kind = KINDS.get(document["kind"], document["kind"])
    return f"{kind}: the class is {document['label']}, {answer}."


def highlighted(document: Mapping[str, Any], key: str) -> Markdown | None:
    """Return the words of a document as Markdown, each shaded by its "attribution" or "attention"; None without any."""
    values = [token[key] for token in document["tokens"]]
    if not values or None in values:
        return None
    top = max(map(abs, values)) or 1.0
    parts = [
        ("" if token["text"].startswith(CLOSING) or not place else " ") + _shaded(token["text"], value / top, key)
        for place, (token, value) in enumerate(zip(document["tokens"], values, strict=True))
    ]
    return Markdown("".join(parts))


def _shaded(text: str, strength: float, key: str) -> str:
    """A word with the mark of its side and level; the page shows the side by a line as well as by a colour."""
    shown = markdown_span(plain(text, LONGEST))
    if abs(strength) < FAINT or not shown:
        return shown
    side = "attended" if key == "attention" else "towards" if strength > 0 else "against"
    return f"[{shown}]{{.{side} .level-{min(LEVELS, math.ceil(LEVELS * abs(strength)))}}}"


def strongest(document: Mapping[str, Any]) -> str:
    """Return in words what speaks most for and against the answer: what the shading shows."""
    tokens = sorted(document["tokens"], key=lambda token: abs(token["attribution"]))  # of equal words the strongest
    speaking = {
        "for the answer": {token["text"].casefold(): token for token in tokens if token["attribution"] >= FAINT},
        "against it": {token["text"].casefold(): token for token in tokens if token["attribution"] <= -FAINT},
    }
    parts = [
        f"{side}: {', '.join(map(_word, _loudest(found.values()))) or 'nothing'}" for side, found in speaking.items()
    ]
    return f"Strongest {'; '.join(parts)}."


def _loudest(tokens: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(tokens, key=lambda token: (-abs(token["attribution"]), token["text"]))[:NAMED]


def _word(token: Mapping[str, Any]) -> str:
    return f"{plain(token['text'], LONGEST)} ({token['attribution']:+.2f})".replace("(-", "(−")
