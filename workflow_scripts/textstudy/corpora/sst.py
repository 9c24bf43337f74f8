"""Stanford Sentiment Treebank: sentences of film reviews as trees, with one of five sentiments on every phrase."""

import io
import logging
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from textstudy.errors import StudyError

ARCHIVE = "trainDevTestTrees_PTB.zip"
PUBLISHED = {"train": 8_544, "validation": 1_101, "test": 2_210}  # sentences of each official split
LABELS = ("1 very negative", "2 negative", "3 neutral", "4 positive", "5 very positive")  # in the order of the digits

_DIGITS = ("0", "1", "2", "3", "4")
_FILES = {"train": "train.txt", "validation": "dev.txt", "test": "test.txt"}
_LARGEST = 100_000_000  # bytes of a file of trees; they have some 2 MB, and an archive may claim anything
# Penn Treebank tokens as they were written; the escapes keep brackets from being taken for those of the tree.
_TOKENS = {
    "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}", "``": '"', "''": '"',
}  # fmt: skip
_ESCAPED = re.compile(r"\\([/*])")
_PARTS = re.compile(r"\(([^\s()]+) |\)|([^()]+)")  # the opening of a phrase with its label, its end, a word
_logger = logging.getLogger(__name__)


def read(source: Path | None, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the sentences, or all phrases of the training sentences, as a DOCUMENTS table in the order of the files.

    A text is the tokens of its phrase joined by single blanks, as the treebank splits them (`it 's`, `do n't`), with
    brackets, quotation marks, slashes and asterisks as the reviews have them. A sentence is named after its split and
    line (`train/00001`), a phrase inside it by its place in the tree, counted from the root (`train/00001/0007`).

    Args:
        source: folder with the published archive, which is read without being extracted.
        settings: `phrases`, whether each phrase of the training trees is a document, and not sentences only.

    Raises:
        StudyError: there is nothing to read, the archive is damaged, or a line is no tree with labels 0 to 4.
    """
    if source is None:
        raise StudyError("The Stanford Sentiment Treebank was given no folder to read: fetch the resource sst first.")
    archive = Path(source) / ARCHIVE
    if not archive.is_file():
        raise StudyError(f"{source} does not hold {ARCHIVE}: fetch the resource sst again.")
    rows, found = [], {}
    for split, lines in _files(archive).items():
        found[split] = len(lines)
        for number, line in enumerate(lines, start=1):
            sentence = f"{split}/{number:05}"
            phrases = _phrases(line, f"line {number} of {_FILES[split]} in {archive}")
            for place, (digit, text) in enumerate(phrases):
                rows.append((f"{sentence}/{place:04}" if place else sentence, text, LABELS[digit], split))
                if not (settings.get("phrases", False) and split == "train"):
                    break
    if found != PUBLISHED:
        _logger.warning("%s holds %s sentences where %s were published", archive, found, PUBLISHED)
    return pd.DataFrame(rows, columns=["id", "text", "label", "official_split"])


def _files(archive: Path) -> dict[str, list[str]]:
    """Return split → the lines of its file, which are trees."""
    try:
        with zipfile.ZipFile(archive) as contents:
            return {split: _lines(contents, name, archive) for split, name in _FILES.items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise StudyError(f"{archive} is truncated or damaged ({error}): delete it and fetch it again.") from error
    except UnicodeDecodeError as error:
        raise StudyError(f"{archive} holds trees that are not in UTF-8 ({error}): fetch it again.") from error


def _lines(contents: zipfile.ZipFile, name: str, archive: Path) -> list[str]:
    members = [
        member
        for member in contents.infolist()
        if PurePosixPath(member.filename).name == name and not member.filename.startswith("__MACOSX/")
    ]
    if len(members) != 1 or members[0].file_size > _LARGEST:
        raise StudyError(f"{archive} does not hold one file {name} of a likely size: fetch the resource sst again.")
    with io.TextIOWrapper(contents.open(members[0]), encoding="utf-8") as stream:
        return [line.rstrip("\n") for line in stream if line.strip()]


def _phrases(tree: str, place: str) -> Iterator[tuple[int, str]]:
    """Return label and text of each phrase of a tree, the root first and every phrase before its parts."""
    words: list[str] = []
    labels: list[int] = []
    spans: list[list[int]] = []  # first word and the one after the last, of each phrase
    opened: list[int] = []  # phrases that are not closed
    end = 0
    for part in _PARTS.finditer(tree):
        label, word = part.groups()
        complete = bool(spans) and not opened
        if part.start() != end or complete:
            break
        end = part.end()
        if label is not None:
            if label not in _DIGITS:
                raise StudyError(
                    f"{place} has the label {label!r}, which is none of 0 to 4: fetch the resource sst again."
                )
            opened.append(len(spans))
            labels.append(_DIGITS.index(label))
            spans.append([len(words), -1])
        elif word is not None:
            if word.strip():
                words.append(_restored(word.strip()))
        else:
            if not opened:
                break
            spans[opened.pop()][1] = len(words)
    if opened or not spans or end != len(tree.rstrip()) or any(first == last for first, last in spans):
        raise StudyError(f"{place} is no tree of phrases with labels: fetch the resource sst again.")
    return ((label, " ".join(words[first:last])) for label, (first, last) in zip(labels, spans, strict=True))


def _restored(token: str) -> str:
    return _TOKENS.get(token) or _ESCAPED.sub(r"\1", token)
