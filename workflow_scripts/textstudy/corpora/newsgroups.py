"""20 Newsgroups, `bydate` version: Usenet messages of 1993 in twenty groups, split by date into train and test."""

import gzip
import logging
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from textstudy.archives import bounded, damage_told
from textstudy.corpora.cells import replace_surrogates
from textstudy.corpora.conversations import message_context, place_in_newsgroup
from textstudy.corpora.messages import header_fields
from textstudy.corpora.samples import SAMPLED_FROM, stratified_sample
from textstudy.errors import StudyError
from textstudy.storage.tables import TIME

ARCHIVE = "20news-bydate.tar.gz"
PUBLISHED = {"train": 11_314, "test": 7_532}  # messages of each official split

_LARGEST = 500_000_000  # bytes of the archive once unpacked; the published one has 50 million
_LONGEST = 10_000_000  # bytes of a message; the longest published one has 161 thousand

_FOLDERS = {"20news-bydate-train": "train", "20news-bydate-test": "test"}
_logger = logging.getLogger(__name__)


def read(source: Path, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the messages as a DOCUMENTS table, sorted by id, with the header fields as further columns.

    The text is the complete message, decoded as Latin-1: header block, blank line, body. Groups are author and thread.
    The time is that of `Date`, or where no message has it, the place of the message in its newsgroup.

    Args:
        source: folder with the published archive.
        settings: `groups`, a mapping of label to newsgroups (groups it does not name are left out), or None to use
            each group as a label; `sample`, see `stratified_sample`, or None to keep all messages.

    Raises:
        StudyError: the archive is missing or damaged, or `groups` does not fit the groups it holds.
    """
    archive = source / ARCHIVE
    if not archive.is_file():
        raise StudyError(f"{source} does not hold {ARCHIVE}: fetch the resource 20newsgroups again.")
    documents = [_document(split, group, number, raw) for split, group, number, raw in _messages(archive)]
    if not documents:
        raise StudyError(f"{archive} holds no message of 20 Newsgroups: fetch the resource 20newsgroups again.")
    found = {split: sum(document["official_split"] == split for document in documents) for split in PUBLISHED}
    if found != PUBLISHED:
        _logger.warning("%s holds %s messages, but %s were published", archive, found, PUBLISHED)
    context = message_context(pd.DataFrame(documents))
    if TIME not in context:
        context[TIME] = place_in_newsgroup(context.index.to_series())
    if settings["groups"]:
        documents = _relabel(documents, settings["groups"])
    seen: Counter[tuple[str, str]] = Counter()
    if settings["sample"]:
        documents = list(stratified_sample(documents, settings["sample"], seen))
    frame = pd.DataFrame(sorted(documents, key=lambda document: document["id"])).join(context, on="id")
    if seen:
        frame.attrs[SAMPLED_FROM] = seen
    return frame


def _document(split: str, group: str, number: str, raw: bytes) -> dict[str, str]:
    text = raw.decode("latin-1")
    columns = {"id": f"{split}/{group}/{number}", "text": text, "label": group, "official_split": split}
    return columns | header_fields(text)


def _messages(archive: Path) -> Iterator[tuple[str, str, str, bytes]]:
    """Yield split, group, number and bytes of every message."""
    too_large = (
        f"{archive} unpacks to more than {_LARGEST / 1e6:.0f} MB, so it is not the published archive: delete it."
    )
    # gzip.open instead of tarfile's "r|gz", which takes the end of a truncated file for the end of the archive.
    with damage_told(archive, "20newsgroups"), gzip.open(archive) as unpacked:
        stream = bounded(unpacked, _LARGEST, too_large)
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in tar:
                parts = member.name.split("/")[-3:]
                if member.isfile() and len(parts) == 3 and parts[0] in _FOLDERS:
                    _check_member(member, archive)
                    yield _FOLDERS[parts[0]], parts[1], parts[2], tar.extractfile(member).read()
        while stream.read(1 << 20):  # gzip compares the checksum at the end of the stream
            pass


def _check_member(member: tarfile.TarInfo, archive: Path) -> None:
    if member.size > _LONGEST:  # a sparse file takes no room in the archive
        raise tarfile.ReadError(f"{member.name!r} has {member.size / 1e6:,.0f} MB")
    if replace_surrogates(member.name) != member.name:
        raise tarfile.ReadError(f"the name {member.name!r} is not in UTF-8")


def _relabel(documents: list[dict[str, str]], groups: Mapping[str, list[str]]) -> list[dict[str, str]]:
    """Return the documents of the groups that `groups` names, each with the label that names its group."""
    known = sorted({document["label"] for document in documents})
    labels: dict[str, str] = {}
    for label, names in groups.items():
        for name in names:
            if name not in known:
                raise StudyError(
                    f"The setting `groups` lists {name!r} under {label!r}, which is not a group of 20 Newsgroups: "
                    f"choose from {', '.join(known)}."
                )
            if name in labels:
                raise StudyError(
                    f"The setting `groups` lists {name!r} under both {labels[name]!r} and {label!r}: remove one."
                )
            labels[name] = label
    return [document | {"label": labels[document["label"]]} for document in documents if document["label"] in labels]
