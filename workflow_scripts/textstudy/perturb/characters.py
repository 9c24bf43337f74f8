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
        places: word → possible places in the word, all equally likely.
        fragments: (word, place) → possible fragments at this place, all equally likely.
    """

    width: int
    places: Callable[[str], Sequence[int]]
    fragments: Callable[[str, int], Sequence[str]]

    def draw(self, word: str, uniform: Callable[[], float]) -> str | None:
        """Return the word with one random edit, or None if there is no place for one.

        `uniform` returns the next random number from [0, 1).
        """
        places = self.places(word)
        return self.at(word, places[int(uniform() * len(places))], uniform) if places else None

    def at(self, word: str, place: int, uniform: Callable[[], float]) -> str:
        """Return the word with an edit at this place; the fragment is random."""
        fragments = self.fragments(word, place)
        fragment = fragments[int(uniform() * len(fragments))] if fragments else word[place]
        return word[:place] + fragment + word[place + self.width :]

    def candidates(self, word: str) -> Iterator[str]:
        """Yield every possible result of an edit of this word."""
        for place in self.places(word):
            for fragment in self.fragments(word, place):
                yield word[:place] + fragment + word[place + self.width :]


def _adjacent(table: dict[str, str], character: str) -> str:
    keys = table.get(character.lower(), "")
    return keys.upper() if character.isupper() else keys


def _characters(word: str) -> range:
    """Return the places of all characters; none in a word of one letter."""
    return range(len(word)) if len(word) > 1 else range(0)


def _deletable(word: str) -> range:
    """Return the places of the characters that may be deleted; the only letter or digit of a word ("5*") is kept."""
    return _characters(word) if is_word(word[1:]) else range(1, len(word))


def _unequal_pairs(word: str) -> list[int]:
    return [place for place in range(len(word) - 1) if word[place] != word[place + 1]]


def _gaps(word: str) -> range:
    """Return the places between characters, before the first and after the last; none in a word of one letter."""
    return range(len(word) + 1) if len(word) > 1 else range(0)


def _on_the_keyboard(word: str) -> list[int]:
    return [place for place in _characters(word) if word[place].lower() in NEIGHBOURS]


def _with_homoglyph(word: str) -> list[int]:
    return [place for place, character in enumerate(word) if character in HOMOGLYPHS]


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
    "substitution": CharacterEdit(1, _characters, _other_letters),
}

# As in TextAttack 0.3.10, where an edit may change nothing.
PUBLISHED_CHARACTER_EDITS = {
    "homoglyph": CharacterEdit(
        1,
        lambda word: [place for place, character in enumerate(word) if character in PUBLISHED_HOMOGLYPHS],
        lambda word, place: PUBLISHED_HOMOGLYPHS[word[place]],
    ),
    "neighbour_swap": CharacterEdit(2, lambda word: range(len(word) - 1), _swap),
    "qwerty": CharacterEdit(1, _characters, lambda word, place: _adjacent(PUBLISHED_NEIGHBOURS, word[place])),
    "deletion": CharacterEdit(1, _characters, lambda word, place: ("",)),
    "insertion": CharacterEdit(0, _characters, lambda word, place: ascii_letters),
    "substitution": CharacterEdit(1, _characters, lambda word, place: ascii_letters),
}
