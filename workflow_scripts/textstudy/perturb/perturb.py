"""Perturbing a text: one edit in each of a share of its words, as in TextAttack (Morris et al., EMNLP 2020).

There are nine kinds of edits, with TextAttack's meaning; a `combination` draws one of six others for each word. The
default corrects faults of TextAttack 0.3.10, `as_published` keeps them; docs/explanation/perturbations.md lists them.
The time is linear in the length of the text.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np

from textstudy.perturb.characters import CHARACTER_EDITS
from textstudy.perturb.contractions import CONTRACTIONS, EXPANSIONS
from textstudy.perturb.kinds import COMBINED
from textstudy.perturb.published import published_edits
from textstudy.perturb.words import Edit, Words, replay

_BLOCK = 64  # random numbers per call; a call takes as long as dozens of numbers
_Item = TypeVar("_Item")


class Perturbed(NamedTuple):
    """A perturbed text."""

    text: str
    edits: tuple[Edit, ...]  # of the original text, sorted and disjoint
    words: int  # number of words of the original text


def perturb(
    text: str, kind: str, *, share: float, generator: np.random.Generator, as_published: bool = False
) -> Perturbed:
    """Return the text with one edit in each of `share` of its words, but at least in one.

    Args:
        text: any text; it may be empty.
        kind: one of KINDS.
        share: share of the text's words, from 0 to 1. If an edit of this kind is possible in fewer words, these are
            edited.
        generator: draws the words and their edits; see `generator_for`.
        as_published: keep the faults of TextAttack 0.3.10.
    """
    words = Words.of(text)
    edits_of = published_edits if as_published else _edits
    edits = edits_of(
        words,
        kinds=COMBINED if kind == "combination" else (kind,),
        wanted=max(int(share * len(words)), 1),
        uniform=_uniform(generator).__next__,
    )
    edits.sort()
    return Perturbed(replay(text, edits), tuple(edits), len(words))


def generator_for(corpus: str, document: str, kind: str, share: float, variant: int) -> np.random.Generator:
    """Return the random generator for one perturbed text, which makes the text independent of order and batch."""
    key = json.dumps([corpus, document, kind, float(share), int(variant)]).encode()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(hashlib.sha256(key).digest()[:16], "little")))


def _uniform(generator: np.random.Generator) -> Iterator[float]:
    while True:
        yield from generator.random(_BLOCK).tolist()


def _edits(words: Words, *, kinds: tuple[str, ...], wanted: int, uniform: Callable[[], float]) -> list[Edit]:
    """Draw words uniformly among those where an edit is possible, and for each a kind among those possible in it."""
    edits: list[Edit] = []
    edited: set[int] = set()
    for index in _shuffle(range(len(words)), uniform):
        if index in edited:  # the second word of a contraction
            continue
        for kind in _shuffle(kinds, uniform) if len(kinds) > 1 else kinds:
            edit = _edit(words, index, kind, edited, uniform)
            if edit is not None:
                edits.append(edit)
                edited |= {index, index + 1} if kind == "contract" else {index}
                break
        if len(edits) == wanted:
            break
    return edits


def _shuffle(items: Iterable[_Item], uniform: Callable[[], float]) -> Iterator[_Item]:
    """Yield the items in a random order (Fisher and Yates); items that are not read cost no random numbers."""
    items = list(items)
    while items:
        place = int(uniform() * len(items))
        items[place], items[-1] = items[-1], items[place]
        yield items.pop()


def _edit(words: Words, index: int, kind: str, edited: set[int], uniform: Callable[[], float]) -> Edit | None:
    """Return a random edit of one kind of one word, or None if none is possible."""
    if kind == "contract":
        return None if index + 1 in edited else _contraction(words, index)
    word = words[index]
    after = EXPANSIONS.get(word) if kind == "extend" else CHARACTER_EDITS[kind].draw(word, uniform)
    return None if after is None else words.edit(index, after)


def _contraction(words: Words, index: int) -> Edit | None:
    """Return the contraction of a word and the next one, or None; only white space may be between them."""
    if index + 1 == len(words) or not words.between(index).isspace():
        return None
    after = CONTRACTIONS.get(f"{words[index]} {words[index + 1]}")
    return None if after is None else words.edit(index, after, words=2)
