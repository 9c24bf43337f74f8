"""Edits as TextAttack 0.3.10's Augmenter draws them, with one edit a word (its `RepeatModification`).

The Augmenter lists all texts with one more edit, picks one of these candidates uniformly, and repeats this from there.
A word has one candidate per kind of edit (homoglyph: one per replaceable character). The random edits are drawn again
for every list, and a candidate whose edit changes nothing is dropped. Picking uniformly among the others is the same as
trying candidates in a random order until one changes something, which needs only a few edits.
"""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from textstudy.perturb.characters import PUBLISHED_CHARACTER_EDITS
from textstudy.perturb.contractions import PUBLISHED_CONTRACTIONS, PUBLISHED_EXPANSIONS
from textstudy.perturb.words import Edit, Words, is_word


class Candidate(NamedTuple):
    index: int  # of the word
    kind: str
    place: int | None = None  # of the character, if each place is a candidate


def published_edits(words: Words, *, kinds: tuple[str, ...], wanted: int, uniform: Callable[[], float]) -> list[Edit]:
    """Draw edits until `wanted` words count as modified or no candidate is left."""
    candidates = list(published_candidates(words, kinds=kinds))
    edits: list[Edit] = []
    edited: set[int] = set()
    first_edited = len(words)
    modified = counted = 0  # all words of an expansion count, and each edit counts at least once
    while counted < wanted:
        found = _pick(words, candidates, edited, first_edited, uniform)
        if found is None:
            break
        candidate, edit = found
        edits.append(edit)
        edited |= {candidate.index, candidate.index + 1} if candidate.kind == "contract" else {candidate.index}
        first_edited = min(first_edited, candidate.index)
        modified += len(Words.of(edit.after))
        counted = max(modified, counted + 1)
    return edits


def published_candidates(words: Words, *, kinds: tuple[str, ...]) -> Iterator[Candidate]:
    """Yield TextAttack's candidates in a text without edits."""
    listed = [words[index] for index in range(len(words))]
    for kind in kinds:
        if kind == "contract":
            pairs = zip(listed, listed[1:], strict=False)
            yield from (Candidate(i, kind) for i, pair in enumerate(pairs) if " ".join(pair) in PUBLISHED_CONTRACTIONS)
        elif kind == "extend":
            yield from (Candidate(i, kind) for i, word in enumerate(listed) if word in PUBLISHED_EXPANSIONS)
        else:
            places = PUBLISHED_CHARACTER_EDITS[kind].places
            for index, word in enumerate(listed):
                if kind == "homoglyph":
                    yield from (Candidate(index, kind, place) for place in places(word))
                elif places(word):
                    yield Candidate(index, kind)


def _pick(
    words: Words,
    candidates: list[Candidate],
    edited: set[int],
    first_edited: int,
    uniform: Callable[[], float],
) -> tuple[Candidate, Edit] | None:
    """Try candidates in a random order until one gives an edit; remove those that can never give one again."""
    untried = len(candidates)
    while untried:
        place = int(uniform() * untried)
        untried -= 1
        candidate = candidates[place]
        candidates[place], candidates[untried] = candidates[untried], candidate
        # TextAttack mistakes positions in its list of unedited words for positions in the text, so it finds no
        # contraction after the first edited word.
        missed = candidate.kind == "contract" and candidate.index + 1 >= first_edited
        if missed or candidate.index in edited:
            candidates[untried] = candidates[-1]
            candidates.pop()
            continue
        edit = _edit(words, candidate, edited, uniform)
        if edit is not None:
            return candidate, edit
    return None


def _edit(words: Words, candidate: Candidate, edited: set[int], uniform: Callable[[], float]) -> Edit | None:
    """Return a random edit of the candidate, or None if it changes nothing."""
    index, kind, place = candidate
    word = words[index]
    if kind == "contract":
        return contraction(words, index)
    if kind == "extend":
        return words.edit(index, PUBLISHED_EXPANSIONS[word])
    edits = PUBLISHED_CHARACTER_EDITS[kind]
    after = edits.draw(word, uniform) if place is None else edits.at(word, place, uniform)
    return None if after == word else replacement(words, index, after, edited)


def contraction(words: Words, index: int) -> Edit:
    """Return TextAttack's contraction of a word and the next one; of what is between them, only a last space goes."""
    between = words.between(index)
    if words.spans[index + 1][1] < len(words.text):
        between = between.removesuffix(" ")
    return words.edit(index, PUBLISHED_CONTRACTIONS[f"{words[index]} {words[index + 1]}"] + between, words=2)


def replacement(words: Words, index: int, after: str, edited: Collection[int] = ()) -> Edit:
    """Return TextAttack's replacement of a word. If no word is left, a space is removed, too.

    It is the space before the word, or the one after it for the first word of the text.
    """
    text, (start, end) = words.text, words.spans[index]
    shared = index < 2 and 1 - index in edited  # both would remove the space between the first two words
    if not is_word(after) and end < len(text) and not shared:
        if index == 0:
            end += text[end] == " "
        else:
            start -= text[start - 1] == " "
    return Edit(start, end, text[start:end], after)
