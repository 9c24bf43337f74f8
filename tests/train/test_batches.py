"""Batches: every document once, within budget, the same for the same seed, padding without effect."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from textstudy.batching import epoch_batches, longest_first
from textstudy.errors import StudyError
from textstudy.machine.transfer import fits
from textstudy.train.predict import predict, predict_logits
from train.small_network import corpus, from_lists, network

LENGTHS = st.lists(st.integers(1, 600), min_size=1, max_size=200).map(lambda lengths: np.array(lengths, dtype=np.int64))


def limits(tokens, documents):
    return {"batch_tokens": tokens, "batch_size": documents}


@given(LENGTHS, st.integers(1, 2000), st.integers(1, 40) | st.none(), st.integers(0, 5), st.integers(0, 5))
def test_every_document_once_within_the_limits(lengths, tokens, documents, seed, epoch):
    batches = epoch_batches(lengths, settings=limits(tokens, documents), seed=seed, epoch=epoch)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    for rows in batches:
        assert len(rows) == 1 or len(rows) * lengths[rows].max() <= tokens
        assert documents is None or len(rows) <= documents


@given(LENGTHS, st.integers(0, 3), st.integers(0, 3))
def test_an_epoch_is_a_function_of_seed_and_epoch(lengths, seed, epoch):
    first, again = (epoch_batches(lengths, settings=limits(700, 7), seed=seed, epoch=epoch) for _ in range(2))
    assert [rows.tolist() for rows in first] == [rows.tolist() for rows in again]


@given(LENGTHS, st.integers(1, 30))
def test_batch_size_alone_leaves_one_short_batch_at_most(lengths, documents):
    sizes = sorted(len(rows) for rows in epoch_batches(lengths, settings=limits(None, documents), seed=0, epoch=0))
    assert sizes[1:] == [documents] * (len(sizes) - 1) or len(sizes) == 1


def test_epochs_and_seeds_differ():
    lengths = np.arange(1, 200)

    def batches(seed, epoch):
        return [rows.tolist() for rows in epoch_batches(lengths, settings=limits(None, 4), seed=seed, epoch=epoch)]

    assert batches(0, 0) != batches(0, 1)
    assert batches(0, 0) != batches(1, 0)
    company = [{tuple(sorted(rows)) for rows in batches(0, epoch)} for epoch in (0, 1)]
    assert len(company[0] & company[1]) < 5  # not the same batches in another order


def test_bucketing_leaves_little_padding():
    lengths = np.clip(np.random.default_rng(0).lognormal(5, 1, size=8000), 1, 512).astype(np.int64)
    batches = epoch_batches(lengths, settings=limits(None, 16), seed=0, epoch=0)
    padded = sum(len(rows) * lengths[rows].max() for rows in batches)
    assert lengths.sum() / padded > 0.9
    shuffled = np.random.default_rng(0).permutation(lengths).reshape(-1, 16)
    assert lengths.sum() / (shuffled.max(axis=1).sum() * 16) < 0.6  # what plain batches would waste


@given(LENGTHS, st.integers(1, 2000))
def test_evaluation_batches_hold_every_document_longest_first(lengths, tokens):
    batches = longest_first(lengths, tokens=tokens)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    assert all(len(rows) == 1 or len(rows) * lengths[rows].max() <= tokens for rows in batches)
    assert lengths[batches[0]].max() == lengths.max()


def test_documents_longest_first_leave_little_padding():
    lengths = np.minimum(np.random.default_rng(0).lognormal(5, 1, 20_000).astype(int) + 2, 512)
    padded = sum(len(rows) * lengths[rows].max() for rows in longest_first(lengths, tokens=1024))
    assert padded < 1.02 * lengths.sum()


def test_neither_limit_is_refused():
    with pytest.raises(StudyError, match="batch_tokens"):
        epoch_batches(np.array([3]), settings=limits(None, None), seed=0, epoch=0)


def test_a_batch_is_padded_to_its_longest():
    documents = from_lists([[5, 6, 7, 8, 9], [4], [2, 3]], [0, 1, 2], weights=[[1] * 5, [0.5], [0.2, 0.3]])
    batch = documents.batch(np.array([2, 1]))
    assert batch["input_ids"].tolist() == [[2, 3], [4, 0]]
    assert batch["input_ids"].dtype == torch.int64
    assert batch["lengths"].tolist() == [2, 1]
    torch.testing.assert_close(batch["weights"], torch.tensor([[0.2, 0.3], [0.5, 0.0]]))


def test_a_selection_keeps_each_documents_own_tokens():
    documents = from_lists([[5, 6], [4], [2, 3, 7]], [0, 1, 2]).select(np.array([False, True, True]))
    assert documents.ids.tolist() == ["document-1", "document-2"]
    assert documents.batch(np.array([1, 0]))["input_ids"].tolist() == [[2, 3, 7], [4, 0, 0]]
    assert documents.labels_of(np.array([1])).tolist() == [2]


def test_a_document_without_tokens_is_named():
    with pytest.raises(StudyError, match="document-1"):
        from_lists([[3], []], [0, 1])


@given(st.lists(st.lists(st.integers(2, 29), min_size=1, max_size=15), min_size=1, max_size=20), st.integers(1, 60))
def test_predictions_are_in_order_and_blind_to_padding(sequences, batch_tokens):
    model, documents = network(dropout=0.5), from_lists(sequences, [0] * len(sequences))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textstudy.train.predict.EVALUATION_TOKENS", {"cpu": batch_tokens})
        logits, probabilities = predict_logits(model, documents), predict(model, documents)
    assert model.training
    model.eval()
    for row, sequence in enumerate(sequences):
        alone = model(input_ids=torch.tensor([sequence]), lengths=torch.tensor([len(sequence)]))
        torch.testing.assert_close(logits[row], alone[0], atol=1e-5, rtol=1e-4)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities, logits.softmax(dim=1).numpy(), rtol=1e-5)


def test_documents_that_would_fill_a_gpu_stay_in_main_memory_and_their_batches_are_sent(monkeypatch):
    held = corpus(5)
    monkeypatch.setattr("textstudy.train.documents.fits", lambda tensors, device: False)
    documents = held.to("meta")  # a device without memory
    assert documents.tokens.device.type == "cpu" and documents.labels.device.type == "meta"
    batch = documents.batch(np.array([2, 0]))
    assert {name: (value.device.type, value.shape) for name, value in batch.items()} == {
        name: ("meta", value.shape) for name, value in held.batch(np.array([2, 0])).items()
    }
    assert documents.labels_of(np.array([2, 0])).device.type == "meta"


@pytest.mark.parametrize(("free", "fitting"), [(399, False), (400, True)])
def test_a_corpus_stays_on_the_gpu_if_it_takes_a_quarter_of_its_free_memory(free, fitting, monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (free, 10**9))
    tensors = [torch.zeros(20), torch.zeros(20, dtype=torch.uint8)]  # 100 bytes
    assert fits(tensors, torch.device("cuda")) == fitting and fits(tensors, torch.device("cpu"))


def test_predictions_after_running_out_of_memory_are_those_of_smaller_batches(monkeypatch):
    model, documents = network(), corpus(40)
    expected = predict_logits(model, documents)
    real = model.forward

    def forward(**batch):
        if batch["input_ids"].numel() > 50:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return real(**batch)

    monkeypatch.setattr(model, "forward", forward)
    torch.testing.assert_close(predict_logits(model, documents), expected, atol=1e-6, rtol=1e-5)
