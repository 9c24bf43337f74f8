"""20 Newsgroups, `bydate`: Usenet messages of 1993 in twenty groups, split by date into train and test."""

import gzip
import logging
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from textstudy.corpora.messages import header_fields
from textstudy.corpora.samples import stratified_sample
from textstudy.errors import StudyError

ARCHIVE = "20news-bydate.tar.gz"
PUBLISHED = {"train": 11_314, "test": 7_532}  # messages of each official split

_FOLDERS = {"20news-bydate-train": "train", "20news-bydate-test": "test"}
_logger = logging.getLogger(__name__)


def read(source: Path | None, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the messages as a DOCUMENTS table, in the order of their ids.

    The text is the complete message in Latin-1: header block, blank line, body; the header fields stand beside it.

    Args:
        source: folder with the published archive, read without extracting it, or with the tree extracted from it.
        settings: `groups`, a mapping of label to newsgroups that recasts the classes and leaves out any group it does
            not name; `sample`, see `stratified_sample`. Both may be absent.

    Raises:
        StudyError: there is nothing to read, the archive is damaged, or `groups` does not fit the groups there are.
    """
    if source is None:
        raise StudyError("20 Newsgroups was given no folder to read: fetch the resource 20newsgroups first.")
    documents = [_document(split, group, number, raw) for split, group, number, raw in _messages(Path(source))]
    if not documents:
        raise StudyError(f"{source} holds no message of 20 Newsgroups: fetch the resource 20newsgroups again.")
    found = {split: sum(document["official_split"] == split for document in documents) for split in PUBLISHED}
    if found != PUBLISHED:
        _logger.warning("%s holds %s messages where %s were published", source, found, PUBLISHED)
    if settings.get("groups"):
        documents = _recast(documents, settings["groups"])
    if settings.get("sample"):
        documents = list(stratified_sample(documents, settings["sample"]))
    return pd.DataFrame(sorted(documents, key=lambda document: document["id"]))


def _document(split: str, group: str, number: str, raw: bytes) -> dict[str, str]:
    text = raw.decode("latin-1")
    identity = {"id": f"{split}/{group}/{number}", "text": text, "label": group, "official_split": split}
    return identity | header_fields(text)


def _messages(folder: Path) -> Iterator[tuple[str, str, str, bytes]]:
    """Yield split, group, number and bytes of every message of the archive in `folder`, or else of the tree there."""
    archive = folder / ARCHIVE
    if archive.is_file():
        return _archived_messages(archive)
    if any((folder / name).is_dir() for name in _FOLDERS):
        return _extracted_messages(folder)
    raise StudyError(f"{folder} holds neither {ARCHIVE} nor the folders {' and '.join(_FOLDERS)}: fetch it again.")


def _archived_messages(archive: Path) -> Iterator[tuple[str, str, str, bytes]]:
    try:
        # gzip.open, not tarfile's own "r|gz": that one takes the end of a truncated file for the end of the archive.
        with gzip.open(archive) as stream:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                for member in tar:
                    parts = member.name.split("/")[-3:]
                    if member.isfile() and len(parts) == 3 and parts[0] in _FOLDERS:
                        yield _FOLDERS[parts[0]], parts[1], parts[2], tar.extractfile(member).read()
            while stream.read(1 << 20):  # to the end of the stream, where gzip compares the checksum
                pass
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise StudyError(f"{archive} is truncated or damaged ({error}): delete it and fetch it again.") from error


def _extracted_messages(folder: Path) -> Iterator[tuple[str, str, str, bytes]]:
    for name, split in _FOLDERS.items():
        for path in (folder / name).glob("*/*"):
            if path.is_file():
                yield split, path.parent.name, path.name, path.read_bytes()


def _recast(documents: list[dict[str, str]], groups: Mapping[str, list[str]]) -> list[dict[str, str]]:
    """Give each document the label whose list names its group; leave out the groups that no label names."""
    there = sorted({document["label"] for document in documents})
    labels: dict[str, str] = {}
    for label, names in groups.items():
        for name in names:
            if name not in there:
                raise StudyError(
                    f"groups: {label} names the newsgroup {name!r}, which is not in 20 Newsgroups: "
                    f"choose from {', '.join(there)}."
                )
            if name in labels:
                raise StudyError(f"groups: {name} is under both {labels[name]} and {label}: leave it under one label.")
            labels[name] = str(label)
    return [document | {"label": labels[document["label"]]} for document in documents if document["label"] in labels]
