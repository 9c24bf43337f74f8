"""Stanford Sentiment Treebank: sentences of film reviews as trees, with one of five sentiments on every phrase."""

import io
import logging
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from textstudy.archives import damage_told, find_members
from textstudy.errors import StudyError

ARCHIVE = "trainDevTestTrees_PTB.zip"
PUBLISHED = {"train": 8_544, "validation": 1_101, "test": 2_210}  # sentences of each official split
LABELS = ("1 very negative", "2 negative", "3 neutral", "4 positive", "5 very positive")  # in the trees: 0 to 4

_FILES = {"train": "train.txt", "validation": "dev.txt", "test": "test.txt"}
_LARGEST = 100_000_000  # bytes of a file once unpacked; the published ones have about 2 MB
_MOST_PHRASES = 400  # of a tree; the published ones have at most 111, and each is a text and one level of recursion
# Tokens that the Penn Treebank writes differently, so that brackets in a text are not taken for those of the tree.
_TOKENS = {
    "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}", "``": '"', "''": '"',
}  # fmt: skip
_ESCAPED = re.compile(r"\\([/*])")
_logger = logging.getLogger(__name__)


def read(source: Path, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the sentences, or all phrases of the training sentences, as a DOCUMENTS table in the order of the files.

    A text is the tokens of its phrase with one space between them, as the treebank splits them (`it 's`, `do n't`).
    Brackets, quotation marks, slashes and asterisks are restored. The id of a sentence is its split and line
    (`train/00001`); a phrase inside it adds its position in the tree, counted from the root (`train/00001/0007`).

    Args:
        source: folder with the published archive.
        settings: `phrases`: whether every phrase of the training trees is a document, or only the whole sentences.

    Raises:
        StudyError: the archive is missing or damaged, or a line is not a tree with labels 0 to 4.
    """
    archive = source / ARCHIVE
    if not archive.is_file():
        raise StudyError(f"{source} does not hold {ARCHIVE}: fetch the resource sst again.")
    rows, found = [], {}
    for split, lines in _read_trees(archive).items():
        found[split] = len(lines)
        for number, line in enumerate(lines, start=1):
            sentence = f"{split}/{number:05}"
            phrases = _phrases(line, f"Line {number} of {_FILES[split]} in {archive}")
            wanted = phrases if settings["phrases"] and split == "train" else phrases[:1]
            for position, (label, text) in enumerate(wanted):
                rows.append((f"{sentence}/{position:04}" if position else sentence, text, label, split))
    if found != PUBLISHED:
        _logger.warning("%s holds %s sentences, but %s were published", archive, found, PUBLISHED)
    return pd.DataFrame(rows, columns=["id", "text", "label", "official_split"])


def _read_trees(archive: Path) -> dict[str, list[str]]:
    """Return split → the lines of its file; each line is a tree."""
    with damage_told(archive, "sst"), zipfile.ZipFile(archive) as contents:
        return {split: _read_lines(contents, name, archive) for split, name in _FILES.items()}


def _read_lines(contents: zipfile.ZipFile, name: str, archive: Path) -> list[str]:
    def wanted(path: str) -> bool:
        return PurePosixPath(path).name == name and not path.startswith("__MACOSX/")

    members = find_members(contents, wanted, _LARGEST)
    if len(members) != 1:
        raise StudyError(f"{archive} does not hold exactly one file {name}: fetch the resource sst again.")
    with io.TextIOWrapper(contents.open(members[0]), encoding="utf-8") as stream:
        return [line.rstrip("\n") for line in stream if line.strip()]


def _phrases(line: str, place: str) -> list[tuple[str, str]]:
    """Return label and text of each phrase of a tree, the root first and every phrase before its parts."""
    from nltk.tree import Tree  # slow to import

    if line.count("(") > _MOST_PHRASES:
        raise StudyError(f"{place} has more than {_MOST_PHRASES} phrases: fetch the resource sst again.")
    try:  # with a pattern, because some tokens contain a no-break space
        tree = Tree.fromstring(line, read_leaf=_restore_token, leaf_pattern="[^ ()]+")
    except ValueError as error:
        raise StudyError(f"{place} is not a tree of phrases: fetch the resource sst again.") from error
    phrases = []
    for phrase in tree.subtrees():
        digit, tokens = phrase.label(), phrase.leaves()
        if digit not in ("0", "1", "2", "3", "4") or not tokens:
            raise StudyError(
                f"{place} has a phrase with the label {digit!r} and {len(tokens)} tokens, but labels are 0 to 4 and no "
                "phrase is empty: fetch the resource sst again."
            )
        phrases.append((LABELS[int(digit)], " ".join(tokens)))
    return phrases


def _restore_token(token: str) -> str:
    return _TOKENS.get(token) or _ESCAPED.sub(r"\1", token)
