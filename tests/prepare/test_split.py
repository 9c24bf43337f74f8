"""Splits: official parts kept, shares drawn evenly over labels, clusters never divided."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.errors import StudyError
from textstudy.prepare.deduplicate import deduplicate
from textstudy.prepare.split import split
from textstudy.storage.tables import SPLIT

SETTINGS = {"validation": 0.2, "test": "official", "by": "label", "group": None, "seed": 13}


def table(labels, official="", clusters=None):
    """Rows d0000, d0001, ... of the given labels; official: one split for all, or one each."""
    identifiers = [f"d{i:04}" for i in range(len(labels))]
    return pd.DataFrame(
        {
            "id": identifiers,
            "text": [f"text {i}" for i in range(len(labels))],
            "label": list(labels),
            "official_split": official,
            "cluster": identifiers if clusters is None else clusters,
        }
    ).astype("str")


@st.composite
def corpora(draw):
    size = draw(st.integers(40, 60))
    labels = list("xyz" * 10) + draw(st.lists(st.sampled_from("xyz"), min_size=size - 30, max_size=size - 30))
    joined = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    clusters = [f"d{i - i % 3 * joined[i]:04}" for i in range(size)]  # of up to three neighbours
    parts = draw(st.sampled_from([[""], ["train", "test"], ["train", "validation", "test"], ["train", "validation"]]))
    official = [parts[0]] * 30 + draw(st.lists(st.sampled_from(parts), min_size=size - 30, max_size=size - 30))
    return table(labels, official, clusters)


@settings(max_examples=40, deadline=None)
@given(corpora(), st.integers(0, 5), st.randoms(use_true_random=False))
def test_promises(unique, seed, random):
    chosen = SETTINGS | {"test": 0.25, "seed": seed}
    divided, (ledger,) = split(unique, chosen)
    SPLIT.validate(divided)
    assert divided["id"].tolist() == unique["id"].tolist()
    assert (divided.groupby("cluster")["split"].nunique() == 1).all()
    assert ledger["by_split"] == divided["split"].value_counts().to_dict()

    # The order of the rows does not matter.
    order = list(range(len(unique)))
    random.shuffle(order)
    again, _ = split(unique.iloc[order], chosen)
    assert dict(zip(again["id"], again["split"], strict=True)) == dict(
        zip(divided["id"], divided["split"], strict=True)
    )

    # Official parts are kept, as the kept document of a cluster has them.
    heads = unique[unique["id"] == unique["cluster"]].set_index("id")["official_split"]
    of_heads = divided.set_index("id")["split"].loc[heads.index]
    for part in ("validation", "test"):
        if (heads == part).any():
            assert (of_heads[heads == part] == part).all()
            assert (of_heads[heads != part] != part).all()


def test_drawn_parts_are_stratified_and_of_the_size_asked_for():
    divided, _ = split(table("x" * 500 + "y" * 300 + "z" * 200), SETTINGS | {"test": 0.1})
    counts = divided.groupby(["split", "label"]).size()
    assert counts["test"].to_dict() == {"x": 50, "y": 30, "z": 20}
    assert counts["validation"].to_dict() == {"x": 90, "y": 54, "z": 36}  # a fifth of the 900 left
    assert counts["train"].to_dict() == {"x": 360, "y": 216, "z": 144}


def test_sizes_of_the_published_split_of_20_newsgroups():
    """10,730 training documents give 8,584 and 2,146."""
    unique = table([f"group {i % 20}" for i in range(10_730 + 7_112)], ["train"] * 10_730 + ["test"] * 7_112)
    divided, _ = split(unique, SETTINGS)
    assert divided["split"].value_counts().to_dict() == {"train": 8_584, "test": 7_112, "validation": 2_146}


def test_another_seed_draws_other_documents():
    unique = table("xy" * 100, ["train"] * 150 + ["test"] * 50)
    one, other = (split(unique, SETTINGS | {"seed": seed})[0] for seed in (1, 2))
    assert (one["split"] != other["split"]).any()
    assert one["split"].value_counts().to_dict() == other["split"].value_counts().to_dict()


def test_a_cluster_is_in_the_split_of_its_kept_document():
    clusters = [f"d{i:04}" for i in range(40)]
    clusters[39] = "d0000"
    divided, _ = split(table("xy" * 20, ["train"] * 30 + ["test"] * 10, clusters), SETTINGS)
    assert divided["split"].iloc[39] == divided["split"].iloc[0] != "test"


def test_duplicates_inside_train_are_drawn_together():
    """Three copies of each text in train, no official validation part."""
    texts = [f"word{i // 3}" for i in range(120)] + [f"other{i}" for i in range(20)]
    clean = table("xy" * 70, ["train"] * 120 + ["test"] * 20).drop(columns="cluster").assign(text=texts)
    unique, _, _ = deduplicate(clean, {"near_threshold": 0.7, "within_splits": False, "keep": "train"})
    assert len(unique) == 140
    divided, (ledger,) = split(unique, SETTINGS)
    assert (divided.groupby("text")["split"].nunique() == 1).all()
    assert ledger["by_split"] == {"test": 20, "train": 96, "validation": 24}


@pytest.mark.parametrize("within_splits", [True, False])
def test_the_order_of_a_corpus_with_duplicates_does_not_matter(within_splits):
    """100 texts and copies of the first 40, in any order."""
    texts = [f"word{i} phrase{i} sentence{i}" for i in range(100)]
    clean = table("xy" * 70, ["train"] * 140).drop(columns="cluster").assign(text=texts + texts[:40])
    chosen = {"near_threshold": 0.7, "within_splits": within_splits, "keep": "train", "conflicts": "keep"}
    one, other = (
        split(deduplicate(rows, chosen)[0], SETTINGS | {"test": 0.2})[0].sort_values("id", ignore_index=True)
        for rows in (clean, clean.sample(frac=1, random_state=3))
    )
    pd.testing.assert_frame_equal(one, other)


def test_a_label_with_one_document_stays_in_train(caplog):
    divided, _ = split(table("x" * 20 + "y" * 20 + "z"), SETTINGS | {"test": 0.2})
    assert divided["split"].iloc[-1] == "train"
    assert "single document stay in train" in caplog.text


def test_no_official_test_part_and_no_share():
    with pytest.raises(StudyError, match="no official test part"):
        split(table("xy" * 20), SETTINGS)


def test_too_few_documents_for_a_share():
    with pytest.raises(StudyError, match=r"`split.validation` is 0\.2, but .* from 6 documents with 3 labels"):
        split(table("xyzxyzx", ["train"] * 6 + ["test"]), SETTINGS)
