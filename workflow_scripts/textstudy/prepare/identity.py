"""Telling the lines of a message that name its author from other lines."""

import re
from functools import lru_cache

WIDTH = 200  # only so many characters of a line are checked; signatures are narrower

CONTACT = re.compile(
    r"[\w.+%-]{1,64} ?@ ?[\w-]{1,64}\.?[\w.-]{0,64}|\w{2,20}!\w{2,20}!|\(?\d{3}\)?[ ./-]{1,2}\d{3}[ .-]\d{4}|"
    r"\b(?:e-?mail|internet|bitnet|compuserve|phone|voice|fax|tel|uucp|genie|fidonet|disclaimer)\b ?[:=(#]|"
    r"\b(?:university|institute|laborator(?:y|ies)|dept\b|department of|p\.?o\.? box)",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
CELLS = re.compile(r"\s{2,}|\t|[|,*]|\s-{1,2}\s|\.{4,}")
_COLUMN_GAPS = re.compile(r"\s{3,}|\t+|\s*\|\s*")
PROSE_WORD = re.compile(
    r"\b(?:the|is|are|was|you|i|it|that|have|has|would|will|can|if|this|any|please|not|do|my|me|your|for|with)\b", re.I
)
_CLOSING = re.compile(r"\b(?:thanks?|thanx|thx|many|in advance|cheers|regards|sincerely|yours|later|peace|bye|best)\b")


@lru_cache(maxsize=1 << 12)
def _spellings(author: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """Return the words of an author's name, each behind a line break, and those that are long enough to be a stem."""
    return "".join(f"\n{name}" for name in author), tuple(name for name in author if len(name) >= 5)


def names_author(word: str, author: frozenset[str]) -> bool:
    """Return whether a word is a part of the author's name or account, or a short form of one ("Rich", "Richard")."""
    if len(word) < 3:
        return word in author
    names, stems = _spellings(author)
    return f"\n{word}" in names or (len(word) >= 4 and word in names) or word.startswith(stems)


def is_identity(line: str, author: frozenset[str]) -> bool:
    """Return whether a line, or a column of it, says who wrote the message and hardly anything else."""
    whole = line[:WIDTH]
    line = whole.lower()
    words = WORD.findall(line)
    if not words:
        return False
    if not any(names_author(word, author) for word in words):
        initials = "".join(words)
        with_middle_name = len(initials) == 3 and initials[0] + initials[-1] in author and whole.strip().isupper()
        return len(line.strip()) <= 8 and bool(initials) and (initials in author or with_middle_name)
    plain = _CLOSING.sub(" ", CONTACT.sub(" ", line))
    others = [word for word in WORD.findall(plain) if len(word) > 1 and not names_author(word, author)]
    if len({word for word in words[:3] if names_author(word, author)}) >= 2:
        return True
    begins = names_author(words[0], author) or CONTACT.match(line.strip(" \t-*|"))
    if len(others) <= 1 or (begins and len(others) <= 3 and len(others) < len(words) - len(others)):
        return True
    cells = [WORD.findall(cell) for cell in CELLS.split(line)]
    cells = [cell for cell in cells if cell]
    named = [sum(names_author(word, author) for word in cell) for cell in cells]
    if any(count >= 2 and len(cell) - count <= 2 for cell, count in zip(cells, named, strict=True)):
        return True
    first, *others = [column for column in _COLUMN_GAPS.split(line.strip(" \t|*")) if column]
    alone = bool(others) and any(names_author(word, author) for word in WORD.findall(first))
    return (alone or not PROSE_WORD.search(line)) and named[0] >= 1 and len(cells[0]) <= 2


def is_bare(line: str, author: frozenset[str]) -> bool:
    """Return whether a line has the author's name and nothing else but perhaps a closing formula before it."""
    plain = _CLOSING.sub(" ", CONTACT.sub(" ", line[:WIDTH].lower()))
    return all(len(word) == 1 or names_author(word, author) for word in WORD.findall(plain))
