"""Hashed n-grams: those of a plain implementation, whatever texts stand beside; nothing cut, nothing unknown."""

from zlib import crc32

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.encode import ngram_encoder, ngrams
from textstudy.encode.ngram_encoder import NgramEncoder
from textstudy.encode.ngrams import encode_ngrams
from textstudy.encode.table import read_encoding
from textstudy.errors import StudyError
from textstudy.storage.files import read_json
from textstudy.words import find_tokens

SETTINGS = {"buckets": 997, "word_ngrams": 3, "character_ngrams": (2, 4), "lowercase": True}
FACTOR, WHOLE = 0x9E3779B97F4A7C15, 2**64


def plain(text, *, buckets, word_ngrams, character_ngrams, lowercase):
    """The numbers of a text, one n-gram after the other, in Python's own integers."""
    tokens, hashes = find_tokens(text, lowercase=lowercase), []
    for token in tokens:
        framed = f"<{token}>"
        hashes.append(crc32(framed.encode()))
        for size in range(character_ngrams[0], character_ngrams[1] + 1) if character_ngrams else ():
            parts = (framed[start : start + size] for start in range(len(framed) - size + 1))
            hashes += [crc32(part.encode()) for part in parts if part != framed]
    for size in range(2, word_ngrams + 1):
        for start in range(len(tokens) - size + 1):
            found = 0
            for token in tokens[start : start + size]:
                found = (found * FACTOR + crc32(f"<{token}>".encode())) % WHOLE
            hashes.append(found * FACTOR % WHOLE >> 32)
    return [value % buckets + 1 for value in hashes] or [0]


@given(
    texts=st.lists(st.text() | st.text(alphabet="ab <>.'\n", max_size=30), min_size=1, max_size=5),
    word_ngrams=st.integers(1, 4),
    character_ngrams=st.sampled_from([None, (1, 1), (2, 4), (3, 9)]),
)
def test_the_numbers_are_those_of_a_plain_implementation_whatever_stands_beside(texts, word_ngrams, character_ngrams):
    settings = SETTINGS | {"word_ngrams": word_ngrams, "character_ngrams": character_ngrams}
    found = NgramEncoder(**settings).encode(texts)
    assert [found[row].tolist() for row in range(len(texts))] == [plain(text, **settings) for text in texts]


def test_a_long_text_is_read_to_its_end_and_portions_change_nothing(monkeypatch):
    texts = [" ".join(map(str, range(3000))), "", "a b", "a"]
    encoder = NgramEncoder(**SETTINGS)
    whole = encoder.encode(texts)
    monkeypatch.setattr(ngram_encoder, "_WORDS", 2)
    assert whole[0].tolist() == plain(texts[0], **SETTINGS)
    assert np.array_equal(encoder.encode(texts).values, whole.values)


def test_numbers_stay_as_they_were_because_trained_models_have_learned_them():
    encoder = NgramEncoder(2**18, 1, (3, 4), True)
    assert encoder.encode(["The"]).values.tolist() == [101761, 168063, 93671, 180676, 77042, 192519]
    assert NgramEncoder(2**18, 2, None, True).encode(["The ball"]).values.tolist() == [101761, 186747, 259152]


def split_of(texts):
    names = ["train", "train", "validation", "test"]
    return pd.DataFrame({"id": list("abcd"), "text": texts, "label": ["x", "y", "x", "y"], "split": names})


def test_an_encoding_says_how_much_was_in_training_and_follows_with_copies(tmp_path):
    split = split_of(["one two", "three", "one two", "four"])
    copies = split[:1].assign(id="a~1", text="onne two")
    settings = {**SETTINGS, "buckets": 2**20, "word_ngrams": 1, "character_ngrams": None, "augmentation": {}}
    encode_ngrams(split, settings, tmp_path, copies)
    encoding, described = read_encoding(tmp_path / "encoding.arrow"), read_json(tmp_path / "encoding.json")
    assert encoding.ids.tolist() == ["a", "b", "c", "d", "a~1"] and encoding.label.tolist() == [0, 1, 0, 1, 0]
    assert encoding.lengths.tolist() == [2, 1, 2, 1, 2] and described["tokens"] == 6
    shares = {name: row["tokens"] for name, row in described["coverage"].items()}
    assert shares == {"train": 1, "validation": 1, "test": 0} and described["coverage"]["test"]["unknown"] == 1
    assert described["maximum_length"] is None and described["truncated_share"] == 0
    assert NgramEncoder.load(tmp_path).encode(["onne two"])[0].tolist() == encoding.document(4).tolist()


def test_more_than_a_file_holds_is_refused_before_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(ngrams, "MOST", 10)
    with pytest.raises(StudyError, match=r"n-grams, and an encoding holds 10: lower `character_ngrams`"):
        encode_ngrams(split_of(["one two three"] * 4), SETTINGS, tmp_path)
    assert not list(tmp_path.iterdir())


def test_like_words_share_most_of_their_numbers():
    encoder = NgramEncoder(2**20, 1, (3, 5), True)
    found = encoder.encode(["keyboard", "keybaord", "elephant"])
    word, typo, other = (set(found[row].tolist()) for row in range(3))
    assert len(word & typo) > 3 > len(word & other)
