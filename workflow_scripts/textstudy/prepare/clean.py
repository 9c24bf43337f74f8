"""Cleaning: from raw messages to the text that their authors wrote, with a count of what each step takes."""

from collections.abc import Iterator, Mapping, Set

import numpy as np
import pandas as pd
from tqdm import tqdm

from textstudy.prepare.clean_text import SWITCHES, WHITE_SPACE, clean_steps, normalise_whitespace, truncate
from textstudy.prepare.headers import unix_lines
from textstudy.prepare.losses import add_samples, ledger_lines
from textstudy.prepare.recurring import NONE, recurring_lines
from textstudy.prepare.scripts import count_words
from textstudy.processes import map_in_processes
from textstudy.storage.tables import context_columns

_CHUNK = 2_000  # texts that are cleaned in one piece


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
    counts, counted = [count_words(text)], text
    for step, after in _all_steps(text, settings, recurring, stop_words):
        if step != WHITE_SPACE:
            counts.append(counts[-1] if after == counted else count_words(after))
            counted = after
        text = after
    if text != counted:  # composed, a lone soft hyphen is nothing: the last step that is counted takes it
        counts[-1] = count_words(text)
    return text, counts


def _all_steps(
    text: str, settings: Mapping, recurring: Set[str], stop_words: Set[str] | None
) -> Iterator[tuple[str, str]]:
    """Yield the steps of `clean_steps`, and those that drop a short text (it becomes empty) and cut a long one."""
    switches = {name: settings[name] for name in SWITCHES}
    for step, after in clean_steps(text, **switches, recurring=recurring, stop_words=stop_words):
        text = after
        yield step, text
    if settings["minimum_characters"]:
        yield "minimum_characters", (text := text if len(text) >= settings["minimum_characters"] else "")
    if settings["maximum_words"] is not None:
        yield "maximum_words", truncate(text, settings["maximum_words"])


def _steps(settings: Mapping, stop_words: Set[str] | None) -> list[str]:
    """Return the names of the steps that can take words."""
    return [step for step, _ in _all_steps("", settings, NONE, stop_words) if step != WHITE_SPACE]


def _texts(text: str, settings: Mapping, recurring: Set[str], stop_words: Set[str] | None) -> list[str]:
    """Return a text before the first step that can take words and after each one, all with normalised white space."""
    after = [text for step, text in _all_steps(text, settings, recurring, stop_words) if step != WHITE_SPACE]
    return [normalise_whitespace(unix_lines(each)) for each in [text, *after]]
