"""Escaping: the only place where text of a corpus, which may be hostile, is made harmless; one function per target."""

import re
import unicodedata
from typing import Any
from urllib.parse import quote

from textstudy.normal_forms import normal_form
from textstudy.words import is_unspaced

# The time in which Typst sets a word grows with the square of its length: 20,000 characters take more than a minute.
LONGEST_WORD, LONGEST_SENTENCE, KEPT = 200, 2000, 80  # characters; the last are shown of a longer one
WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
DIRECTION_CONTROLS = {*"\u200e\u200f\u061c", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


class Markdown(str):
    """Text that is Markdown already; all other text is escaped when a template or a table prints it."""


def plain(value: Any, limit: int | None = None) -> str:
    """Return `value` as one line of visible text, for a figure or for further escaping.

    Control characters, lone surrogates and direction overrides (which reorder what follows them) become U+FFFD;
    runs of white space become one space; a text over `limit` characters ends in an ellipsis. A word of more than
    LONGEST_WORD characters is cut, whatever the limit, and its length is stated.
    """
    short = WORD.sub(_cut, str(value))
    visible = "".join(map(_visible, normal_form("NFC", short)))
    line = " ".join(visible.split())
    return line if limit is None or len(line) <= limit else line[: limit - 1] + "…"


def _cut(found: re.Match[str]) -> str:
    word = found.group()
    # A sentence of a script without spaces looks like a word.
    longest = LONGEST_SENTENCE if any(map(is_unspaced, word)) else LONGEST_WORD
    return word if len(word) <= longest else f"{word[:KEPT]}… ({len(word):,} characters)"


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    hidden = unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} or character in DIRECTION_CONTROLS
    return "\N{REPLACEMENT CHARACTER}" if hidden else character


def markdown(value: Any, limit: int | None = None) -> Markdown:
    """Return `value` as Markdown that shows exactly its text; `Markdown` is returned unchanged.

    Every ASCII punctuation character gets a backslash (pandoc's `all_symbols_escapable`), so no construct of the
    language can begin: no markup, HTML, TeX, attribute, link, table cell, list or template tag.
    """
    if isinstance(value, Markdown):
        return value
    if value is None:
        return Markdown("—")
    escaped = PUNCTUATION.sub(r"\\\1", plain(value, limit))
    # An empty value would leave a hole in a sentence or a table.
    return Markdown(escaped or r"\(empty\)")


def markdown_span(value: Any) -> Markdown:
    """Return a part of a text as Markdown: like `markdown`, but with the white space at its ends; "" if it is empty."""
    text = str(value)
    ends = [" " if end.isspace() else "" for end in (text[:1], text[-1:])]
    inner = markdown(text) if plain(text) else Markdown("")
    return Markdown(f"{ends[0]}{inner}{ends[1]}" if inner else ends[0])


def identifier(value: Any) -> Markdown:
    """Return `value` as a name that is safe in an anchor and in a file name; ordinary names do not change."""
    return Markdown(re.sub(r"[^A-Za-z0-9_-]", "-", plain(value)))


def link(label: Any, target: str) -> Markdown:
    """Return a link; a target that is neither an http(s) address nor a relative path becomes plain text."""
    scheme = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", target)
    if scheme and scheme.group(1).lower() not in {"http", "https"}:
        return markdown(label)
    address = quote(target.strip(), safe="/:?&=%~+,@." if scheme else "/~+,@.")
    return Markdown(f"[{markdown(label)}](<{address}>)")
