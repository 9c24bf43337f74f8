"""Hashes of texts, against hand-computed values and against the texts themselves."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plain_similarity import jaccard
from textstudy.prepare import shingles as module
from textstudy.prepare.shingles import hash_texts, shingles
from textstudy.words import exact_key, key_words

TEXTS = st.lists(st.text(st.sampled_from("aAb1 ,.!é很ดี+#'"), max_size=15), max_size=12)


def assert_same(one, other):
    for hashes, others in (
        (one.exact, other.exact),
        (one.words, other.words),
        (one.shingles.values, other.shingles.values),
        (one.shingles.offsets, other.shingles.offsets),
    ):
        np.testing.assert_array_equal(hashes, others)


def test_shingles_are_five_words_long():
    assert len(shingles("a b c d e f g")) == 3
    assert shingles("A, b; c d e") == shingles("a b c d e")
    assert shingles("a b c d e") < shingles("a b c d e f")
    assert shingles("a b c d e").isdisjoint(shingles("e d c b a"))
    assert len(shingles("a a a a a a a a a")) == 1


def test_a_short_text_is_one_shingle_and_an_empty_one_none():
    assert len(shingles("a b c d")) == 1
    assert shingles("a b c").isdisjoint(shingles("a b c d"))
    assert shingles("") == set()
    assert len(shingles(":-)")) == 1


def test_jaccard_by_hand():
    assert jaccard("a b c d e f", "a b c d e g") == 1 / 3  # abcde in common; bcdef and bcdeg are not
    assert jaccard("a b c d e", "A B C D E.") == 1
    assert jaccard("a b", "a c") == 0
    assert jaccard("", "") == 0


@pytest.mark.parametrize("text", ["今天天气很好我们去公园散步吧", "วันนี้อากาศดีมากเราไปเดินเล่น"], ids=["Chinese", "Thai"])
def test_without_spaces_a_shingle_has_five_characters(text):
    words = key_words(text)
    assert len(words) > 10 and len(shingles(text)) == len(words) - 4


@settings(deadline=None)
@given(TEXTS)
def test_equal_hashes_are_equal_texts_or_equal_words(texts):
    found = hash_texts(pd.Series(texts, dtype="str"))
    for hashes, key in ((found.exact, exact_key), (found.words, lambda text: tuple(key_words(text)))):
        keys = list(map(key, texts))
        assert [[one == other for other in hashes] for one in hashes] == [[a == b for b in keys] for a in keys]


@settings(deadline=None)
@given(TEXTS, st.integers(1, 4))
def test_chunks_change_nothing(texts, size):
    texts = pd.Series(texts, dtype="str")
    with pytest.MonkeyPatch.context() as patch:
        whole = hash_texts(texts)
        patch.setattr(module, "_CHUNK", size)
        chunked = hash_texts(texts)
    assert_same(whole, chunked)
    for row, text in enumerate(texts):
        values = whole.shingles[row]
        assert set(values.tolist()) == shingles(text) and (np.diff(values.astype(object)) > 0).all()


def test_processes_change_nothing(monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 3)
    texts = pd.Series([f"one two three four {n} five six" for n in range(20)], dtype="str")
    assert_same(hash_texts(texts), hash_texts(texts, processes=2))


def test_some_texts_can_be_taken():
    texts = pd.Series(["a b c d e f", "", "b", "a b c d e f g"], dtype="str")
    for rows in ([3, 1, 3], [0, 2, 3], []):
        assert_same(hash_texts(texts).take(np.array(rows, int)), hash_texts(texts.iloc[rows]))


def test_hashes_do_not_depend_on_the_process():
    code = "from textstudy.prepare.shingles import shingles; print(sorted(shingles('the quick brown fox jumps over')))"
    environment = {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "77"}
    made = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert made.stdout.strip() == str(sorted(shingles("the quick brown fox jumps over")))
