"""Cleaning: from raw messages to the text that their authors wrote, with a count of what each step takes."""

import re
from collections.abc import Iterator, Mapping, Set
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from textstudy.prepare.blocks import strip_blocks
from textstudy.prepare.content_words import content_words
from textstudy.prepare.headers import author_words, header_block, strip_pasted_headers, unix_lines
from textstudy.prepare.losses import add_samples, ledger_lines
from textstudy.prepare.originals import strip_original
from textstudy.prepare.quotes import strip_quotes
from textstudy.prepare.recurring import NONE, recurring_lines, strip_recurring
from textstudy.prepare.scripts import count_words
from textstudy.prepare.signatures import strip_name, strip_signature
from textstudy.processes import map_in_processes
from textstudy.storage.tables import context_columns
from textstudy.words import compose

_CHUNK = 2_000  # texts that are cleaned in one piece
_BLANK_LINES = re.compile(r"\n{3,}")
_SWITCHES = ("headers", "quotes", "signatures", "blocks")
_WHITE_SPACE = "white space"  # the step that takes no words


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
    yield _WHITE_SPACE, (text := normalise_whitespace(text))
    if stop_words is not None:
        yield "content_words", content_words(text, stop_words)


def clean(
    documents: pd.DataFrame, settings: Mapping, stop_words: Set[str] | None = None, *, processes: int = 1
) -> tuple[pd.DataFrame, list[dict]]:
    """Clean every document and drop those with too little text left.

    Args:
        documents: a DOCUMENTS table.
        settings: `headers`, `quotes`, `signatures`, `blocks` (bool each), `minimum_characters` (0 for no minimum) and
            `maximum_words` (None for no limit).
        stop_words: if given, texts are reduced to their content words.
        processes: how many may clean at a time. The result does not depend on it.

    Returns:
        The CLEAN table in the order of `documents`, and the ledger: a line for the documents without text, and for each
        step that is switched on one with the documents that it emptied, the words that it took, and samples. Documents
        are measured before they are cut.
    """
    columns = ["id", "text", "label", "official_split", *context_columns(documents)]
    frame = documents[columns].reset_index(drop=True)
    recurring = lines_to_strip(frame["text"], settings)

    def clean_from(start: int) -> tuple[pd.Series, np.ndarray]:
        texts = frame["text"].iloc[start : start + _CHUNK].tolist()
        rows = zip(texts, recurring[start : start + _CHUNK], strict=True)
        cleaned, counts = zip(*(clean_and_count(*row, settings, stop_words) for row in rows), strict=True)
        return pd.Series(cleaned, dtype="str"), np.array(counts, np.int32)

    starts = range(0, len(frame), _CHUNK)
    parts = map_in_processes(clean_from, starts, processes)
    parts = list(tqdm(parts, "clean", len(starts), unit_scale=_CHUNK, unit=" texts", disable=None))
    steps = _steps(settings, stop_words)
    # (documents, 1 + steps): words before the first step, and after each one
    words = np.concatenate([np.empty((0, 1 + len(steps)), np.int32), *(counts for _, counts in parts)])
    ledger = ledger_lines(frame, words, steps, settings)

    def texts_of(row: int) -> list[str]:
        return _texts(frame["text"].iloc[row], settings, recurring[row], stop_words)

    add_samples(ledger, frame, words, texts_of)
    frame["text"] = pd.concat([frame["text"].iloc[:0], *(cleaned for cleaned, _ in parts)], ignore_index=True)
    return frame[words[:, -1] > 0].reset_index(drop=True), ledger


def lines_to_strip(texts: pd.Series, settings: Mapping) -> list[Set[str]]:
    """Return the recurring lines of each raw text's author; none where the settings keep signatures."""
    return recurring_lines(texts.array) if settings["signatures"] else [NONE] * len(texts)


def clean_and_count(
    text: str, recurring: Set[str], settings: Mapping, stop_words: Set[str] | None = None
) -> tuple[str, list[int]]:
    """Return a cleaned text, "" if it is dropped, and its words before the first step that takes some and after each.

    Settings and stop words are those of `clean`; `recurring` lines are those of `clean_steps`.
    """
    counts = [count_words(text)]
    for step, after in _all_steps(text, settings, recurring, stop_words):
        if step != _WHITE_SPACE:
            counts.append(counts[-1] if after == text else count_words(after))
        text = after
    return text, counts


def _all_steps(
    text: str, settings: Mapping, recurring: Set[str], stop_words: Set[str] | None
) -> Iterator[tuple[str, str]]:
    """Yield the steps of `clean_steps`, and those that drop a short text (it becomes empty) and cut a long one."""
    switches = {name: settings[name] for name in _SWITCHES}
    for step, after in clean_steps(text, **switches, recurring=recurring, stop_words=stop_words):
        text = after
        yield step, text
    if settings["minimum_characters"]:
        yield "minimum_characters", (text := text if len(text) >= settings["minimum_characters"] else "")
    if settings["maximum_words"] is not None:
        yield "maximum_words", truncate(text, settings["maximum_words"])


def _steps(settings: Mapping, stop_words: Set[str] | None) -> list[str]:
    """Return the names of the steps that can take words."""
    return [step for step, _ in _all_steps("", settings, NONE, stop_words) if step != _WHITE_SPACE]


def _texts(text: str, settings: Mapping, recurring: Set[str], stop_words: Set[str] | None) -> list[str]:
    """Return a text before the first step that can take words and after each one, all with normalised white space."""
    after = [text for step, text in _all_steps(text, settings, recurring, stop_words) if step != _WHITE_SPACE]
    return [normalise_whitespace(unix_lines(each)) for each in [text, *after]]
