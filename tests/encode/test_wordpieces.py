import numpy as np
import pytest
from transformers import AutoTokenizer

from textstudy.encode import wordpieces
from textstudy.encode.table import read_encoding
from textstudy.encode.wordpieces import WordpieceEncoder, encode_wordpieces
from textstudy.errors import StudyError
from textstudy.storage.files import read_json


@pytest.mark.parametrize("kind", ["bert", "roberta"])
@pytest.mark.parametrize("maximum_length", [6, 64])
def test_ids_are_those_of_the_library(encoder_of, frame, tmp_path, monkeypatch, kind, maximum_length):
    monkeypatch.setattr(wordpieces, "_BATCH", 2)  # several batches
    encode_wordpieces(frame, encoder_of(kind), {"maximum_length": maximum_length}, tmp_path)
    encoding, description = read_encoding(tmp_path / "encoding.arrow"), read_json(tmp_path / "encoding.json")
    tokenizer = AutoTokenizer.from_pretrained(encoder_of(kind))
    whole = [tokenizer(text)["input_ids"] for text in frame["text"]]
    for row, text in enumerate(frame["text"]):
        expected = tokenizer(text, truncation=True, max_length=maximum_length)["input_ids"]
        assert encoding.document(row).tolist() == expected
    assert description["lengths"]["maximum"] == max(map(len, whole))
    assert description["lengths"]["median"] == np.median([len(ids) for ids in whole])
    assert description["truncated_share"] == pytest.approx(np.mean([len(ids) > maximum_length for ids in whole]))
    assert description["tokens"] == encoding.lengths.sum()
    assert description["pad_id"] == tokenizer.pad_token_id and description["vocabulary_size"] == len(tokenizer)
    assert encoding.document(5).tolist() == tokenizer("")["input_ids"]  # the empty document: special tokens alone


def test_unknown_tokens_are_counted_per_split(encoder_of, frame, tmp_path):
    frame.loc[0, "text"] = "the ☃ ball"
    encode_wordpieces(frame, encoder_of("bert"), {"maximum_length": 64}, tmp_path)
    coverage = read_json(tmp_path / "encoding.json")["coverage"]
    unknown = {name: figures["unknown"] for name, figures in coverage.items()}
    tokenizer = AutoTokenizer.from_pretrained(encoder_of("bert"))
    counted = frame["text"].map(lambda text: tokenizer(text)["input_ids"].count(tokenizer.unk_token_id))
    assert unknown == counted.groupby(frame["split"]).sum().to_dict()
    assert coverage["train"]["tokens"] == 1 - unknown["train"] / coverage["train"]["running"] < 1


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_a_text_cannot_forge_special_tokens(encoder_of, frame, tmp_path, kind):
    tokenizer = AutoTokenizer.from_pretrained(encoder_of(kind))
    frame.loc[0, "text"] = "the " + " ".join(tokenizer.all_special_tokens) + " ball"
    encode_wordpieces(frame, encoder_of(kind), {"maximum_length": 64}, tmp_path)
    ids = read_encoding(tmp_path / "encoding.arrow").document(0)[1:-1]
    assert not set(ids.tolist()) & (set(tokenizer.all_special_ids) - {tokenizer.unk_token_id})


def test_a_new_text_is_encoded_like_the_artifact_and_its_bytes_do_not_vary(encoder_of, frame, tmp_path):
    for name in ("first", "second"):
        encode_wordpieces(frame, encoder_of("bert"), {"maximum_length": 7}, tmp_path / name)
    for name in ("encoding.arrow", "encoding.json"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    encoding = read_encoding(tmp_path / "first" / "encoding.arrow")
    again = WordpieceEncoder.load(tmp_path / "first", encoder_of("bert")).encode(frame["text"])
    assert all(np.array_equal(ids, encoding.document(row)) for row, ids in enumerate(again))
    with pytest.raises(StudyError, match="was not encoded with the tokenizer of"):
        WordpieceEncoder.load(tmp_path / "first", encoder_of("roberta"))


def test_more_tokens_than_positions_are_refused(encoder_of, frame, tmp_path):
    with pytest.raises(StudyError, match="`maximum_length` is 66, but .* has only 65 positions"):
        encode_wordpieces(frame, encoder_of("roberta"), {"maximum_length": 66}, tmp_path)
    assert list(tmp_path.iterdir()) == []
