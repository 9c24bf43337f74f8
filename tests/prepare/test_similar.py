"""The search for similar texts against comparing every text with every other."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plain_similarity import jaccard
from textstudy.prepare import incidence as incidence_module
from textstudy.prepare import similar as similar_module
from textstudy.prepare.incidence import Incidence, find_shared
from textstudy.prepare.shingles import hash_texts, shingles
from textstudy.prepare.similar import find_contained, find_near, near_clusters, near_pairs

# Few words and short texts, so that shingles are shared often and by many.
TEXTS = st.lists(st.lists(st.sampled_from("abc"), max_size=12).map(" ".join), min_size=1, max_size=12)
THRESHOLDS = st.sampled_from([0.1, 0.3, 0.5, 0.55, 0.7, 0.9, 1.0])


@pytest.fixture(params=[5_000_000, 3], ids=["one chunk", "many chunks"])
def chunk(request, monkeypatch):
    monkeypatch.setattr(similar_module, "_CHUNK", request.param)
    monkeypatch.setattr(incidence_module, "_PART", request.param)


def incidence_of(texts, sides=None):
    return find_shared(hash_texts(pd.Series(texts, dtype="str")), sides)


def similar(texts, threshold):
    pairs = combinations(range(len(texts)), 2)
    return {(i, j, jaccard(texts[i], texts[j])) for i, j in pairs if jaccard(texts[i], texts[j]) >= threshold}


def components(size, pairs):
    """Return the smallest member of each one's component, by the slowest way."""
    label = list(range(size))
    for i, j, _ in pairs:
        low, high = sorted((label[i], label[j]))
        label = [low if number == high else number for number in label]
    return label


@pytest.mark.usefixtures("chunk")
class TestAgainstBruteForce:
    @settings(max_examples=100, deadline=None)
    @given(TEXTS, THRESHOLDS)
    def test_pairs(self, texts, threshold):
        found = near_pairs(incidence_of(texts), threshold=threshold)
        rows = list(zip(*(column.tolist() for column in found), strict=True))
        assert set(rows) == similar(texts, threshold) and rows == sorted(rows)

    @settings(max_examples=100, deadline=None)
    @given(TEXTS, THRESHOLDS)
    def test_clusters(self, texts, threshold):
        found = near_clusters(incidence_of(texts), threshold=threshold)
        _, first, number = np.unique(found, return_index=True, return_inverse=True)
        assert first[number].tolist() == components(len(texts), similar(texts, threshold))

    @settings(max_examples=100, deadline=None)
    @given(TEXTS, TEXTS, THRESHOLDS, st.sampled_from([0.3, 0.8, 1.0]))
    def test_between_two_lists(self, texts, others, threshold, share):
        sides = np.repeat([0, 1], [len(texts), len(others)])
        incidence, rows = incidence_of([*texts, *others], sides), [np.flatnonzero(sides == side) for side in (0, 1)]
        near = [any(jaccard(one, other) >= threshold for one in texts) for other in others]
        assert find_near(incidence, *rows, threshold=threshold).tolist() == near
        contained = [
            any(len(shingles(one) & shingles(other)) / len(shingles(other)) >= share for one in texts)
            if shingles(other)
            else False
            for other in others
        ]
        assert find_contained(incidence, *rows, share=share).tolist() == contained


def test_empty_lists():
    for texts in ([], ["a b"], ["", ""]):
        incidence, rows = incidence_of(texts), np.arange(len(texts))
        assert near_pairs(incidence, threshold=0.7).first.size == 0
        assert near_clusters(incidence, threshold=0.7).tolist() == rows.tolist()
        for one, other in product((rows, rows[:0]), repeat=2):
            assert not find_near(incidence, one, other, threshold=0.7).any()
            assert not find_contained(incidence, one, other, share=0.8).any()


def _sentences(generator, count, length):
    return [" ".join(row) for row in generator.integers(0, 5_000, (count, length)).astype(str)]


def _letters(*, common, own, count=3_000):
    """Return texts of which the first `common` words are the same."""
    generator = np.random.default_rng(1)
    letter = " ".join(f"w{i}" for i in range(common))
    return [f"{letter} {rest}" for rest in _sentences(generator, count, own)]


@pytest.fixture
def compared(monkeypatch):
    """How many pairs of texts have been compared."""
    pairs = []
    real = Incidence.intersections
    monkeypatch.setattr(Incidence, "intersections", lambda self, a, b: pairs.append(len(a)) or real(self, a, b))
    return pairs


@pytest.mark.parametrize("own", [14, 23, 73])
def test_form_letters_that_differ_too_much_are_never_compared(compared, own):
    """With 14 words of their own, 56 of 70 shingles are common to all: a similarity of 56 / 84."""
    incidence = incidence_of(_letters(common=60, own=own))
    assert near_clusters(incidence, threshold=0.7).tolist() == list(range(3_000))
    assert sum(compared) == 0


def test_form_letters_that_are_alike_are_compared_once_each(compared):
    incidence = incidence_of(_letters(common=60, own=5))
    assert len(set(near_clusters(incidence, threshold=0.7))) == 1
    assert sum(compared) < 2 * 3_000


def test_copies_of_a_form_letter_in_two_lists_are_found_soon(compared):
    sides = np.arange(3_000) % 2
    incidence = incidence_of(_letters(common=60, own=5), sides)
    rows = np.flatnonzero(sides == 0), np.flatnonzero(sides == 1)
    assert find_near(incidence, *rows, threshold=0.7).all()
    assert find_contained(incidence, *rows, share=0.8).all()
    assert sum(compared) < 20 * 3_000
