"""Edits as TextAttack 0.3.10's Augmenter draws them, with one edit a word (its `RepeatModification`).

The Augmenter lists all candidate texts with one more edit, picks one uniformly, and starts again from there. A word
has one candidate per kind (homoglyph: one per replaceable character). Its random draws are made anew each time, and
where a draw changes nothing the candidate drops out. Picking uniformly among those left is the same as trying
candidates in a random order until one does not drop out; that way no more than a few are ever made.
"""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from textstudy.perturb.characters import PUBLISHED_CHARACTER_EDITS
from textstudy.perturb.contractions import PUBLISHED_CONTRACTIONS, PUBLISHED_EXPANSIONS
from textstudy.perturb.words import Edit, Words, is_word


class Candidate(NamedTuple):
    index: int  # of the word
    kind: str
    place: int | None = None  # of the character, where each place is a candidate of its own


def published_edits(
    words: Words, *, kinds: tuple[str, ...], wanted: int, skip: tuple[bool, bool], uniform: Callable[[], float]
) -> list[Edit]:
    """Draw edits until as many words as wanted count as modified, or no candidate is left."""
    candidates = list(published_candidates(words, kinds=kinds, skip=skip))
    edits: list[Edit] = []
    edited: set[int] = set()
    first_edited = len(words)
    modified = counted = 0  # an expansion modifies all the words it makes, and each edit counts as one at least
    while counted < wanted:
        found = _pick(words, candidates, edited, first_edited, skip, uniform)
        if found is None:
            break
        candidate, edit = found
        edits.append(edit)
        edited |= {candidate.index, candidate.index + 1} if candidate.kind == "contract" else {candidate.index}
        first_edited = min(first_edited, candidate.index)
        modified += len(Words.of(edit.after))
        counted = max(modified, counted + 1)
    return edits


def published_candidates(words: Words, *, kinds: tuple[str, ...], skip: tuple[bool, bool]) -> Iterator[Candidate]:
    """Yield what TextAttack can edit in a text that has no edit yet."""
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
                    yield from (Candidate(index, kind, place) for place in places(word, *skip))
                elif places(word, *skip):
                    yield Candidate(index, kind)


def _pick(
    words: Words,
    candidates: list[Candidate],
    edited: set[int],
    first_edited: int,
    skip: tuple[bool, bool],
    uniform: Callable[[], float],
) -> tuple[Candidate, Edit] | None:
    """Try candidates in a random order until one yields an edit; those that never will again are removed."""
    untried = len(candidates)
    while untried:
        place = int(uniform() * untried)
        untried -= 1
        candidate = candidates[place]
        candidates[place], candidates[untried] = candidates[untried], candidate
        # TextAttack looks for contractions by the position in its list of unedited words, where it should look by the
        # position in the text: behind the first edited word it finds none.
        gone = candidate.kind == "contract" and candidate.index + 1 >= first_edited
        if gone or candidate.index in edited:
            candidates[untried] = candidates[-1]
            candidates.pop()
            continue
        edit = _edit(words, candidate, edited, skip, uniform)
        if edit is not None:
            return candidate, edit
    return None


def _edit(
    words: Words, candidate: Candidate, edited: set[int], skip: tuple[bool, bool], uniform: Callable[[], float]
) -> Edit | None:
    """Draw the candidate's edit; None where the draw changes nothing."""
    index, kind, place = candidate
    word = words[index]
    if kind == "contract":
        return contraction(words, index)
    if kind == "extend":
        return words.edit(index, PUBLISHED_EXPANSIONS[word])
    edits = PUBLISHED_CHARACTER_EDITS[kind]
    after = edits.draw(word, *skip, uniform) if place is None else edits.at(word, place, uniform)
    return None if after == word else replacement(words, index, after, edited)


def contraction(words: Words, index: int) -> Edit:
    """Contract a word and the next as published: what is between them stays, but for one space at its end."""
    between = words.between(index)
    if words.spans[index + 1][1] < len(words.text):
        between = between.removesuffix(" ")
    return words.edit(index, PUBLISHED_CONTRACTIONS[f"{words[index]} {words[index + 1]}"] + between, words=2)


def replacement(words: Words, index: int, after: str, edited: Collection[int] = ()) -> Edit:
    """Replace a word as published: where no word is left of it, the space before it goes (the first: behind it)."""
    text, (start, end) = words.text, words.spans[index]
    shared = index < 2 and 1 - index in edited  # the first two words would both take the space between them
    if not is_word(after) and end < len(text) and not shared:
        if index == 0:
            end += text[end] == " "
        else:
            start -= text[start - 1] == " "
    return Edit(start, end, text[start:end], after)
