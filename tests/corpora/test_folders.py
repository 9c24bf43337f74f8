"""Texts in class folders: every layout that people have gives the documents one expects, or an error that says why."""

from pathlib import Path

import pytest

from textstudy.corpora import folders
from textstudy.errors import StudyError
from textstudy.settings.corpora.folders import FoldersCorpus
from textstudy.storage.table_files import fingerprint
from textstudy.storage.tables import DOCUMENTS


def settings(path: Path, **changes) -> dict:
    return FoldersCorpus(kind="folders", name="mine", path=str(path), **changes).model_dump(mode="json")


def write(folder: Path, *names: str, encoding: str = "utf-8") -> Path:
    """Write a text into each of the files."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"naïve {name}\nsecond line", encoding=encoding)
    return folder


def read(path: Path, **changes):
    documents = folders.read(None, settings(path, **changes))
    passed_over = documents.attrs["passed_over"]
    documents.attrs.clear()
    DOCUMENTS.validate(documents)
    return documents, passed_over


def test_folders_without_splits(tmp_path):
    documents, passed_over = read(write(tmp_path, "pos/b.txt", "neg/1.txt", "pos/a.txt", "README"))
    assert documents["id"].tolist() == ["neg/1.txt", "pos/a.txt", "pos/b.txt"]
    assert documents["label"].tolist() == ["neg", "pos", "pos"]
    assert set(documents["official_split"]) == {""}
    assert documents["text"][1] == "naïve pos/a.txt\nsecond line"
    assert passed_over == {"README": "in no class folder"}


def test_folders_as_the_film_reviews_have_them(tmp_path):
    """With lists beside the class folders, and texts that nobody has labelled."""
    names = ("train/pos/1_9.txt", "train/neg/1_2.txt", "test/pos/0_10.txt", "test/neg/0_1.txt")
    others = ("train/unsup/1_0.txt", "train/urls_pos.txt", "train/labeledBow.feat", "imdb.vocab", "train/pos/.DS_Store")
    documents, passed_over = read(write(tmp_path, *names, *others, "train/unsup/2_0.txt"))
    assert sorted(documents["id"]) == sorted(names)
    assert documents.set_index("id")["official_split"].to_dict() == {name: name.split("/")[0] for name in names}
    assert passed_over == {
        "train/unsup/": "2 texts without labels", "train/urls_pos.txt": "in no class folder",
        "train/labeledBow.feat": "no text file", "imdb.vocab": "in no class folder",
    }  # fmt: skip


def test_folders_as_newsgroups_have_them(tmp_path):
    """Files without endings, and splits as words of longer names."""
    groups = ("sci.med/101", "sci.space/102.7")
    names = [f"20news-bydate-{part}/{group}" for part in ("train", "test") for group in groups]
    documents, _ = read(write(tmp_path, *names))
    assert set(zip(documents["official_split"], documents["label"], strict=True)) == {
        (part, label) for part in ("train", "test") for label in ("sci.med", "sci.space")
    }


def test_one_split_divides_nothing(tmp_path):
    documents, _ = read(write(tmp_path, "train/pos/1.txt", "train/neg/1.txt"))
    assert set(documents["official_split"]) == {""}


def test_linked_folders_are_followed_and_read_once(tmp_path):
    write(tmp_path / "elsewhere", "1.txt", "2.txt")
    corpus = write(tmp_path / "corpus", "neg/1.txt")
    (corpus / "pos").symlink_to(tmp_path / "elsewhere")
    (corpus / "neg" / "round").symlink_to(corpus)
    documents, passed_over = read(corpus)
    assert documents["label"].value_counts().to_dict() == {"pos": 2, "neg": 1}
    assert passed_over == {"neg/round/": "a link to a folder that is read already"}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("train/pos/1.txt", "other/pos/1.txt"), "folder 'other' in .* does not tell train, validation or test"),
        (("train/pos/1.txt", "neg/1.txt"), "folder 'neg' in .* does not tell train"),
        (("enron1/ham/1.txt", "enron2/spam/1.txt"), "'enron1/ham/1.txt' in .* lies deeper than CLASS/NAME.txt"),
        (("train/pos/a/1.txt", "train/neg/1.txt"), "lies deeper than train/CLASS/NAME.txt"),
        (("train/1.txt", "test/1.txt"), "folder of texts for each class.*only 'test', 'train'"),
        (("1.txt", "2.txt"), "but has none"),
        (("pos/1.txt",), "but has only 'pos'"),
        (("a/1.csv", "b/1.csv"), "has none.*`kind: table`"),
        (("Spam/1.txt", "spam/1.txt"), "look alike.*'Spam' .1. and 'spam' .1.*`labels`: {"),
    ],
)
def test_folders_whose_classes_are_not_clear_are_explained(tmp_path, names, message):
    with pytest.raises(StudyError, match=message):
        read(write(tmp_path, *names))


def test_labels_name_and_join_the_folders(tmp_path):
    corpus = write(tmp_path, "1/a.txt", "2/a.txt", "5/a.txt")
    documents, _ = read(corpus, labels={1: "bad", 2: "bad", "5": "good"})
    assert documents["label"].tolist() == ["bad", "bad", "good"]
    with pytest.raises(StudyError, match="class folder '5', which the setting `labels` does not list"):
        read(corpus, labels={1: "bad", 2: "bad"})


def test_another_encoding_is_a_setting_and_all_files_in_it_are_counted(tmp_path):
    corpus = write(tmp_path, "neg/1.txt")
    write(corpus, "pos/1.txt", "pos/2.txt", encoding="latin-1")
    with pytest.raises(StudyError, match="has 2 rows .* file 'pos/1.txt' is not in utf-8 .*`encoding`"):
        read(corpus)
    write(corpus, "neg/1.txt", encoding="latin-1")
    assert read(corpus, encoding="latin-1")[0]["text"].str.startswith("naïve").all()
    with pytest.raises(ValueError, match="no encoding 'klingon'"):
        settings(corpus, encoding="klingon")


def test_line_ends_and_byte_order_marks_are_no_part_of_a_text(tmp_path):
    corpus = write(tmp_path, "neg/1.txt", "pos/1.txt")
    (corpus / "pos" / "1.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    (corpus / "neg" / "1.txt").write_bytes(b"a\0b")
    with pytest.raises(StudyError, match="File 'neg/1.txt' of .* holds NUL characters"):
        read(corpus)
    write(corpus, "neg/1.txt")
    assert read(corpus)[0]["text"][1] == "one\ntwo\nthree\n"


def test_sample(tmp_path):
    corpus = write(tmp_path, *(f"{label}/{number}.txt" for label in ("a", "b") for number in range(30)))
    documents, _ = read(corpus, sample={"size": 10})
    assert documents["label"].value_counts().to_dict() == {"a": 5, "b": 5}


def test_the_fingerprint_changes_with_the_files(tmp_path):
    write(tmp_path, "pos/1.txt", "neg/1.txt")
    seen = [fingerprint(tmp_path)]
    for name in ("pos/2.txt", "neg/1.txt"):
        (tmp_path / name).write_text("other")
        seen.append(fingerprint(tmp_path))
    (tmp_path / "pos" / "2.txt").rename(tmp_path / "pos" / "3.txt")
    seen.append(fingerprint(tmp_path))
    assert len(set(seen)) == 4
    assert fingerprint(tmp_path) == seen[-1]
