"""Texts reduced to their content words, for small models with a small vocabulary."""

import re
import zipfile
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError

ARCHIVE = "corpora/stopwords.zip"  # as NLTK's data has it; the list may also be unpacked beside it
LANGUAGE = "english"
SHORTEST = 3  # characters of a word that stays

_TAG = re.compile(r"<(?:/?[a-z]|!--)[^<>]*>")
_URL = re.compile(r"(?:https?|ftp)://\S+|\bwww\.\S+")
_ADDRESS = re.compile(r"[^\s<>@]{1,100}@[^\s<>@]+")
_SPECIAL = re.compile(r"[\W_]+")


def content_words(text: str, stop_words: Set[str]) -> str:
    """Return the content words of a text, in lower case and joined by single blanks.

    The steps, each on what the one before left: lower case; HTML tags, URLs and e-mail addresses out; every run of
    characters that are neither letters nor digits becomes a blank; NLTK's word tokens; stop words and words of fewer
    than three characters out.
    """
    from nltk.tokenize import word_tokenize  # a second to import, and few studies want it

    text = text.lower()
    for pattern in (_TAG, _URL, _ADDRESS, _SPECIAL):
        text = pattern.sub(" ", text)
    # Sentences need not be found first: what ends them is gone by now.
    words = word_tokenize(text, preserve_line=True)
    return " ".join(word for word in words if len(word) >= SHORTEST and word not in stop_words)


def needed_stop_words(settings: Mapping[str, Any], stop_words: Set[str] | None) -> Set[str] | None:
    """Return the stop words if the settings of `clean` ask for content words, else None.

    Raises:
        StudyError: they ask for content words, and there are no stop words to know them by.
    """
    if not settings.get("content_words"):
        return None
    if stop_words is None:
        raise StudyError("content_words is true and there is no list of stop words: fetch the resource nltk_data.")
    return stop_words


def read_stop_words(folder: Path | str) -> frozenset[str]:
    """Return NLTK's English stop words from a folder with its data: the archive, or the tree unpacked from it.

    Raises:
        StudyError: neither is there, or what is there cannot be read.
    """
    archive = Path(folder) / ARCHIVE
    unpacked = archive.with_suffix("") / LANGUAGE
    try:
        if archive.is_file():
            with zipfile.ZipFile(archive) as contents:
                listing = contents.read(f"{archive.stem}/{LANGUAGE}").decode("utf-8")
        else:
            listing = unpacked.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise StudyError(f"{folder} holds neither {ARCHIVE} nor its tree: fetch the resource nltk_data.") from error
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, OSError, EOFError) as error:
        raise StudyError(f"the stop words in {folder} cannot be read ({error}): fetch nltk_data again.") from error
    words = frozenset(listing.split())
    if not words:
        raise StudyError(f"the list of stop words in {folder} is empty: fetch nltk_data again.")
    return words


def stop_words_of(manifest: Path | str | None) -> frozenset[str] | None:
    """Return the stop words of the resource behind a manifest, or None where cleaning needs none."""
    return read_stop_words(Path(manifest).parent) if manifest else None
