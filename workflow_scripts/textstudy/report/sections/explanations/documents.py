"""Explained documents: their words shaded by attribution or attention, and the strongest ones in words."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from textstudy.report.language.escaping import Markdown, markdown_span, plain
from textstudy.report.language.numbers import percent
from textstudy.report.language.perturbations import perturbation_title

LEVELS = 4  # strengths of a shade
FAINT = 0.1  # of a document's strongest word, under which a word has no shade
LONGEST_LIST = 5  # words for the answer that a sentence names, and as many against it
LONGEST = 60  # characters shown of a word
CLOSING = tuple(".,;:!?…)]}’”%")  # marks that follow a word without a space


def heading(document: Mapping[str, Any]) -> str:
    """Return whether the answer is right, wrong or flipped; the class, the answer and the answer's probability."""
    perturbation = document["perturbation"]
    after = f" after the perturbation {perturbation_title(perturbation)}" if perturbation else ""
    return (
        f"{document['kind'].capitalize()}: the class is {document['label']}, the answer{after} is "
        f"{document['predicted']} with a probability of {percent(document['probability'])} %."
    )


def shade_words(document: Mapping[str, Any], key: str) -> Markdown | None:
    """Return a document as Markdown with each word shaded by its "attribution" or "attention"; None without values."""
    values = [token[key] for token in document["tokens"]]
    if not values or None in values:
        return None
    top = max(map(abs, values)) or 1.0
    parts = [
        ("" if token["text"].startswith(CLOSING) or not place else " ") + _shade(token["text"], value / top, key)
        for place, (token, value) in enumerate(zip(document["tokens"], values, strict=True))
    ]
    return Markdown("".join(parts))


def _shade(text: str, strength: float, key: str) -> str:
    """Return a word with the classes of its side and level; the page marks the side by a line and by a colour."""
    word = markdown_span(plain(text, LONGEST))
    if abs(strength) < FAINT or not word:
        return word
    side = "attended" if key == "attention" else "towards" if strength > 0 else "against"
    return f"[{word}]{{.{side} .level-{min(LEVELS, math.ceil(LEVELS * abs(strength)))}}}"


def strongest_words(document: Mapping[str, Any]) -> str:
    """Return the words with the strongest attributions for and against the answer, for readers who see no shade."""
    tokens = sorted(document["tokens"], key=lambda token: abs(token["attribution"]))  # of equal words, the strongest
    sides = {
        "for the answer": {token["text"].casefold(): token for token in tokens if token["attribution"] >= FAINT},
        "against it": {token["text"].casefold(): token for token in tokens if token["attribution"] <= -FAINT},
    }
    parts = [f"{side}: {', '.join(_strongest(found.values())) or 'nothing'}" for side, found in sides.items()]
    return f"Strongest {'; '.join(parts)}."


def _strongest(tokens: Iterable[Mapping[str, Any]]) -> list[str]:
    order = sorted(tokens, key=lambda token: (-abs(token["attribution"]), token["text"]))
    return [
        f"{plain(token['text'], LONGEST)} ({token['attribution']:+.2f})".replace("(-", "(−")
        for token in order[:LONGEST_LIST]
    ]
