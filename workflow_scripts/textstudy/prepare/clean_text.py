"""Cleaning of one text, by steps that each take something away: what the preparation does, and a model at work."""

import re
from collections.abc import Iterator, Set
from typing import Any

from textstudy.prepare.blocks import strip_blocks
from textstudy.prepare.content_words import content_words
from textstudy.prepare.headers import author_words, header_block, strip_pasted_headers, unix_lines
from textstudy.prepare.originals import strip_original
from textstudy.prepare.quotes import strip_quotes
from textstudy.prepare.recurring import NONE, strip_recurring
from textstudy.prepare.signatures import strip_name, strip_signature
from textstudy.words import compose

SWITCHES = ("headers", "quotes", "signatures", "blocks")  # settings that are options of `clean_steps`
WHITE_SPACE = "white space"  # the step that takes no words
_BLANK_LINES = re.compile(r"\n{3,}")


def normalise_whitespace(text: str) -> str:
    """Return `text` with one space between words, no spaces at line ends and one blank line between paragraphs.

    It is composed (Unicode NFC), so that places in it are places of words. Line breaks stay, because later steps and
    readers of the table use them; tokenizers treat them as spaces.
    """
    lines = (" ".join(line.split()) for line in compose(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def truncate(text: str, maximum_words: int | None) -> str:
    """Return `text` up to the end of word number `maximum_words`; None keeps everything. Spacing is unchanged."""
    if maximum_words is None:
        return text
    for count, word in enumerate(re.finditer(r"\S+", text), start=1):
        if count == maximum_words:
            return text[: word.end()]
    return text


def clean_text(text: str, **options: Any) -> str:
    """Return what the author of a message wrote; the options are those of `clean_steps`."""
    *_, (_, cleaned) = clean_steps(text, **options)
    return cleaned


def clean_steps(
    text: str,
    *,
    headers: bool,
    quotes: bool,
    signatures: bool,
    blocks: bool,
    recurring: Set[str] = NONE,
    stop_words: Set[str] | None = None,
) -> Iterator[tuple[str, str]]:
    """Yield the name of each step that is switched on with the text after it; the last text is clean.

    `recurring` holds the lines that the author's messages end with again and again (see `recurring_lines`). The clean
    text has normalised white space; with `stop_words`, it has only content words.

    The order of the steps matters:

    1. an earlier message below the author's own, because its heading looks like a pasted header and its last lines are
       somebody else's signature;
    2. the header block, because "Subject: ..." could pass for text, and headers pasted into the body; the author's name
       is read from the block;
    3. blocks, because lines of encoded data may begin like a quotation or a signature;
    4. the signature before the quotes, because signatures are drawn with the characters that mark quotations: without
       the `|` lines of a box, its rules and an address would be left. The other order gains nothing: a quoted signature
       still begins with `>`, so it is not mistaken for the author's own;
    5. quotes and attributions;
    6. the author's name above a last quotation, and recurring lines, because only then they are the last lines;
    7. white space, because the steps before need the indentation;
    8. content words, because the steps before need the lines.

    scikit-learn's `remove=("headers", "footers", "quotes")` has the same order.
    """
    text = unix_lines(text)
    header, body = header_block(text)
    author = author_words(header)
    if quotes:
        body, whole = strip_original(body), body
        text = text if body == whole else f"{header}\n\n{body}"
        yield "originals", text
    if headers:
        yield "headers", (text := strip_pasted_headers(body))
    if blocks:
        yield "blocks", (text := strip_blocks(text))
    if signatures:
        yield "signatures", (text := strip_signature(text, author=author))
    if quotes:
        yield "quotes", (text := strip_quotes(text, mail=bool(header)))
    if signatures:
        yield "last_lines", (text := strip_recurring(strip_name(text, author), recurring))
    yield WHITE_SPACE, (text := normalise_whitespace(text))
    if stop_words is not None:
        yield "content_words", content_words(text, stop_words)
