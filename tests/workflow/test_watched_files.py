"""Files of the user's own that a study names: an edit of one of them reruns what reads it."""

from collections import Counter

import pytest

pytestmark = pytest.mark.workflow

MODELS = {"linear": {"architecture": "linear"}}


def test_a_file_in_the_folder_of_a_corpus_is_watched(fresh):
    texts = fresh.folder / "my texts"
    (texts / "more").mkdir(parents=True)
    for name in ("train.csv", "more/test.csv", "README.md"):
        (texts / name).write_text("text,label\nA first text,a\nA second text,b\n")
    corpus = {"kind": "table", "name": "mine", "path": "my texts"}
    fresh.write_study({"title": "Mine", "preparation": {"name": "mine", "corpus": corpus}, "models": MODELS})
    target = "results/corpora/mine/documents.parquet"
    assert fresh.run(target) == Counter({"parse": 1})

    fresh.edit("my texts/README.md", "first", "last")
    assert fresh.planned(target) == Counter()
    fresh.edit("my texts/more/test.csv", "first", "last")
    assert fresh.run(target) == Counter({"parse": 1})
    (texts / "dev.csv").write_text("text,label\nA third text,a\n")
    assert fresh.planned(target) == Counter({"parse": 1})
