"""Texts as numbers of words: nothing is lost, whatever the batches and processes."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy import word_numbers
from textstudy.word_numbers import number_words
from textstudy.words import find_words

TEXTS = st.lists(st.lists(st.sampled_from(["b", "a", "very", "long", "."]), max_size=6).map(" ".join), max_size=9)


@given(texts=TEXTS, batch=st.integers(1, 4), series=st.booleans())
def test_numbers_stand_for_the_words_of_each_text(texts, batch, series):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_numbers, "BATCH", batch)
        words, numbers = number_words(
            pd.Series(texts, dtype=str, index=range(5, 5 + len(texts))) if series else texts, find_words
        )
    assert [[words[number] for number in numbers[row]] for row in range(len(texts))] == [*map(find_words, texts)]
    assert words == list(dict.fromkeys(word for text in texts for word in find_words(text)))


def test_more_processes_find_the_same(monkeypatch):
    monkeypatch.setattr(word_numbers, "BATCH", 7)
    texts = [f"text {number} of {number % 5} kinds" for number in range(100)]
    one, two = number_words(texts, find_words), number_words(texts, find_words, processes=2)
    assert one.words == two.words
    assert one.texts.values.tobytes() == two.texts.values.tobytes()
    assert one.texts.offsets.tolist() == two.texts.offsets.tolist()
