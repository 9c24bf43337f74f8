"""Perturb a text: one edit in each of a share of its words, after TextAttack (Morris et al., EMNLP 2020).

Nine kinds with TextAttack's meaning, `combination` being any of six of the others. The default corrects faults of
TextAttack 0.3.10, `as_published` keeps them; docs/perturbations.md lists them. Time is linear in the text's length.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np

from textstudy.errors import StudyError
from textstudy.perturb.characters import CHARACTER_EDITS
from textstudy.perturb.contractions import CONTRACTIONS, EXPANSIONS
from textstudy.perturb.kinds import COMBINED, KINDS
from textstudy.perturb.published import published_edits
from textstudy.perturb.words import Edit, Words, replay

_BLOCK = 64  # uniform numbers drawn at a time: one call costs as much as dozens of numbers
_Item = TypeVar("_Item")


class Perturbed(NamedTuple):
    """A perturbed text, the edits that made it from the original (sorted, disjoint), and the original's words."""

    text: str
    edits: tuple[Edit, ...]
    words: int


def perturb(
    text: str, kind: str, *, share: float, generator: np.random.Generator, settings: Mapping[str, Any]
) -> Perturbed:
    """Return the text with one edit in each of `share` of its words, but in one word at least.

    Args:
        text: any text, also an empty one.
        kind: one of KINDS.
        share: of the text's words, from 0 to 1. Where fewer words admit an edit of the kind, these are edited.
        generator: draws the words and their edits; `generator_for` makes one.
        settings: `skip_first_character` and `skip_last_character` (of a word; false where absent) and `as_published`
            (false where absent): whether TextAttack's faults are kept.

    Raises:
        StudyError: the kind is unknown.
    """
    if kind not in KINDS:
        raise StudyError(f"There is no perturbation {kind!r}: choose among {', '.join(KINDS)}.")
    words = Words.of(text)
    edits_of = published_edits if settings.get("as_published", False) else _edits
    edits = edits_of(
        words,
        kinds=COMBINED if kind == "combination" else (kind,),
        wanted=max(int(share * len(words)), 1),
        skip=(settings.get("skip_first_character", False), settings.get("skip_last_character", False)),
        uniform=_uniform(generator).__next__,
    )
    edits.sort()
    return Perturbed(replay(text, edits), tuple(edits), len(words))


def generator_for(corpus: str, document: str, kind: str, share: float, variant: int) -> np.random.Generator:
    """Return the generator of one perturbed text, so that no order, batch or worker has a say in the text."""
    key = json.dumps([corpus, document, kind, float(share), int(variant)]).encode()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(hashlib.sha256(key).digest()[:16], "little")))


def _uniform(generator: np.random.Generator) -> Iterator[float]:
    while True:
        yield from generator.random(_BLOCK).tolist()


def _edits(
    words: Words, *, kinds: tuple[str, ...], wanted: int, skip: tuple[bool, bool], uniform: Callable[[], float]
) -> list[Edit]:
    """Draw words uniformly among those that admit an edit, and a kind uniformly among those the word admits."""
    edits: list[Edit] = []
    edited: set[int] = set()
    for index in _shuffled(range(len(words)), uniform):
        if index in edited:  # the second word of a contraction
            continue
        for kind in _shuffled(kinds, uniform) if len(kinds) > 1 else kinds:
            edit = _edit(words, index, kind, edited, skip, uniform)
            if edit is not None:
                edits.append(edit)
                edited |= {index, index + 1} if kind == "contract" else {index}
                break
        if len(edits) == wanted:
            break
    return edits


def _shuffled(items: Iterable[_Item], uniform: Callable[[], float]) -> Iterator[_Item]:
    """Yield the items in a random order, paying only for those asked for (Fisher and Yates)."""
    items = list(items)
    while items:
        place = int(uniform() * len(items))
        items[place], items[-1] = items[-1], items[place]
        yield items.pop()


def _edit(
    words: Words, index: int, kind: str, edited: set[int], skip: tuple[bool, bool], uniform: Callable[[], float]
) -> Edit | None:
    """Draw an edit of one kind of one word; None where the word admits none."""
    if kind == "contract":
        return None if index + 1 in edited else _contraction(words, index)
    if kind == "extend":
        after = EXPANSIONS.get(words[index])
    else:
        after = CHARACTER_EDITS[kind].draw(words[index], *skip, uniform)
    return None if after is None else words.edit(index, after)


def _contraction(words: Words, index: int) -> Edit | None:
    """Contract a word and the next, if nothing but white space is between them."""
    if index + 1 == len(words) or not words.between(index).isspace():
        return None
    after = CONTRACTIONS.get(f"{words[index]} {words[index + 1]}")
    return None if after is None else words.edit(index, after, words=2)
