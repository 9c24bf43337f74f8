"""The words of a text, as TextAttack 0.3.10 finds them, and edits of words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

# Apostrophe, hyphen, underscore, asterisk and at sign belong to a word but never begin one. TextAttack uses ˗, ` and ×
# as homoglyphs, and \w does not match them.
_MARKS = r"'\-_*@"
_WORD = re.compile(rf"(?![{_MARKS}])[˗`×\w{_MARKS}]+")
_BEGINNING = re.compile(rf"[^{_MARKS}]")


class Edit(NamedTuple):
    """An edit replaces `before`, at [start, end) of the original text, by `after`."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text and the (start, end) of each of its words. Chinese is not segmented; a run of characters is one word."""

    text: str
    spans: list[tuple[int, int]]

    @classmethod
    def of(cls, text: str) -> "Words":
        return cls(text, [match.span() for match in _WORD.finditer(text)])

    def __len__(self) -> int:
        return len(self.spans)

    def __getitem__(self, index: int) -> str:
        start, end = self.spans[index]
        return self.text[start:end]

    def between(self, index: int) -> str:
        """Return the text between this word and the next."""
        return self.text[self.spans[index][1] : self.spans[index + 1][0]]

    def edit(self, index: int, after: str, *, words: int = 1) -> Edit:
        """Return the edit that replaces this word, or `words` words from this one on, by `after`."""
        start, end = self.spans[index][0], self.spans[index + words - 1][1]
        return Edit(start, end, self.text[start:end], after)


def is_word(characters: str) -> bool:
    """Return whether one of these characters can begin a word."""
    return _BEGINNING.search(characters) is not None


def replay(text: str, edits: Iterable[Edit]) -> str:
    """Return the text after these edits, which are sorted and disjoint."""
    pieces, end = [], 0
    for edit in edits:
        pieces += (text[end : edit.start], edit.after)
        end = edit.end
    return "".join((*pieces, text[end:]))
