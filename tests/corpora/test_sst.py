"""Stanford Sentiment Treebank: trees, published counts, and errors for a damaged archive."""

import zipfile
from pathlib import Path

import pytest

from textstudy.corpora import sst
from textstudy.errors import StudyError
from textstudy.storage.tables import DOCUMENTS

TREES = {
    "train.txt": [
        "(3 (2 (2 The) (2 film)) (4 (2 works) (2 .)))",
        r"(1 (2 (2 -LRB-) (2 and\/or)) (0 (2 ``) (2 (2 \*\*) (2 -RRB-))))",
    ],
    "dev.txt": ["(0 (2 It) (1 (1 fails) (2 .)))"],
    "test.txt": ["(4 (2 What) (4 (4 joy) (2 ''))) ", "(2 So-so)"],
}


def archive(folder: Path, trees: dict[str, list[str]] = TREES, prefix: str = "trees/") -> Path:
    with zipfile.ZipFile(folder / sst.ARCHIVE, "w", zipfile.ZIP_DEFLATED) as contents:
        for name, lines in trees.items():
            contents.writestr(prefix + name, "\n".join(lines) + "\n")
    return folder


def test_sentences_in_the_order_of_the_files(tmp_path):
    documents = sst.read(archive(tmp_path), {"phrases": False})
    DOCUMENTS.validate(documents)
    assert documents.values.tolist() == [
        ["train/00001", "The film works .", "4 positive", "train"],
        ["train/00002", '( and/or " ** )', "2 negative", "train"],
        ["validation/00001", "It fails .", "1 very negative", "validation"],
        ["test/00001", 'What joy "', "5 very positive", "test"],
        ["test/00002", "So-so", "3 neutral", "test"],
    ]


def test_phrases_of_the_training_trees_only_each_before_its_parts(tmp_path):
    documents = sst.read(archive(tmp_path), {"phrases": True})
    DOCUMENTS.validate(documents)
    assert documents[["id", "text", "label"]].values.tolist()[:7] == [
        ["train/00001", "The film works .", "4 positive"],
        ["train/00001/0001", "The film", "3 neutral"],
        ["train/00001/0002", "The", "3 neutral"],
        ["train/00001/0003", "film", "3 neutral"],
        ["train/00001/0004", "works .", "5 very positive"],
        ["train/00001/0005", "works", "3 neutral"],
        ["train/00001/0006", ".", "3 neutral"],
    ]
    assert documents["official_split"].value_counts().to_dict() == {"train": 16, "test": 2, "validation": 1}


def test_words_joined_by_a_no_break_space_are_one_token(tmp_path):
    documents = sst.read(archive(tmp_path, TREES | {"dev.txt": ["(3 (2 8\xa01\\/2) (3 stars))"]}), {"phrases": False})
    assert "8\xa01/2 stars" in set(documents["text"])


NO_TREES = [
    "(3 good",
    "(3 good))",
    "3 good",
    "(3 good) (3 bad)",
    "(3 (2 ) (2 bad))",
    "(3)",
    "()",
    "(3 (2 good) ((2 x)))",
]


@pytest.mark.parametrize("line", NO_TREES)
def test_line_that_is_no_tree_is_named(tmp_path, line):
    with pytest.raises(StudyError, match=r"Line 2 of train\.txt in .* (is not a tree of phrases|has a phrase with)"):
        sst.read(archive(tmp_path, TREES | {"train.txt": ["(2 fine)", line]}), {"phrases": False})


@pytest.mark.parametrize("label", ["5", "-1", "12", "x"])
def test_unknown_label_is_named(tmp_path, label):
    with pytest.raises(StudyError, match=f"has a phrase with the label '{label}' and 1 tokens, but labels are 0 to 4"):
        sst.read(archive(tmp_path, TREES | {"dev.txt": [f"(2 ({label} a) (2 b))"]}), {"phrases": False})


def test_archive_that_is_not_there_or_lacks_a_file_or_holds_it_twice(tmp_path):
    with pytest.raises(StudyError, match="does not hold trainDevTestTrees_PTB.zip"):
        sst.read(tmp_path, {"phrases": False})
    with pytest.raises(StudyError, match="does not hold exactly one file dev.txt"):
        sst.read(archive(tmp_path, {name: TREES[name] for name in ("train.txt", "test.txt")}), {"phrases": False})
    archive(tmp_path)
    with zipfile.ZipFile(tmp_path / sst.ARCHIVE, "a") as contents:
        contents.writestr("__MACOSX/train.txt", "what a Mac adds")
    assert len(sst.read(tmp_path, {"phrases": False})) == 5
    with zipfile.ZipFile(tmp_path / sst.ARCHIVE, "a") as contents:
        contents.writestr("../train.txt", "(2 a)\n")
    with pytest.raises(StudyError, match="does not hold exactly one file train.txt"):
        sst.read(tmp_path, {"phrases": False})


def test_file_that_claims_to_be_huge_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(sst, "_LARGEST", 50)
    with pytest.raises(StudyError, match="train.txt unpacks to 0 MB"):
        sst.read(archive(tmp_path), {"phrases": False})


def test_damaged_archive_is_an_error(tmp_path):
    path = archive(tmp_path) / sst.ARCHIVE
    whole = path.read_bytes()
    for content in (b"", whole[: len(whole) // 2], whole[:40] + bytes([whole[40] ^ 255]) + whole[41:]):
        path.write_bytes(content)
        with pytest.raises(StudyError, match="truncated or damaged"):
            sst.read(tmp_path, {"phrases": False})


def test_other_counts_than_published_are_a_warning(tmp_path, caplog):
    sst.read(archive(tmp_path), {"phrases": False})
    assert "'train': 2" in caplog.text and "'train': 8544" in caplog.text


def test_published_counts_from_the_mirror(mirror, caplog):
    documents = sst.read(mirror / "sst", {"phrases": False})
    DOCUMENTS.validate(documents)
    assert documents["official_split"].value_counts().to_dict() == {"train": 8544, "test": 2210, "validation": 1101}
    counts = documents.groupby(["official_split", "label"]).size()
    assert counts["train"].tolist() == [1092, 2218, 1624, 2322, 1288]
    assert counts["test"].tolist() == [279, 633, 389, 510, 399]
    assert documents["label"].drop_duplicates().sort_values().tolist() == list(sst.LABELS)
    assert not documents["text"].str.contains(r"-[LR][RSC]B-|\\|``|''").any()
    training = documents["text"][documents["official_split"] == "train"]
    # 18,280 tokens are published; two of them, `` and '', are one here.
    assert len({token for text in training for token in text.split(" ")}) == 18_279
    assert not caplog.records


def test_phrases_of_the_mirror(mirror):
    documents = sst.read(mirror / "sst", {"phrases": True})
    DOCUMENTS.validate(documents)
    assert documents["official_split"].value_counts().to_dict() == {"train": 318_582, "test": 2210, "validation": 1101}
    sentences = sst.read(mirror / "sst", {"phrases": False})
    assert documents[documents["id"].isin(sentences["id"])].reset_index(drop=True).equals(sentences)
