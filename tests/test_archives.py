"""Archives that are bombs, damaged or locked: one sentence each, and no more is unpacked than is stated."""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textstudy.corpora import newsgroups, sst
from textstudy.encode.glove import load_glove
from textstudy.errors import StudyError
from textstudy.prepare.content_words import stop_words_of

MESSAGE = b"From: ada@example.org\nSubject: looms\n\nIt weaves.\n"
TREES = {f"trees/{name}.txt": "(3 (2 Good) (2 film))\n" for name in ("train", "dev", "test")}


class Reader(NamedTuple):
    """What reads an archive, the name of the archive, and its members."""

    read: Callable[[Path], object]
    name: str
    members: dict[str, str]


READERS = {
    "sst": Reader(lambda folder: sst.read(folder, {"phrases": True}), sst.ARCHIVE, TREES),
    "glove": Reader(
        lambda folder: load_glove(folder, ["<pad>", "<unk>", "loom"], 2, [0, 0, 1]),
        "glove.6B.zip",
        {"glove.6B.2d.txt": "loom 0.5 1\nthe 1 2\n"},
    ),
    "stop words": Reader(stop_words_of, "corpora/stopwords.zip", {"stopwords/english": "the\n"}),
}
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def zipped(members: dict[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


def tarred(*members: tuple[bytes, bytes], sparse: int | None = None) -> bytes:
    """Return a tar file; with `sparse`, each member says that it has so many bytes once its holes are filled in."""
    content = b""
    for name, text in members:
        info = tarfile.TarInfo("name")
        info.size = len(text)
        header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
        header[:100] = name.ljust(100, b"\0")
        if sparse is not None:
            header[156:157] = tarfile.GNUTYPE_SPARSE
            header[386:482] = (b"%011o\0%011o\0" % (0, len(text))).ljust(96, b"\0")
            header[483:495] = b"%011o\0" % sparse
        header[148:156] = b"%06o\0 " % (sum(header[:148]) + 8 * 32 + sum(header[156:]))
        content += bytes(header) + text.ljust(-(-len(text) // 512) * 512, b"\0")
    return content + bytes(1024)


def message(number: bytes = b"1") -> bytes:
    return b"20news-bydate-train/sci.space/" + number


def read_zip(folder: Path, kind: str, content: bytes) -> object:
    path = folder / READERS[kind].name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return READERS[kind].read(folder)


def read_tar(folder: Path, content: bytes) -> object:
    (folder / newsgroups.ARCHIVE).write_bytes(gzip.compress(content, 1))
    return newsgroups.read(folder, {"groups": None, "sample": None})


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_any_compression_can_be_read(tmp_path, kind, compression):
    assert read_zip(tmp_path, kind, zipped(READERS[kind].members, compression)) is not None


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("damage", ["encrypted", "name", "compression", "size"])
def test_a_locked_or_foreign_member_is_one_sentence(tmp_path, kind, damage):
    content = bytearray(zipped(READERS[kind].members))
    central = content.index(b"PK\1\2")
    for header, shift in ((content.index(b"PK\3\4"), 0), (central, 2)):
        if damage == "encrypted":
            content[header + 6 + shift] |= 1
        elif damage == "name":  # said to be in UTF-8
            content[header + 7 + shift] |= 8
            content[header + (30 if not shift else 46)] = 0xFF
        elif damage == "compression":
            content[header + 8 + shift] = 99
    if damage == "size":
        content[central + 24 : central + 28] = struct.pack("<I", 0xFFFFFFF0)
    with pytest.raises(StudyError, match=r"truncated or damaged \(.+\): delete it and fetch the resource"):
        read_zip(tmp_path, kind, bytes(content))


def test_a_sparse_member_of_eight_gigabytes_is_not_filled_in(tmp_path):
    content = tarred((message(), MESSAGE), sparse=8 << 30)
    with pytest.raises(StudyError, match="train/sci.space/1' has 8,590 MB"):
        read_tar(tmp_path, content)


@pytest.mark.parametrize("name", [message(), b"notes/eight-gigabytes"])
def test_no_more_is_unpacked_than_the_published_archive_has(tmp_path, monkeypatch, name):
    monkeypatch.setattr(newsgroups, "_LARGEST", 100_000)
    with pytest.raises(StudyError, match="unpacks to more than 0 MB, so it is not the published archive"):
        read_tar(tmp_path, tarred((message(), MESSAGE), (name, bytes(200_000))))


def test_a_name_that_is_not_in_utf8_is_told(tmp_path):
    with pytest.raises(StudyError, match=r"the name '.*\\udcff' is not in UTF-8"):
        read_tar(tmp_path, tarred((message(b"\xff"), MESSAGE)))


@pytest.mark.parametrize("opened", [401, 100_000])
def test_a_tree_of_nested_phrases_is_refused_before_it_is_built(tmp_path, opened):
    tree = "(2 " * opened + "x" + ")" * opened
    with pytest.raises(StudyError, match="Line 1 of train.txt in .* has more than 400 phrases"):
        read_zip(tmp_path, "sst", zipped(TREES | {"trees/train.txt": tree}))


def test_the_largest_tree_is_read(tmp_path):
    tree = "(2 " * 400 + "x" + ")" * 400
    assert len(read_zip(tmp_path, "sst", zipped(TREES | {"trees/train.txt": tree}))) == 402


@st.composite
def damaged(draw, whole: bytes) -> bytes:
    """Return the content with a few bytes changed and perhaps an end cut off."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.none() | st.integers(0, len(content)))])


SEEDED = settings(derandomize=True, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
ZIPS = st.sampled_from([(kind, zipped(READERS[kind].members, how)) for kind in READERS for how in COMPRESSIONS])
TARS = st.sampled_from(
    [tarred((message(), MESSAGE), (message(b"2"), MESSAGE)), tarred((message(), MESSAGE), sparse=5000)]
)


@SEEDED
@given(st.data(), ZIPS)
def test_whatever_a_zip_holds_only_a_sentence_comes_out(tmp_path, data, archive):
    kind, whole = archive
    try_to_read(lambda: read_zip(tmp_path, kind, data.draw(damaged(whole))))


@SEEDED
@given(st.data(), TARS)
def test_whatever_a_tar_holds_only_a_sentence_comes_out(tmp_path, data, whole):
    try_to_read(lambda: read_tar(tmp_path, data.draw(damaged(whole))))


def try_to_read(read: Callable[[], object]) -> None:
    try:
        read()
    except StudyError as error:
        assert len(str(error)) < 1000
