"""Documents in windows: their tokens, and where windows and documents begin, against plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from textstudy.encode.encoders import load_encoder, load_tokenizer
from textstudy.encode.features import encoder_states, write_features
from textstudy.encode.semantic import _unit_states
from textstudy.encode.table import Encoding, read_encoding
from textstudy.encode.windows import Windows
from textstudy.encode.wordpieces import WordpieceEncoder, encode_wordpieces
from textstudy.settings.data import WordpiecesEncoding
from textstudy.storage.files import read_json, read_tensors

SIZE, OVERLAP, MAXIMUM = 7, 2, 3


def plain_windows(ids, maximum=MAXIMUM):
    """The windows of a text, from its tokens without any cut: [CLS] at the start and [SEP] at the end."""
    first, content, last = ids[0], ids[1:-1], ids[-1]
    room, windows, start = SIZE - 2, [], 0
    while True:
        windows.append([first, *content[start : start + room], last])
        if start + room >= len(content) or len(windows) == maximum:
            return windows
        start += room - OVERLAP


@pytest.fixture
def encoded(encoder_of, frame, tmp_path):
    """The folder of the nine documents in windows, the first of them longer than what is read."""
    frame.loc[0, "text"] = "the ball " * 20
    settings = {"maximum_length": SIZE, "windows": {"overlap": OVERLAP, "maximum": MAXIMUM}}
    encode_wordpieces(frame, encoder_of("bert"), settings, tmp_path)
    return tmp_path, frame


def test_the_tokens_of_a_document_are_its_windows(encoded, encoder_of):
    folder, frame = encoded
    encoding, description = read_encoding(folder / "encoding.arrow"), read_json(folder / "encoding.json")
    whole = [load_tokenizer(encoder_of("bert"))(text)["input_ids"] for text in frame["text"]]
    windows = [plain_windows(ids) for ids in whole]
    assert [encoding.document(row).tolist() for row in range(len(frame))] == [sum(each, []) for each in windows]
    assert {1, 2, MAXIMUM} <= set(map(len, windows))

    assert description["windows"] == {"size": SIZE, "overlap": OVERLAP, "maximum": MAXIMUM}
    longest = SIZE + (MAXIMUM - 1) * (SIZE - 2 - OVERLAP)
    assert description["maximum_length"] == longest
    lengths = np.array(list(map(len, whole)))
    assert description["truncated_share"] == np.mean(lengths > longest) > 0
    assert description["cut_tokens_share"] == pytest.approx(np.maximum(lengths - longest, 0).sum() / lengths.sum())
    assert description["lengths"]["maximum"] == lengths.max()
    counted = Windows.of(description).lengths(encoding.lengths, longest)
    assert counted.tolist() == np.minimum(lengths, longest).tolist()
    running = sum(split["running"] for split in description["coverage"].values())
    assert running == sum(len(window) - 2 for each in windows for window in each)

    again = WordpieceEncoder.load(folder, encoder_of("bert")).encode(frame["text"])
    assert all(np.array_equal(ids, encoding.document(row)) for row, ids in enumerate(again))


def test_states_are_those_of_each_window_alone_and_mean_the_same_in_the_audit(encoded, encoder_of):
    folder, frame = encoded
    write_features(folder, encoder_of("bert"), folder, name="tiny")
    states, encoding = read_tensors(folder / "features.safetensors"), read_encoding(folder / "encoding.arrow")
    model, means = load_encoder(encoder_of("bert")), []
    for row, (start, end) in enumerate(zip(states["windows"], states["windows"][1:], strict=False)):
        ids = encoding.document(row)
        parts = [ids[place : place + SIZE] for place in range(0, len(ids), SIZE)]
        assert len(parts) == end - start
        for name in ("cls", "mean", "pooler"):
            alone = [states_alone(model, part)[name] for part in parts]
            np.testing.assert_array_equal(states[name][start:end], np.concatenate(alone))
        means.append(states["mean"][start:end].mean(axis=0))
    expected = np.array(means) - np.array(means)[(frame["split"] == "train").to_numpy()].mean(axis=0)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    found = _unit_states(frame, folder / "encoding.arrow", folder / "features.safetensors")
    np.testing.assert_allclose(found, expected, atol=1e-5)


def states_alone(model, ids):
    one = np.array(["a"])
    return encoder_states(model, Encoding(one, one, np.zeros(1, np.int32), np.array([0, len(ids)]), ids))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=9), st.integers(1, 12), st.integers(0, 5), st.integers(1, 5))
def test_windows_and_documents_begin_where_plain_loops_say(lengths, size, overlap, maximum):
    offsets = np.cumsum([0, *lengths])
    windows, documents = Windows(size, overlap, maximum).offsets(offsets)
    begin = [[place for place in range(low, high, size)] for low, high in zip(offsets, offsets[1:], strict=False)]
    assert windows.tolist() == [*sum(begin, []), offsets[-1]]
    assert documents.tolist() == np.cumsum([0, *map(len, begin)]).tolist()


@pytest.mark.parametrize(("overlap", "maximum"), [(8, 2), (-1, 2), (3, 1)])
def test_windows_that_do_not_advance_are_refused(overlap, maximum):
    with pytest.raises(ValidationError, match="lower overlap|greater than or equal"):
        WordpiecesEncoding(tokenizer="wordpieces", maximum_length=16, windows={"overlap": overlap, "maximum": maximum})
    WordpiecesEncoding(tokenizer="wordpieces", maximum_length=16, windows={"overlap": 7, "maximum": 2})
