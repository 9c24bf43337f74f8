"""Which names of files and folders tell a split."""

from pathlib import Path

import pytest

from textstudy.corpora.splits import split_words, splits_of_files
from textstudy.errors import StudyError


@pytest.mark.parametrize(
    ("name", "splits"),
    [
        ("train.csv", {"train"}), ("imdb_train.csv", {"train"}), ("reviews-test.csv", {"test"}),
        ("train-00000-of-00002.parquet", {"train"}), ("dev.tsv.gz", {"validation"}), ("TestSet.jsonl", {"test"}),
        ("VAL_2.csv", {"validation"}), ("testing0.csv", {"test"}), ("training set.csv", {"train"}),
        ("contest.csv", set()), ("latest.csv", set()), ("trainers.csv", set()), ("devices.csv", set()),
        ("train_test.csv", {"train", "test"}), ("", set()),
    ],
)  # fmt: skip
def test_a_split_is_a_word_of_its_own(name, splits):
    assert split_words(name) == splits


@pytest.mark.parametrize(
    ("names", "splits"),
    [
        (["imdb_test.csv", "imdb_train.csv"], ["test", "train"]),
        (["test/part-0.csv", "train/part-0.csv"], ["test", "train"]),
        (["data/test.csv", "data/train.csv"], ["test", "train"]),
        (["test_runs/a.csv", "test_runs/b.csv"], ["", ""]),  # what all share tells nothing
        (["my test/dev.csv", "my test/train.csv"], ["validation", "train"]),
        (["train/train-1.csv", "val/dev.csv"], ["train", "validation"]),
        (["a.csv", "b.csv"], ["", ""]),
        (["train-1.csv", "train-2.csv"], ["", ""]),
        (["eval.csv"], [""]),
    ],
)
def test_all_names_tell_a_split_or_none(names, splits):
    assert splits_of_files(names, Path("corpus")) == splits


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["eval.csv", "test.csv", "train.csv"], "'eval.csv' in corpus does not .*although 'test.csv', 'train.csv' do"),
        (["holdout.csv", "train.csv"], "'holdout.csv' in corpus does not tell .*although 'train.csv' does"),
        (["extra/a.csv", "train/a.csv"], "'extra/a.csv' in corpus"),
        (["data.csv", "hold-out.csv"], "'hold-out.csv' in corpus does not tell train"),
        (["train/test.csv", "train.csv"], "'train/test.csv' in corpus tells two splits, test and train: rename"),
        ([f"{n}.csv" for n in range(9)] + ["train.csv"], "'4.csv' and 4 more in corpus do not tell"),
    ],
)
def test_names_that_leave_doubt_are_errors(names, message):
    with pytest.raises(StudyError, match=message):
        splits_of_files(names, Path("corpus"))
