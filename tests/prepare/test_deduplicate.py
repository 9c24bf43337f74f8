"""What duplicates cost and whom: hand-made clusters, and promises that hold for any corpus."""

from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.prepare.deduplicate import deduplicate
from textstudy.prepare.overlap import exact_key, jaccard
from textstudy.tables import UNIQUE

RANK = {"train": 0, "": 0, "validation": 1, "test": 2}


def table(*rows):
    return pd.DataFrame(rows, columns=["id", "text", "label", "official_split"]).astype("str")


@st.composite
def corpora(draw):
    texts = draw(st.lists(st.lists(st.sampled_from(["a", "B", "b!", "c"]), min_size=1, max_size=10), max_size=14))
    official = draw(st.sampled_from([["train", "validation", "test"], ["train", "test"], [""]]))
    return table(
        *[(f"d{i}", " ".join(text), draw(st.sampled_from("xy")), draw(st.sampled_from(official)))
          for i, text in enumerate(texts)]
    )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(corpora(), st.sampled_from([None, 0.3, 0.5, 0.7, 1.0]))
def test_promises(clean, threshold):
    unique, duplicates, ledger = deduplicate(clean, {"near_threshold": threshold})
    UNIQUE.validate(unique)

    # No two documents kept are duplicates, so none are across splits.
    for one, other in combinations(unique["text"], 2):
        assert exact_key(one) != exact_key(other)
        assert threshold is None or jaccard(one, other) < threshold

    # Rows keep their order and content, and stand for themselves.
    kept = clean[clean["id"].isin(unique["id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(unique.drop(columns="cluster"), kept)
    assert (unique["cluster"] == unique["id"]).all()

    # Whoever is gone is in the table of duplicates under someone kept who comes no later in the order of preference.
    place = {identifier: row for row, identifier in enumerate(clean["id"])}
    gone = duplicates[duplicates["kind"] != "kept"]
    assert sorted(gone["id"]) == sorted(set(clean["id"]) - set(unique["id"]))
    for row in duplicates.itertuples():
        assert row.cluster in set(unique["id"])
        if row.kind == "kept":
            assert row.id == row.cluster
        else:
            assert (RANK[row.kept_split], place[row.cluster]) < (RANK[row.official_split], place[row.id])
    assert (duplicates["cluster"].value_counts() >= 2).all()

    # The ledger counts what the table lists.
    exact, near = ledger
    assert exact["documents_in"] == len(clean)
    assert exact["documents_in"] - exact["documents_out"] == (duplicates["kind"] == "exact").sum()
    assert near["documents_in"] == exact["documents_out"]
    assert near["documents_in"] - near["documents_out"] == (duplicates["kind"] == "near").sum()
    assert sum(near["by_split"].values()) == near["documents_out"] == len(unique)


def test_the_split_decides_before_the_row():
    clean = table(
        ("t", "One two three four five.", "x", "test"),
        ("v", "one two three four five", "x", "validation"),
        ("r2", "ONE two three four five", "y", "train"),
        ("r1", "one two three four five!", "x", "train"),
        ("other", "something else altogether", "x", "test"),
    )
    unique, duplicates, ledger = deduplicate(clean, {"near_threshold": 0.7})
    assert unique["id"].tolist() == ["r2", "other"]
    assert duplicates["id"].tolist() == ["r2", "t", "v", "r1"]
    assert duplicates["kind"].tolist() == ["kept", "exact", "exact", "exact"]
    assert duplicates["similarity"].tolist() == [1.0] * 4
    assert duplicates["kept_split"].tolist() == ["train"] * 4
    conflicts = duplicates[duplicates["label"] != duplicates["kept_label"]]
    assert conflicts["id"].tolist() == ["t", "v", "r1"]
    assert [line["by_split"] for line in ledger] == [{"test": 1, "train": 1}] * 2


def test_a_chain_is_one_cluster_and_similarity_is_to_the_kept_document():
    words = [f"w{i}" for i in range(24)]
    first, second, third = (" ".join(words[start : start + 20]) for start in (0, 2, 4))  # 16 shingles, 14 and 12 common
    assert jaccard(first, second) == jaccard(second, third) == 14 / 18
    clean = table(("a", first, "x", ""), ("b", second, "x", ""), ("c", third, "x", ""), ("d", third + ".", "x", ""))
    unique, duplicates, _ = deduplicate(clean, {"near_threshold": 0.7})
    assert unique["id"].tolist() == ["a"]
    assert duplicates["kind"].tolist() == ["kept", "near", "near", "near"]
    assert duplicates["similarity"].tolist() == [1.0, 14 / 18, 12 / 20, 12 / 20]

    unique, duplicates, _ = deduplicate(clean, {"near_threshold": None})
    assert unique["id"].tolist() == ["a", "b", "c"]
    assert duplicates["id"].tolist() == ["c", "d"]


@pytest.mark.parametrize("threshold", [None, 0.7])
def test_texts_without_words_are_not_all_the_same(threshold):
    clean = table(("a", ":-)", "x", "train"), ("b", ":-(", "y", "test"), ("c", ":-)", "x", "test"))
    unique, _, _ = deduplicate(clean, {"near_threshold": threshold})
    assert unique["id"].tolist() == ["a", "b"]
