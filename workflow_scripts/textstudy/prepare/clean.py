"""Cleaning: from raw messages to the text that their authors wrote, with a count of the documents lost."""

import re
from collections.abc import Mapping, Set

import pandas as pd

from textstudy.prepare.blocks import strip_blocks
from textstudy.prepare.content_words import content_words
from textstudy.prepare.headers import author_words, header_block, strip_pasted_headers
from textstudy.prepare.ledger import entry
from textstudy.prepare.originals import strip_original
from textstudy.prepare.quotes import strip_quotes
from textstudy.prepare.recurring import recurring_lines, strip_recurring
from textstudy.prepare.signatures import strip_name, strip_signature

_BLANK_LINES = re.compile(r"\n{3,}")


def normalise_whitespace(text: str) -> str:
    """Return `text` with one space between words, no spaces at line ends and one blank line between paragraphs.

    Line breaks stay, because later steps and readers of the table use them; tokenizers treat them as spaces.
    """
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def truncate(text: str, maximum_words: int | None) -> str:
    """Return `text` up to the end of word number `maximum_words`; None keeps everything. Spacing is unchanged."""
    if maximum_words is None:
        return text
    for count, word in enumerate(re.finditer(r"\S+", text), start=1):
        if count == maximum_words:
            return text[: word.end()]
    return text


def clean_text(
    text: str,
    *,
    headers: bool,
    quotes: bool,
    signatures: bool,
    blocks: bool,
    recurring: Set[str] = frozenset(),
    stop_words: Set[str] | None = None,
) -> str:
    """Return what the author of a message wrote, with normalised white space; with `stop_words`, only content words.

    `recurring` holds the lines that the author's messages end with again and again (see `recurring_lines`).

    The order of the steps matters:

    1. the header block, because "Subject: ..." could pass for text; the author's name is read from it;
    2. an earlier message below the author's own, because its heading looks like a pasted header and its last lines are
       somebody else's signature;
    3. headers pasted into the body;
    4. blocks, because lines of encoded data may begin like a quotation or a signature;
    5. the signature before the quotes, because signatures are drawn with the characters that mark quotations: without
       the `|` lines of a box, its rules and an address would be left. The other order gains nothing: a quoted signature
       still begins with `>`, so it is not mistaken for the author's own;
    6. quotes and attributions;
    7. the author's name above a last quotation, and recurring lines, because only then they are the last lines;
    8. white space, because the steps before need the indentation;
    9. content words, because the steps before need the lines.

    scikit-learn's `remove=("headers", "footers", "quotes")` has the same order.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    header, body = header_block(text)
    author = author_words(header)
    if headers:
        text = body
    if quotes:
        text = strip_original(text)
    if headers:
        text = strip_pasted_headers(text)
    if blocks:
        text = strip_blocks(text)
    if signatures:
        text = strip_signature(text, author=author)
    if quotes:
        text = strip_quotes(text, mail=bool(header))
    if signatures:
        text = strip_recurring(strip_name(text, author), recurring)
    text = normalise_whitespace(text)
    return text if stop_words is None else content_words(text, stop_words)


def clean(
    documents: pd.DataFrame, settings: Mapping, stop_words: Set[str] | None = None
) -> tuple[pd.DataFrame, list[dict]]:
    """Clean every document and drop those with too little text left.

    Args:
        documents: a DOCUMENTS table.
        settings: `headers`, `quotes`, `signatures`, `blocks` (bool each), `minimum_characters` (0 for no minimum) and
            `maximum_words` (None for no limit).
        stop_words: if given, texts are reduced to their content words.

    Returns:
        The CLEAN table in the order of `documents`, and three ledger entries: documents empty after cleaning,
        documents shorter than `minimum_characters`, and how many were cut to `maximum_words`. Documents are measured
        before they are cut.
    """
    switches = {name: settings[name] for name in ("headers", "quotes", "signatures", "blocks")}
    minimum, maximum = settings["minimum_characters"], settings["maximum_words"]
    frame = documents[["id", "text", "label", "official_split"]].reset_index(drop=True)
    texts = frame["text"].tolist()
    cleaned = [
        clean_text(text, **switches, recurring=recurring, stop_words=stop_words)
        for text, recurring in zip(texts, recurring_lines(texts), strict=True)
    ]
    frame["text"] = pd.Series(cleaned, dtype="str")
    filled = frame[frame["text"] != ""]
    kept = filled[filled["text"].str.len() >= minimum].reset_index(drop=True)
    texts = [truncate(text, maximum) for text in kept["text"]]
    cut = sum(1 for whole, part in zip(kept["text"], texts, strict=True) if len(part) < len(whole))
    losses = [
        ("empty after cleaning", frame, filled),
        (f"shorter than {minimum} characters", filled, kept),
        (f"{cut} truncated to {maximum} words" if maximum is not None else "none truncated", kept, kept),
    ]
    ledger = [
        entry(step="clean", reason=reason, documents_in=len(before), kept=after["official_split"])
        for reason, before, after in losses
    ]
    return kept.assign(text=pd.Series(texts, dtype="str")), ledger
