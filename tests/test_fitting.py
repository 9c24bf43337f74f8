"""Batches on a GPU that runs out of memory, pretended by work that fails."""

import logging

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from textstudy.batching import longest_first
from textstudy.errors import StudyError
from textstudy.fitting import FittingBatches


def work_with(room, lengths, attempts=None):
    """Work that fails on batches of more padded tokens than there is room for, as PyTorch does."""

    def work(rows):
        size = len(rows) * int(lengths[rows].max())
        if attempts is not None:
            attempts.append(size)
        if size > room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.\nGPU 0 has a total capacity")
        return size

    return work


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(1, 400), st.integers(0, 200))
def test_every_document_is_worked_on_once_in_batches_that_fit(lengths, tokens, more):
    lengths = np.array(lengths)
    room = int(lengths.max()) + more
    found = list(FittingBatches(lengths, tokens=tokens).each(work_with(room, lengths)))
    assert sorted(np.concatenate([rows for rows, _ in found]).tolist()) == list(range(len(lengths)))
    assert all(size <= room for _, size in found)


def test_after_one_failure_batches_are_half_as_large_and_no_other_fails(caplog):
    lengths, attempts = np.full(64, 10), []
    with caplog.at_level(logging.WARNING):
        list(FittingBatches(lengths, tokens=160).each(work_with(100, lengths, attempts)))
    assert attempts == [160] + 8 * [80]
    assert [record.getMessage() for record in caplog.records] == [
        "a batch does not fit into the memory of the GPU: now at most 80 tokens a batch"
    ]


def test_where_memory_is_enough_the_batches_are_as_ever():
    lengths = np.random.default_rng(0).integers(1, 50, 100)
    found = [rows.tolist() for rows, _ in FittingBatches(lengths, tokens=200).each(len)]
    assert found == [rows.tolist() for rows in longest_first(lengths, tokens=200)]


def test_a_single_document_that_does_not_fit_is_an_error_with_its_length():
    lengths = np.array([5, 70, 6])
    with pytest.raises(StudyError, match=r"document of 70 tokens does not fit .*\(CUDA out of memory. Tried .*GiB.\)"):
        list(FittingBatches(lengths, tokens=200).each(work_with(60, lengths)))
