"""Your own texts in class folders: one text a file, `pos/1.txt` or `train/pos/1.txt`."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from textstudy.corpora.cells import replace_surrogates
from textstudy.corpora.documents import join_batches
from textstudy.corpora.faults import Faults
from textstudy.corpora.labels import label_names
from textstudy.corpora.rows import CHUNK
from textstudy.corpora.splits import split_words
from textstudy.errors import StudyError
from textstudy.storage.table_files import list_files

# Folders of texts that nobody has labelled, as in the IMDB reviews.
_UNLABELLED = {"unsup", "unsupervised", "unlabeled", "unlabelled"}
# Endings of files that hold something else than one text; any other file in a class folder is a text.
NO_TEXTS = {
    ".csv", ".tsv", ".json", ".jsonl", ".parquet", ".feat", ".npy", ".pkl", ".db", ".zip", ".gz", ".bz2", ".xz", ".7z",
    ".tar", ".rar", ".pdf", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".png", ".jpg", ".jpeg", ".gif", ".mp3",
    ".mp4", ".wav", ".py", ".ini",
}  # fmt: skip


class TextFile(NamedTuple):
    """One text."""

    name: str  # below the folder of the corpus
    split: str  # that the outer folder tells, or ""
    label: str  # the name of the class folder


def read(source: Path | None, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the texts as a DOCUMENTS table, in the order of their names, which are the ids.

    Args:
        source: None.
        settings: the fields of `FoldersCorpus`.

    Returns:
        The table. Its `attrs` hold `passed_over`, what is not read → why.

    Raises:
        StudyError: the folder does not hold class folders, a file is not in the encoding, or labels look alike.
    """
    folder = Path(settings["path"])
    texts, passed_over = text_files(folder)
    frame = join_batches(_documents(folder, texts, settings), settings["sample"], str(folder))
    frame.attrs["passed_over"] = passed_over
    return frame


def text_files(folder: Path) -> tuple[list[TextFile], dict[str, str]]:
    """Return the files in class folders, sorted by name, and what is passed over → why.

    Raises:
        StudyError: the folder does not exist, or its texts do not lie in class folders.
    """
    if not folder.is_dir():
        raise StudyError(f"The setting `path` is {folder}, which is no folder: correct it; it starts at the checkout.")
    names, passed_over = list_files(folder)
    unlabelled: Counter[str] = Counter()
    paths = []
    for name in names:
        path = name.split("/")
        if place := _unlabelled_folder(path):
            unlabelled[place] += 1
        elif Path(name).suffix.lower() in NO_TEXTS:
            passed_over[name] = "no text file"
        else:
            paths.append(path)
    passed_over |= {place: f"{count:,} texts without labels" for place, count in unlabelled.items()}
    splits = _splits(paths, folder)
    depth = 3 if splits else 2
    for path in paths:
        if len(path) < depth:
            passed_over["/".join(path)] = "in no class folder"
    paths = [path for path in paths if len(path) >= depth]
    _check(paths, depth, folder)
    several = len(set(splits.values())) > 1  # a single split divides nothing
    return [TextFile("/".join(path), splits[path[0]] if several else "", path[-2]) for path in paths], passed_over


def _unlabelled_folder(path: list[str]) -> str | None:
    """Return the folder of texts without labels that a file lies in, or None."""
    for depth, folder in enumerate(path[:-1], start=1):
        if folder.lower() in _UNLABELLED:
            return "/".join(path[:depth]) + "/"
    return None


def _splits(paths: list[list[str]], folder: Path) -> dict[str, str]:
    """Return outer folder → its split, if the class folders lie in folders for splits.

    Raises:
        StudyError: only some of the outer folders tell a split, or one tells two.
    """
    outer = sorted({path[0] for path in paths if len(path) > 2})
    told = {name: split_words(name) for name in outer}
    if not any(told.values()):
        return {}
    unclear = [name for name, splits in told.items() if len(splits) != 1]
    unclear += sorted({path[0] for path in paths if len(path) == 2} - set(outer))
    if unclear:
        raise StudyError(
            f"The folder {unclear[0]!r} in {folder} does not tell train, validation or test, although others beside it "
            "do: rename it, or move it out."
        )
    return {name: splits.pop() for name, splits in told.items()}


def _check(paths: list[list[str]], depth: int, folder: Path) -> None:
    """Check that all texts lie in class folders, of which there are at least two."""
    shape = "train/CLASS/NAME.txt and so on" if depth == 3 else "CLASS/NAME.txt"
    deeper = next(("/".join(path) for path in paths if len(path) > depth), None)
    if deeper:
        raise StudyError(
            f"{deeper!r} in {folder} lies deeper than {shape}, so its class is not clear: let `path` name the "
            "folder that holds the class folders, or move the files."
        )
    labels = sorted({path[-2] for path in paths})
    if len(labels) < 2 or (depth == 2 and all(map(split_words, labels))):
        found = f"only {', '.join(map(repr, labels))}" if labels else "none"
        raise StudyError(
            f"{folder} should hold a folder of texts for each class, as {shape}, or train/CLASS/NAME.txt with splits, "
            f"but has {found}: move the texts into such folders; for tables, set `kind: table`."
        )
    unnamed = next(("/".join(path) for path in paths if replace_surrogates("/".join(path)) != "/".join(path)), None)
    if unnamed:
        raise StudyError(f"The file name {unnamed!r} in {folder} is not in UTF-8: rename the file or folder.")


def _documents(folder: Path, texts: list[TextFile], settings: Mapping[str, Any]) -> Iterator[pa.Table]:
    """Yield the texts in batches."""
    names, encoding, faults = label_names(settings["labels"]), settings["encoding"], Faults(str(folder))
    unlisted = sorted({text.label for text in texts} - set(names)) if names else []
    if unlisted:
        raise StudyError(
            f"{folder} has a class folder {unlisted[0]!r}, which the setting `labels` does not list: add it to "
            f"{', '.join(map(repr, names))}."
        )
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        yield pa.table(
            {
                "id": pa.array([text.name for text in chunk], pa.large_string()),
                "text": pa.array([read_text(folder, text.name, encoding, faults) for text in chunk], pa.large_string()),
                "label": pa.array([names.get(text.label, text.label) for text in chunk], pa.large_string()),
                "official_split": pa.array([text.split for text in chunk], pa.large_string()),
            }
        )
    faults.check()


def read_text(folder: Path, name: str, encoding: str, faults: Faults) -> str:
    """Return the text of a file with "\\n" at the ends of lines; one that cannot be decoded is a fault."""
    try:
        with open(f"{folder}/{name}", "rb") as stream:
            text = stream.read().decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        faults.add(
            f"file {name!r}",
            f"is not in {encoding} ({error})",
            "convert it, set `encoding` to what the files are in, such as latin-1, or move it out if it is no text",
        )
        return ""
    if "\0" in text:
        faults.add(f"file {name!r}", "holds NUL characters, so it is no text", "move it out of the folder")
    return text.replace("\r\n", "\n").replace("\r", "\n")
