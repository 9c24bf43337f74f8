"""20 Newsgroups: the archive, its messages, and errors for a damaged archive."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.corpora import newsgroups
from textstudy.corpora.messages import header_fields, split_message
from textstudy.corpora.samples import stratified_sample
from textstudy.errors import StudyError
from textstudy.storage.tables import DOCUMENTS

ALL = {"groups": None, "sample": None}
MESSAGES = {
    "20news-bydate-train/sci.space/2": b"From: ann@moon.edu\nSubject: Orbit\n\nCaf\xe9 in orbit\n",
    "20news-bydate-train/rec.autos/10": b"From: bob@car.com\nSubject: Brakes\n\nThey squeak.\n",
    "20news-bydate-train/sci.space/1": b"From: cy@sun.org\nSubject: Sun\n\nHot.\n",
    "20news-bydate-test/sci.space/3": b"From: ann@moon.edu\nSubject: Re: Orbit\n\nAgain.\n",
    "20news-bydate-test/talk.religion.misc/7": b"From: dee@x.org\nSubject: Why\n\nBecause.\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small archive of the published layout."""
    with tarfile.open(tmp_path / newsgroups.ARCHIVE, "w:gz") as tar:
        for name, content in MESSAGES.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return tmp_path


def test_archive_becomes_documents_in_order_of_id(folder):
    documents = newsgroups.read(folder, ALL)
    DOCUMENTS.validate(documents)
    assert documents["id"].tolist() == [
        "test/sci.space/3", "test/talk.religion.misc/7", "train/rec.autos/10", "train/sci.space/1", "train/sci.space/2",
    ]  # fmt: skip
    orbit = documents.set_index("id").loc["train/sci.space/2"]
    assert orbit["text"] == "From: ann@moon.edu\nSubject: Orbit\n\nCafé in orbit\n"
    assert (orbit["label"], orbit["official_split"]) == ("sci.space", "train")
    assert (orbit["from"], orbit["subject"], orbit["message_id"]) == ("ann@moon.edu", "Orbit", "")


def test_groups_recast_the_classes_and_leave_out_what_they_do_not_name(folder):
    documents = newsgroups.read(folder, ALL | {"groups": {"technical": ["sci.space"], "other": ["talk.religion.misc"]}})
    assert documents["label"].tolist() == ["technical", "other", "technical", "technical"]
    assert "train/rec.autos/10" not in set(documents["id"])


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"a": ["sci.spice"]}, "'sci.spice' under 'a', which is not a group of 20 Newsgroups: choose from rec.autos, "),
        ({"a": ["sci.space"], "b": ["sci.space"]}, "'sci.space' under both 'a' and 'b': remove one"),
    ],
)
def test_groups_that_do_not_fit_are_explained(folder, groups, message):
    with pytest.raises(StudyError, match=message):
        newsgroups.read(folder, ALL | {"groups": groups})


def test_missing_archive_is_explained(tmp_path):
    with pytest.raises(StudyError, match="does not hold 20news-bydate.tar.gz: fetch"):
        newsgroups.read(tmp_path, ALL)


def test_archive_cut_anywhere_is_an_error(folder):
    archive = folder / newsgroups.ARCHIVE
    whole = archive.read_bytes()
    for length in (0, 5, 40, len(whole) // 2, len(whole) - 9, len(whole) - 8, len(whole) - 1):
        archive.write_bytes(whole[:length])
        with pytest.raises(StudyError, match="truncated or damaged"):
            newsgroups.read(folder, ALL)


def test_archive_cut_inside_a_member_and_compressed_again_is_an_error(folder):
    archive = folder / newsgroups.ARCHIVE
    tar = gzip.decompress(archive.read_bytes())
    archive.write_bytes(gzip.compress(tar[: 512 + 100]))
    with pytest.raises(StudyError, match="truncated or damaged"):
        newsgroups.read(folder, ALL)


def test_archive_with_a_flipped_byte_is_an_error(folder):
    archive = folder / newsgroups.ARCHIVE
    damaged = bytearray(archive.read_bytes())
    damaged[-6] ^= 1  # in the checksum that follows the data
    archive.write_bytes(damaged)
    with pytest.raises(StudyError, match="truncated or damaged"):
        newsgroups.read(folder, ALL)


def test_published_counts_from_the_mirror(mirror, caplog):
    documents = newsgroups.read(mirror / "20newsgroups", ALL)
    DOCUMENTS.validate(documents)
    assert documents["official_split"].value_counts().to_dict() == {"train": 11_314, "test": 7_532}
    sizes = documents["label"].value_counts()
    assert (sizes.min(), sizes.idxmin(), sizes.max(), sizes.idxmax()) == (
        628, "talk.religion.misc", 999, "rec.sport.hockey",
    )  # fmt: skip
    assert (len(sizes), round(sizes.mean(), 1), round(sizes.std(), 1)) == (20, 942.3, 97.0)
    assert (documents["from"] != "").all() and (documents["subject"] != "").sum() > 18_800
    assert not caplog.records
    assert (documents["group_author"] != "").all() and (documents["group_thread"] == "").sum() < 20
    # The archive has no dates. The numbers of the articles are in the order of time, like the official split.
    places = documents.groupby("official_split")["time"].median()
    assert places["train"] < 0.35 < 0.75 < places["test"]


def test_truncated_mirror_archive_is_an_error(mirror, tmp_path):
    whole = (mirror / "20newsgroups" / newsgroups.ARCHIVE).read_bytes()
    (tmp_path / newsgroups.ARCHIVE).write_bytes(whole[:1_000_000])
    with pytest.raises(StudyError, match="truncated or damaged"):
        newsgroups.read(tmp_path, ALL)


def test_parts_of_the_recast_mirror(mirror):
    technical = ["comp.graphics", "sci.crypt"]
    settings = {
        "groups": {"technical": technical, "other": ["rec.autos", "talk.politics.mideast", "misc.forsale"]},
        "sample": {"size": None, "parts": {"train": 200, "validation": 50, "test": 50}, "seed": 13},
    }
    documents = newsgroups.read(mirror / "20newsgroups", settings)
    DOCUMENTS.validate(documents)
    assert documents["official_split"].value_counts().to_dict() == {"train": 200, "validation": 50, "test": 50}
    assert set(documents["id"][documents["official_split"] == "test"].str.partition("/")[0]) == {"test"}
    assert set(documents["id"][documents["official_split"] != "test"].str.partition("/")[0]) == {"train"}
    everything = newsgroups.read(mirror / "20newsgroups", ALL | {"groups": settings["groups"]})
    for part, split in (("train", "train"), ("validation", "train"), ("test", "test")):
        share = (everything["label"][everything["official_split"] == split] == "technical").mean()
        drawn = documents["label"][documents["official_split"] == part] == "technical"
        assert abs(drawn.sum() - share * len(drawn)) < 1


def test_sample_keeps_the_shares_and_does_not_depend_on_order():
    documents = [
        {"id": f"{split}/{label}/{number}", "label": label, "official_split": split}
        for split, label, count in (("train", "a", 600), ("train", "b", 200), ("test", "a", 150), ("test", "b", 50))
        for number in range(count)
    ]
    settings = {"size": 100, "parts": None, "seed": 7}
    drawn = list(stratified_sample(documents, settings))
    counts = {}
    for document in drawn:
        stratum = (document["official_split"], document["label"])
        counts[stratum] = counts.get(stratum, 0) + 1
    assert counts == {("train", "a"): 60, ("train", "b"): 20, ("test", "a"): 15, ("test", "b"): 5}
    ids = {document["id"] for document in drawn}
    assert ids == {document["id"] for document in stratified_sample(reversed(documents), settings)}
    assert ids != {document["id"] for document in stratified_sample(documents, settings | {"seed": 8})}
    assert [document["id"] for document in drawn] == [d["id"] for d in documents if d["id"] in ids]


def test_sample_larger_than_the_corpus_is_the_corpus(folder):
    sample = {"size": 99, "parts": None, "seed": 1}
    assert newsgroups.read(folder, ALL | {"sample": sample}).equals(newsgroups.read(folder, ALL))


@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6), size=st.integers(1, 120))
def test_sample_has_the_size_asked_for_and_each_stratum_its_share(sizes, size):
    documents = [
        {"id": f"{label}-{number}", "label": str(label), "official_split": ""}
        for label, count in enumerate(sizes)
        for number in range(count)
    ]
    drawn = [document["label"] for document in stratified_sample(documents, {"size": size, "parts": None, "seed": 0})]
    assert len(drawn) == min(size, len(documents))
    for label, count in enumerate(sizes):
        assert abs(drawn.count(str(label)) - len(drawn) * count / len(documents)) < 1


MESSAGE = (
    "From: ann@moon.edu (Ann\n\tOther)\nSubject: A long\n  subject\nNewsgroups: sci.space,sci.astro\n"
    "Date: 5 Apr 93 12:00 GMT\nMessage-ID: <1@moon.edu>\nReferences: <0@sun.org>\n <00@sun.org>\n\n"
    "Body\n\nMore: of it\n"
)


def test_header_fields_are_found_and_unfolded():
    assert header_fields(MESSAGE) == {
        "from": "ann@moon.edu (Ann Other)",
        "subject": "A long subject",
        "newsgroups": "sci.space,sci.astro",
        "date": "5 Apr 93 12:00 GMT",
        "message_id": "<1@moon.edu>",
        "references": "<0@sun.org> <00@sun.org>",
    }
    assert split_message(MESSAGE)[1] == "Body\n\nMore: of it\n"


def test_message_that_lost_its_first_header_line_keeps_its_fields():
    message = " host!other!path\nSubject: Re: Geek\nFrom: a@b.c\n\nYes.\n"
    assert split_message(message) == (" host!other!path\nSubject: Re: Geek\nFrom: a@b.c", "Yes.\n")
    assert header_fields(message)["subject"] == "Re: Geek"


@pytest.mark.parametrize("text", ["Hello there\n\nNo header", "", "\n\nFrom: x\n\n", "   indented prose\n\nmore"])
def test_text_without_header_is_all_body(text):
    assert split_message(text) == ("", text)
    assert set(header_fields(text).values()) == {""}


def test_message_with_carriage_returns_and_message_without_body():
    assert split_message("From: a@b.c\r\nSubject: x\r\n\r\nHi\r\n") == ("From: a@b.c\r\nSubject: x", "Hi\r\n")
    assert split_message("From: a@b.c\nLines: 0\n\n") == ("From: a@b.c\nLines: 0", "")
    assert split_message("From: a@b.c\nLines: 0") == ("From: a@b.c\nLines: 0", "")


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("=?iso-8859-1?Q?Caf=E9?= now", "Café now"),
        ("=?no-such-charset?Q?Caf=E9?=", "=?no-such-charset?Q?Caf=E9?="),
        ("=?utf-8?B?abcde?=", "=?utf-8?B?abcde?="),
        ("=?utf-8?Q?=FF?=", "=?utf-8?Q?=FF?="),
        ("=?utf-8?q?a?= " * 150, ("=?utf-8?q?a?= " * 150).strip()),  # longer than a line of a header may be
        ("long\r\n\t\n  folded" + " " * 10_000, "long folded"),
        ("caf\xe9 in Latin-1", "café in Latin-1"),
    ],
)
def test_encoded_words_are_decoded_where_they_can_be(subject, shown):
    assert header_fields(f"Subject: {subject}\n\nbody")["subject"] == shown


@given(st.text())
def test_any_text_can_be_split_and_loses_only_a_blank_line(text):
    header, body = split_message(text)
    assert text in {header + blank + body for blank in ("", "\n\n", "\r\n\r\n", "\r\n\n", "\n\r\n")}
    assert all(isinstance(value, str) for value in header_fields(text).values())


@given(st.text(st.characters(max_codepoint=255)))
def test_any_header_value_can_be_read(value):
    fields = header_fields(f"Subject: {value}\nFrom: a@b.c\n\nbody")
    assert "\n" not in fields["subject"]
