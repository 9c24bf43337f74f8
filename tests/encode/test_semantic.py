"""The semantic audit: the nearest training document is the nearest, and what is said of it is true."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.encode import semantic
from textstudy.encode.semantic import NEAR, audit_meaning, nearest
from textstudy.encode.table import write_encoding
from textstudy.errors import StudyError
from textstudy.storage.files import write_tensors


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(semantic, "_ROWS", 3)
    monkeypatch.setattr(semantic, "_COLUMNS", 4)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 12), st.integers(2, 14), st.integers(1, 6), st.integers(0, 2**32 - 1), st.booleans())
def test_the_nearest_are_those_of_brute_force(queries, known, size, seed, themselves):
    generator = np.random.default_rng(seed)
    vectors = unit(generator.normal(size=(known, size)))
    own = generator.integers(0, known, queries) if themselves else None
    asked = vectors[own] if themselves else unit(generator.normal(size=(queries, size)))
    cosines = asked.astype(np.float64) @ vectors.astype(np.float64).T
    if themselves:
        cosines[np.arange(queries), own] = -np.inf
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(semantic, "_ROWS", 3)
        patch.setattr(semantic, "_COLUMNS", 4)
        rows, found = nearest(asked, vectors, own=own)
    np.testing.assert_allclose(found, cosines.max(axis=1), atol=1e-6)
    np.testing.assert_allclose(cosines[np.arange(queries), rows], cosines.max(axis=1), atol=1e-6)
    assert not themselves or (rows != own).all()


def test_of_equally_near_ones_the_first_counts(small_blocks):
    known = np.eye(3, dtype=np.float32)[[2, 1, 1, 0, 1, 0, 1, 1, 2]]
    rows, cosines = nearest(np.eye(3, dtype=np.float32)[[0, 1, 2, 1]], known)
    assert rows.tolist() == [3, 1, 0, 1] and cosines.tolist() == [1, 1, 1, 1]
    rows, _ = nearest(known, known, own=np.arange(9))
    assert rows.tolist() == [8, 2, 1, 5, 1, 3, 1, 1, 0]


def test_no_queries_have_no_neighbours():
    rows, cosines = nearest(np.empty((0, 3), np.float32), np.eye(3, dtype=np.float32))
    assert len(rows) == len(cosines) == 0


@pytest.fixture
def audited(tmp_path):
    """Return a function that audits documents (split, label, state, text), whose states may be those of copies too."""

    def audit(documents: list[tuple], copies: int = 0, states: int | None = None):
        split = pd.DataFrame([row[:2] + row[3:] for row in documents], columns=["split", "label", "text"])
        split.insert(0, "id", [f"d{number}" for number in range(len(split))])
        ids = [*split["id"], *(f"{each}~1" for each in split["id"][:copies])]
        parts = [*split["split"], *split["split"][:copies]]
        write_encoding(tmp_path / "encoding.arrow", ids, parts, [0] * len(ids), [[1]] * len(ids))
        vectors = np.array([row[2] for row in documents], np.float32)
        vectors = np.concatenate([vectors, vectors[:copies]])[:states]
        write_tensors(tmp_path / "features.safetensors", {"mean": vectors, "cls": np.zeros_like(vectors)})
        return audit_meaning(split, tmp_path / "encoding.arrow", tmp_path / "features.safetensors")

    return audit


# The states of training have the mean (9, 9), about which the audit looks.
DOCUMENTS = [
    ("test", "a", (9, 12), "one two three four five six"),
    ("train", "a", (9, 10), "zero one two three four five"),
    ("train", "b", (10, 9), "second"),
    ("train", "b", (9, 8), "third"),
    ("train", "a", (8, 9), "fourth"),
    ("test", "b", (9, 9.1), "near another label"),
    ("test", "a", (8, 8), "between two"),
    ("validation", "b", (11, 9), "right of all"),
]


def test_what_the_audit_says(audited):
    found = audited(DOCUMENTS)
    test = found["splits"]["test"]
    assert (test["documents"], test["near"], test["near_same_label"], test["same_label"]) == (3, 2, 1, 1)
    assert test["quantiles"]["maximum"] == pytest.approx(1)
    assert test["quantiles"]["p5"] == pytest.approx(np.quantile([1, 1, 0.5**0.5], 0.05))
    assert found["splits"]["validation"]["near_same_label"] == 1
    train = found["splits"]["train"]
    assert train["documents"] == 4 and train["near"] == 0 and train["quantiles"]["maximum"] == pytest.approx(0)
    assert found["levels"] == [
        {"low": 0.9, "high": None, "documents": 2, "same_label": 1},
        {"low": 0.7, "high": 0.8, "documents": 1, "same_label": 0},
    ]
    pairs = {pair["id"]: pair for pair in found["pairs"]}
    assert set(pairs) == {"d0", "d5", "d6"}
    assert (pairs["d0"]["neighbour"], pairs["d5"]["neighbour"]) == ("d1", "d1")
    assert (pairs["d5"]["label"], pairs["d5"]["neighbour_label"]) == ("b", "a")
    assert pairs["d0"]["shared"] == 0.5, "one of its two 5-grams"
    assert [pair["similarity"] for pair in found["pairs"]] == sorted(
        (pair["similarity"] for pair in found["pairs"]), reverse=True
    )


def test_a_document_is_near_from_the_bound_on_and_levels_cover_all(audited):
    random = np.random.default_rng(3)
    splits = ["train", "train", "test", "validation"] * 60
    found = audited([(split, "ab"[row % 2], random.normal(size=3), f"text {row}") for row, split in enumerate(splits)])
    test = found["splits"]["test"]
    assert sum(level["documents"] for level in found["levels"]) == test["documents"] == 60
    assert sum(level["same_label"] for level in found["levels"]) == test["same_label"]
    assert sum(level["documents"] for level in found["levels"] if (level["low"] or 0) >= NEAR) == test["near"]
    assert len(found["pairs"]) <= 4 * semantic.SHOWN


def test_perturbed_copies_of_training_are_no_neighbours(audited):
    assert audited(DOCUMENTS, copies=5) == audited(DOCUMENTS)


def test_a_sample_of_training_is_the_yardstick(audited, monkeypatch):
    monkeypatch.setattr(semantic, "YARDSTICK", 2)
    found = audited(DOCUMENTS)["splits"]
    assert found["train"]["documents"] == 2 and found["test"]["documents"] == 3


def test_a_document_at_the_mean_of_training_is_like_no_other(audited):
    pair_free = audited([*DOCUMENTS, ("test", "a", (9, 9), "nothing")])
    assert pair_free["splits"]["test"]["quantiles"]["p5"] < 0.3
    assert {"low": None, "high": 0.4, "documents": 1, "same_label": 1} in pair_free["levels"]


def test_without_held_out_documents_there_is_nothing_to_say(audited):
    found = audited([row for row in DOCUMENTS if row[0] != "test"])
    assert found["splits"]["test"] == {
        "documents": 0, "quantiles": None, "near": 0, "near_same_label": 0, "same_label": 0
    }  # fmt: skip
    assert found["levels"] == found["pairs"] == []


DOCUMENT = pd.DataFrame({"id": ["d0"], "text": ["a"], "label": ["a"], "split": ["train"]})


def test_states_of_other_documents_are_refused(audited, tmp_path):
    with pytest.raises(StudyError, match="does not hold all documents of the split: delete it and run again"):
        audited(DOCUMENTS, states=6)


def test_a_long_text_is_cut(audited):
    documents = [("test", "a", (9, 12), "word " * 4000), *DOCUMENTS]
    excerpt = next(pair for pair in audited(documents)["pairs"] if pair["id"] == "d0")["text"]
    assert len(excerpt) <= semantic.EXCERPT + 2 and excerpt.endswith(" …")
