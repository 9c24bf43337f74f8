"""From raw messages to the text their authors wrote themselves, with an account of every document lost."""

import re
from collections.abc import Mapping, Set

import pandas as pd

from textstudy.prepare.blocks import strip_blocks
from textstudy.prepare.content_words import content_words, needed_stop_words
from textstudy.prepare.headers import author_words, header_block, strip_pasted_headers
from textstudy.prepare.ledger import entry
from textstudy.prepare.quotes import strip_quotes
from textstudy.prepare.signatures import strip_signature

_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def normalise_whitespace(text: str) -> str:
    """Return `text` with one space between words, no space at line ends, one blank line between paragraphs.

    Line breaks stay, because the next steps and a reader of the table use them; tokenizers treat them as spaces.
    """
    lines = (line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def truncate(text: str, maximum_words: int | None) -> str:
    """Return `text` up to the end of its `maximum_words`-th word; the spacing of the kept part is unchanged."""
    if maximum_words is None:
        return text
    for count, word in enumerate(re.finditer(r"\S+", text), start=1):
        if count == maximum_words:
            return text[: word.end()]
    return text


def clean_text(
    text: str, *, headers: bool, quotes: bool, signatures: bool, blocks: bool, stop_words: Set[str] | None = None
) -> str:
    """Return what the author of a message wrote, with white space normalised.

    With `stop_words`, only its content words.

    The order matters:

    1. headers first, since "Subject: ..." would pass for text; the author's name is read from them;
    2. blocks, before anything reads encoded data as a quotation or a signature (its lines begin with any character);
    3. the signature before the quotes. A signature is drawn with the characters that mark quotations: taking the
       quotes first would remove the `|` lines of a box and leave its rules and the address between them. The other
       order gains nothing, because a quoted signature still has its `>` and never looks like the author's own;
    4. quotes and attributions;
    5. white space, when no step needs the indentation any more;
    6. content words, when no step needs the lines.

    scikit-learn's `remove=("headers", "footers", "quotes")` has the same order.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    header, body = header_block(text)
    author = author_words(header)
    if headers:
        text = strip_pasted_headers(body)
    if blocks:
        text = strip_blocks(text)
    if signatures:
        text = strip_signature(text, author=author)
    if quotes:
        text = strip_quotes(text)
    text = normalise_whitespace(text)
    return text if stop_words is None else content_words(text, stop_words)


def clean(
    documents: pd.DataFrame, settings: Mapping, stop_words: Set[str] | None = None
) -> tuple[pd.DataFrame, list[dict]]:
    """Clean every document and drop those with too little text left.

    Args:
        documents: a DOCUMENTS table.
        settings: `headers`, `quotes`, `signatures`, `blocks` (bool each), `minimum_characters` (0 for no floor),
            `maximum_words` (None for no limit), and if wanted `content_words` (bool).
        stop_words: the words that are no content words; needed for `content_words` only.

    Returns:
        The CLEAN table in the order of `documents`, and three ledger entries: documents empty after cleaning,
        documents below `minimum_characters`, and how many were cut to `maximum_words`. The floor is measured
        before the cut.

    Raises:
        StudyError: `content_words` without `stop_words`.
    """
    stop_words = needed_stop_words(settings, stop_words)
    switches = {name: settings[name] for name in ("headers", "quotes", "signatures", "blocks")}
    minimum, maximum = settings["minimum_characters"], settings["maximum_words"]
    frame = documents[["id", "text", "label", "official_split"]].reset_index(drop=True)
    frame["text"] = pd.Series(
        [clean_text(text, **switches, stop_words=stop_words) for text in frame["text"]], dtype="str"
    )
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
