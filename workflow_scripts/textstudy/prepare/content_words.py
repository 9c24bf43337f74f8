"""Reducing texts to their content words, for small models with a small vocabulary."""

import re
import zipfile
from collections.abc import Set
from pathlib import Path

from textstudy.archives import damage_told, find_members
from textstudy.errors import StudyError

ARCHIVE = "corpora/stopwords.zip"
_LIST = "stopwords/english"
_LARGEST = 1_000_000  # bytes of the list; the published one has a thousand
SHORTEST = 3  # characters of a word that is kept

_TAG = re.compile(r"<(?:/?[a-z]|!--)[^<>]*>")
_URL = re.compile(r"(?:https?|ftp)://\S+|\bwww\.\S+")
_ADDRESS = re.compile(r"[^\s<>@]{1,100}@[^\s<>@]+")
_SPECIAL = re.compile(r"[\W_]+")


def content_words(text: str, stop_words: Set[str]) -> str:
    """Return the content words of a text, in lower case, with one space between them.

    The steps, each on the result of the one before: lower case; without HTML tags, URLs and e-mail addresses; a space
    for every run of characters that are neither letters nor digits; NLTK's word tokens; without stop words and words of
    fewer than three characters.
    """
    from nltk.tokenize import word_tokenize  # takes a second to import, and few studies use it

    text = text.lower()
    for pattern in (_TAG, _URL, _ADDRESS, _SPECIAL):
        text = pattern.sub(" ", text)
    # preserve_line: do not look for sentences, because their full stops have just been removed.
    words = word_tokenize(text, preserve_line=True)
    return " ".join(word for word in words if len(word) >= SHORTEST and word not in stop_words)


def stop_words_of(folder: Path | str) -> frozenset[str]:
    """Return NLTK's English stop words from the archive in the folder of the resource nltk_data.

    Raises:
        StudyError: the archive is missing, damaged or has no English list.
    """
    archive = Path(folder) / ARCHIVE
    with damage_told(archive, "nltk_data"), zipfile.ZipFile(archive) as contents:
        found = find_members(contents, _LIST.__eq__, _LARGEST)
        if not found:
            raise StudyError(f"{archive} has no {_LIST}: fetch the resource nltk_data again.")
        return frozenset(contents.read(found[-1]).decode("utf-8").split())
