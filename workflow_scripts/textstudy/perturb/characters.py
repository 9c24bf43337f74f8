"""Edits of one character of a word.

An edit replaces `width` characters at a place in the word by a fragment. Each kind of edit has two functions: one for
the possible `places`, one for the possible `fragments` at a place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_letters

from textstudy.perturb.words import is_word

_KEYS = "abcdefghijklmnopqrstuvwxyz"
_NEIGHBOURS = (
    "qwsz vghn xdfv werfcxs wsdfr ertgvcd rtyhbvf tyugjbn ujklo yuikmnh uiolmj iopk njk "
    "bhjm iklp ol was edfgt qweadzx rfghy yhjki cfgb qeasd sdzc tghju asx"
)
NEIGHBOURS = dict(zip(_KEYS, _NEIGHBOURS.split(), strict=True))
PUBLISHED_NEIGHBOURS = NEIGHBOURS | {"a": "qwszx", "g": "rtyhbvd"}

PUBLISHED_HOMOGLYPHS = dict(zip("0123456789-'" + _KEYS, "OlᒿƷᏎƼб𝟕Ȣ৭˗`ɑЬϲԁе𝚏ɡհіϳ𝒌ⅼｍոорԛⲅѕ𝚝սѵԝ×уᴢ", strict=True))
HOMOGLYPHS = dict(
    zip(_KEYS + "ABCEGHIJKMNOPSTVWXYZ", "ɑЬϲԁе𝚏ɡհіϳ𝚔ⅼⅿոорԛⲅѕ𝚝սѵԝхуᴢ" + "АВСЕԌНІЈКМΝОРЅТѴԜХΥΖ", strict=True)
)


@dataclass(frozen=True)
class CharacterEdit:
    """One kind of edit.

    Attributes:
        width: number of characters that the edit replaces.
        places: (word, skip_first, skip_last) → possible places in the word, all equally likely.
        fragments: (word, place) → possible fragments at this place, all equally likely.
    """

    width: int
    places: Callable[[str, bool, bool], Sequence[int]]
    fragments: Callable[[str, int], Sequence[str]]

    def draw(self, word: str, skip_first: bool, skip_last: bool, uniform: Callable[[], float]) -> str | None:
        """Return the word with one random edit, or None if there is no place for one.

        `uniform` returns the next random number from [0, 1).
        """
        places = self.places(word, skip_first, skip_last)
        return self.at(word, places[int(uniform() * len(places))], uniform) if places else None

    def at(self, word: str, place: int, uniform: Callable[[], float]) -> str:
        """Return the word with an edit at this place; the fragment is random."""
        fragments = self.fragments(word, place)
        fragment = fragments[int(uniform() * len(fragments))] if fragments else word[place]
        return word[:place] + fragment + word[place + self.width :]

    def candidates(self, word: str, skip_first: bool, skip_last: bool) -> Iterator[str]:
        """Yield every possible result of an edit of this word."""
        for place in self.places(word, skip_first, skip_last):
            for fragment in self.fragments(word, place):
                yield word[:place] + fragment + word[place + self.width :]


def _adjacent(table: dict[str, str], character: str) -> str:
    keys = table.get(character.lower(), "")
    return keys.upper() if character.isupper() else keys


def _inner(word: str, skip_first: bool, skip_last: bool) -> range:
    """Return the places of the characters that may be edited; none in a word of one letter."""
    return range(skip_first, len(word) - skip_last) if len(word) > 1 else range(0)


def _deletable(word: str, skip_first: bool, skip_last: bool) -> range:
    """Return the places of the characters that may be deleted; the only letter or digit of a word ("5*") is kept."""
    return _inner(word, skip_first or not is_word(word[1:]), skip_last)


def _unequal_pairs(word: str, skip_first: bool, skip_last: bool) -> list[int]:
    return [place for place in range(skip_first, len(word) - 1 - skip_last) if word[place] != word[place + 1]]


def _gaps(word: str, skip_first: bool, skip_last: bool) -> range:
    """Return the places between characters, before the first and after the last."""
    return range(skip_first, len(word) + 1 - skip_last) if len(word) > 1 else range(0)


def _on_the_keyboard(word: str, skip_first: bool, skip_last: bool) -> list[int]:
    return [place for place in _inner(word, skip_first, skip_last) if word[place].lower() in NEIGHBOURS]


def _with_homoglyph(word: str, skip_first: bool, skip_last: bool) -> list[int]:
    return [place for place in range(skip_first, len(word) - skip_last) if word[place] in HOMOGLYPHS]


def _other_letters(word: str, place: int) -> str:
    return ascii_letters.replace(word[place], "")


def _swap(word: str, place: int) -> tuple[str]:
    return (word[place + 1] + word[place],)


CHARACTER_EDITS = {
    "homoglyph": CharacterEdit(1, _with_homoglyph, lambda word, place: HOMOGLYPHS[word[place]]),
    "neighbour_swap": CharacterEdit(2, _unequal_pairs, _swap),
    "qwerty": CharacterEdit(1, _on_the_keyboard, lambda word, place: _adjacent(NEIGHBOURS, word[place])),
    "deletion": CharacterEdit(1, _deletable, lambda word, place: ("",)),
    "insertion": CharacterEdit(0, _gaps, lambda word, place: ascii_letters),
    "substitution": CharacterEdit(1, _inner, _other_letters),
}

# As in TextAttack 0.3.10: an edit may change nothing, and not every kind respects the first and last character alike.
PUBLISHED_CHARACTER_EDITS = {
    "homoglyph": CharacterEdit(
        1,
        lambda word, *_: [place for place, character in enumerate(word) if character in PUBLISHED_HOMOGLYPHS],
        lambda word, place: PUBLISHED_HOMOGLYPHS[word[place]],
    ),
    "neighbour_swap": CharacterEdit(2, lambda word, first, last: range(first, len(word) - 1 - last), _swap),
    "qwerty": CharacterEdit(
        1,
        lambda word, first, last: range(first, len(word) - last) if first < len(word) - 1 - last else range(0),
        lambda word, place: _adjacent(PUBLISHED_NEIGHBOURS, word[place]),
    ),
    "deletion": CharacterEdit(1, _inner, lambda word, place: ("",)),
    "insertion": CharacterEdit(0, _inner, lambda word, place: ascii_letters),
    "substitution": CharacterEdit(1, lambda word, *_: _inner(word, False, False), lambda word, place: ascii_letters),
}
