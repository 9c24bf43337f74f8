from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfTransformer

from textstudy.encode.table import read_encoding
from textstudy.encode.word_encoder import WordEncoder
from textstudy.encode.words import build_vocabulary, encode_words, inverse_document_frequency
from textstudy.errors import StudyError
from textstudy.ragged import Ragged
from textstudy.storage.files import read_json, read_tensors
from textstudy.words import find_tokens

SETTINGS = {"vocabulary_size": None, "minimum_count": 1, "maximum_length": 8, "lowercase": True}


@given(st.text(max_size=200))
def test_no_text_makes_a_special_token_or_white_space(text):
    for token in find_tokens(text, lowercase=True):
        assert token and token not in ("<pad>", "<unk>") and not any(letter.isspace() for letter in token)


@given(st.text(alphabet="<>padunk ", max_size=60))
def test_special_tokens_cannot_be_forged(text):
    assert not {"<pad>", "<unk>"} & set(find_tokens(text, lowercase=True))


TOKENS = st.lists(st.lists(st.sampled_from("abcdefgh")))


@given(documents=TOKENS, size=st.one_of(st.none(), st.integers(2, 8)), minimum_count=st.integers(1, 4))
def test_vocabulary_is_ordered_and_bounded(documents, size, minimum_count):
    counts = Counter(token for document in documents for token in document)
    vocabulary = build_vocabulary(counts, size, minimum_count)
    words = vocabulary[2:]
    assert vocabulary[:2] == ["<pad>", "<unk>"]
    assert size is None or len(vocabulary) <= size
    assert words == sorted(words, key=lambda word: (-counts[word], word))
    assert all(counts[word] >= minimum_count for word in words)
    left_out = [counts[word] for word in counts if word not in words and counts[word] >= minimum_count]
    assert not left_out or len(vocabulary) == size and max(left_out) <= min((counts[w] for w in words), default=99)


def test_idf_and_weights_are_those_of_scikit_learn():
    generator = np.random.default_rng(0)
    documents = [generator.integers(1, 12, generator.integers(1, 30)).astype(np.int32) for _ in range(25)]
    counts = np.stack([np.bincount(ids, minlength=12) for ids in documents])
    reference = TfidfTransformer(norm=None, smooth_idf=True, sublinear_tf=True).fit(counts)
    idf = inverse_document_frequency(Ragged.of(documents), 12)
    np.testing.assert_allclose(idf[1:], reference.idf_[1:], rtol=1e-6)
    assert idf[0] == 0
    encoder = WordEncoder({}, idf, 1000, True)
    kept, weights = encoder.weigh(Ragged.of(documents))
    for row, expected in enumerate(reference.transform(counts).toarray()):
        ids = documents[row]
        np.testing.assert_array_equal(kept[row], ids)
        np.testing.assert_allclose(weights[row], expected[ids] / expected[ids].mean(), rtol=1e-5)
        assert weights[row].mean() == pytest.approx(1, abs=1e-5)


def test_an_unknown_word_without_training_has_the_lowest_weight():
    idf = inverse_document_frequency(Ragged.of([[2, 3], [2]]), 4)
    np.testing.assert_allclose(idf, [0, 1, 1, np.log(3 / 2) + 1], rtol=1e-6)


def test_term_frequency_counts_the_whole_document_and_the_mean_only_what_is_kept():
    encoder = WordEncoder({}, np.array([0, 1, 1, 1], np.float32), 2, True)
    ids, weights = encoder.weigh(Ragged.of([[2, 3, 3, 3]]))
    loud = 1 + np.log(3)
    assert ids.values.tolist() == [2, 3]
    np.testing.assert_allclose(weights.values, np.array([1, loud]) / ((1 + loud) / 2), rtol=1e-6)


def test_artifact(frame, tmp_path):
    encode_words(frame, SETTINGS, tmp_path)
    encoding, description = read_encoding(tmp_path / "encoding.arrow"), read_json(tmp_path / "encoding.json")
    vocabulary = read_json(tmp_path / "vocabulary.json")
    train = frame[frame["split"] == "train"]["text"].map(lambda text: find_tokens(text, lowercase=True))
    # "zebra", of validation, is not there
    assert set(vocabulary[2:]) == {token for tokens in train for token in tokens}
    assert vocabulary[2:4] == ["the", "."]  # 9 and 4 times in the training split
    assert [vocabulary[number] for number in encoding.document(0)] == find_tokens(frame["text"][0], lowercase=True)
    assert encoding.document(5).tolist() == [1] and encoding.weights[encoding.offsets[5]] == 1.0  # the empty document
    assert encoding.document(6).tolist() == [1, 1, 2]
    assert encoding.lengths.max() == 8
    assert description["labels"] == ["computer", "sport"] and encoding.label[:2].tolist() == [1, 0]
    assert description["coverage"]["train"]["tokens"] == description["coverage"]["train"]["types"] == 1.0
    assert description["coverage"]["validation"]["tokens"] == pytest.approx(1 / 3)
    assert description["truncated_share"] == pytest.approx(3 / 9)  # nine, nine and twelve words; the rest at most eight
    assert description["tokens"] == encoding.lengths.sum()
    assert description["lengths"]["maximum"] == 12
    tensors = read_tensors(tmp_path / "idf.safetensors")
    assert tensors["count"][2] == 9 and tensors["count"].sum() == train.map(len).sum()


def test_a_new_text_is_encoded_like_the_artifact_and_its_bytes_do_not_vary(frame, tmp_path):
    settings = {**SETTINGS, "vocabulary_size": 12, "minimum_count": 2}
    for name in ("first", "second"):
        encode_words(frame, settings, tmp_path / name)
    for name in ("encoding.arrow", "encoding.json", "vocabulary.json", "idf.safetensors"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    encoding = read_encoding(tmp_path / "first" / "encoding.arrow")
    input_ids, weights = WordEncoder.load(tmp_path / "first").encode(frame["text"])
    for row in range(len(frame)):
        np.testing.assert_array_equal(input_ids[row], encoding.document(row))
    np.testing.assert_array_equal(weights.values, encoding.weights)


def plain_encoding(frame, settings):
    """Return vocabulary, idf and the table of encoding.arrow, made the straightforward way, document by document."""
    documents = [find_tokens(text, lowercase=settings["lowercase"]) for text in frame["text"]]
    train = [words for words, split in zip(documents, frame["split"], strict=True) if split == "train"]
    counts = Counter(word for words in train for word in words)
    frequent = sorted(
        (word for word in counts if counts[word] >= settings["minimum_count"]), key=lambda w: (-counts[w], w)
    )
    vocabulary = ["<pad>", "<unk>", *frequent][: settings["vocabulary_size"]]
    ids = {word: number for number, word in enumerate(vocabulary)}
    numbers = [np.array([ids.get(word, 1) for word in words or ["<unk>"]], np.int32) for words in documents]
    frequency = np.zeros(len(vocabulary), np.int64)
    for row, split in zip(numbers, frame["split"], strict=True):
        frequency[np.unique(row)] += split == "train"
    idf = np.log((1 + len(train)) / (1 + frequency)) + 1
    idf[0], idf[1] = 0, idf[1] if frequency[1] else 1
    idf = idf.astype(np.float32)
    rows, weights = [], []
    for row in numbers:
        _, position, count = np.unique(row, return_inverse=True, return_counts=True)
        weight = (idf[row].astype(np.float64) * (1 + np.log(count[position])))[: settings["maximum_length"]]
        rows.append(row[: settings["maximum_length"]].tolist())
        weights.append((weight / weight.mean()).astype(np.float32).tolist())
    columns = {
        "id": pa.array(frame["id"].tolist(), pa.string()),
        "split": pa.array(frame["split"].tolist(), pa.string()),
        "label": pa.array([sorted(set(frame["label"])).index(label) for label in frame["label"]], pa.int32()),
        "input_ids": pa.array(rows, pa.list_(pa.int32())),
        "length": pa.array([*map(len, rows)], pa.int32()),
        "weights": pa.array(weights, pa.list_(pa.float32())),
    }
    table = pa.table(columns)
    return vocabulary, idf, table


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("size", [None, 40])
def test_arrays_and_processes_write_what_the_plain_way_gives(size, processes, tmp_path, monkeypatch):
    monkeypatch.setattr("textstudy.word_numbers.BATCH", 50)
    monkeypatch.setattr("textstudy.ragged.CHUNK", 1000)
    generator = np.random.default_rng(3)
    words = np.array([f"w{number}" for number in range(300)])
    texts = [
        " ".join(words[np.minimum(generator.zipf(1.3, length), 300) - 1]) for length in generator.integers(0, 90, 400)
    ]
    names = [f"d{number}" for number in range(400)]
    splits, labels = generator.choice(["train", "validation", "test"], 400), generator.choice(["b", "a"], 400)
    frame = pd.DataFrame({"id": names, "text": texts, "label": labels, "split": splits, "cluster": names})
    settings = SETTINGS | {"vocabulary_size": size, "minimum_count": 2, "maximum_length": 64}
    encode_words(frame, settings, tmp_path, processes=processes)
    vocabulary, idf, table = plain_encoding(frame, settings)
    assert read_json(tmp_path / "vocabulary.json") == vocabulary
    np.testing.assert_array_equal(read_tensors(tmp_path / "idf.safetensors")["idf"], idf)
    assert pa.ipc.open_file(str(tmp_path / "encoding.arrow")).read_all().equals(table)


def test_nothing_of_the_other_splits_enters_vocabulary_or_idf(frame, tmp_path):
    encode_words(frame, SETTINGS, tmp_path / "first")
    changed = frame.copy()
    changed.loc[changed["split"] != "train", "text"] = "the ball, the xylophone and the ball"
    encode_words(changed, SETTINGS, tmp_path / "second")
    for name in ("vocabulary.json", "idf.safetensors"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_an_empty_training_split_is_refused(frame, tmp_path):
    with pytest.raises(StudyError, match="training split has no documents"):
        encode_words(frame[frame["split"] != "train"], SETTINGS, tmp_path)
