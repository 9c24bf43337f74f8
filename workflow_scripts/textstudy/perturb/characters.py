"""Edits of one character of a word: where a kind can change a word, and what it can put there.

A kind of edit takes `width` characters away at a place and puts a fragment there. Its two functions answer where
(`places`) and what (`fragments`), so that drawing an edit and listing all edits are the same few lines.
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
        width: characters taken away at a place.
        places: (word, skip_first, skip_last) → the places in the word, each as likely as another.
        fragments: (word, place) → what can be put there, each as likely as another.
    """

    width: int
    places: Callable[[str, bool, bool], Sequence[int]]
    fragments: Callable[[str, int], Sequence[str]]

    def draw(self, word: str, skip_first: bool, skip_last: bool, uniform: Callable[[], float]) -> str | None:
        """Return the word with one edit drawn at random, or None where there is no place for one.

        `uniform` returns the next draw from [0, 1).
        """
        places = self.places(word, skip_first, skip_last)
        return self.at(word, places[int(uniform() * len(places))], uniform) if places else None

    def at(self, word: str, place: int, uniform: Callable[[], float]) -> str:
        """Return the word with the edit made at this place, its fragment drawn at random."""
        fragments = self.fragments(word, place)
        fragment = fragments[int(uniform() * len(fragments))] if fragments else word[place]
        return word[:place] + fragment + word[place + self.width :]

    def candidates(self, word: str, skip_first: bool, skip_last: bool) -> Iterator[str]:
        """Yield every word that an edit can make of this one."""
        for place in self.places(word, skip_first, skip_last):
            for fragment in self.fragments(word, place):
                yield word[:place] + fragment + word[place + self.width :]


def _adjacent(table: dict[str, str], character: str) -> str:
    keys = table.get(character.lower(), "")
    return keys.upper() if character.isupper() else keys


def _inner(word: str, skip_first: bool, skip_last: bool) -> range:
    """Places of the characters that may be touched; a word of one letter is left alone."""
    return range(skip_first, len(word) - skip_last) if len(word) > 1 else range(0)


def _deletable(word: str, skip_first: bool, skip_last: bool) -> range:
    """A deletion leaves a word: "5*" keeps its only letter or digit."""
    return _inner(word, skip_first or not is_word(word[1:]), skip_last)


def _unequal_pairs(word: str, skip_first: bool, skip_last: bool) -> list[int]:
    return [place for place in range(skip_first, len(word) - 1 - skip_last) if word[place] != word[place + 1]]


def _gaps(word: str, skip_first: bool, skip_last: bool) -> range:
    """Places between characters, before the first and behind the last."""
    return range(skip_first, len(word) + 1 - skip_last) if len(word) > 1 else range(0)


def _on_the_keyboard(word: str, skip_first: bool, skip_last: bool) -> list[int]:
    return [place for place in _inner(word, skip_first, skip_last) if word[place].lower() in NEIGHBOURS]


def _with_a_double(word: str, skip_first: bool, skip_last: bool) -> list[int]:
    return [place for place in range(skip_first, len(word) - skip_last) if word[place] in HOMOGLYPHS]


def _other_letters(word: str, place: int) -> str:
    return ascii_letters.replace(word[place], "")


def _swapped(word: str, place: int) -> tuple[str]:
    return (word[place + 1] + word[place],)


CHARACTER_EDITS = {
    "homoglyph": CharacterEdit(1, _with_a_double, lambda word, place: HOMOGLYPHS[word[place]]),
    "neighbour_swap": CharacterEdit(2, _unequal_pairs, _swapped),
    "qwerty": CharacterEdit(1, _on_the_keyboard, lambda word, place: _adjacent(NEIGHBOURS, word[place])),
    "deletion": CharacterEdit(1, _deletable, lambda word, place: ("",)),
    "insertion": CharacterEdit(0, _gaps, lambda word, place: ascii_letters),
    "substitution": CharacterEdit(1, _inner, _other_letters),
}

# As in TextAttack 0.3.10: draws may change nothing, and the options for the first and last character differ by kind.
PUBLISHED_CHARACTER_EDITS = {
    "homoglyph": CharacterEdit(
        1,
        lambda word, *_: [place for place, character in enumerate(word) if character in PUBLISHED_HOMOGLYPHS],
        lambda word, place: PUBLISHED_HOMOGLYPHS[word[place]],
    ),
    "neighbour_swap": CharacterEdit(2, lambda word, first, last: range(first, len(word) - 1 - last), _swapped),
    "qwerty": CharacterEdit(
        1,
        lambda word, first, last: range(first, len(word) - last) if first < len(word) - 1 - last else range(0),
        lambda word, place: _adjacent(PUBLISHED_NEIGHBOURS, word[place]),
    ),
    "deletion": CharacterEdit(1, _inner, lambda word, place: ("",)),
    "insertion": CharacterEdit(0, _inner, lambda word, place: ascii_letters),
    "substitution": CharacterEdit(1, lambda word, *_: _inner(word, False, False), lambda word, place: ascii_letters),
}
