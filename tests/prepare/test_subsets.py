"""Subsets of the training documents: nested, like a smaller corpus, and the same for every model."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.prepare.subsets import entry_shares, left_out

SHARES = (0.1, 0.25, 0.4, 0.7)


@st.composite
def corpora(draw, grouped=False):
    """A SPLIT table of 30 to 60 training documents and some others."""
    size = draw(st.integers(30, 60))
    names = [f"d{number:03}" for number in range(size + 5)]
    table = pd.DataFrame({"id": names, "text": names, "cluster": names})
    table["label"] = draw(st.lists(st.sampled_from("xyz"), min_size=size + 5, max_size=size + 5))
    table["split"] = ["train"] * size + ["test"] * 5
    if grouped:
        table["group_author"] = draw(st.lists(st.sampled_from(["", *"abcdef"]), min_size=size + 5, max_size=size + 5))
    return table


def kept(split, share, *, by="label", seed=1):
    train = split[split["split"] == "train"]
    dropped = left_out(split, {"share": share, "by": by, "group": None}, seed=seed)
    assert dropped <= set(train["id"])
    return set(train["id"]) - dropped


@settings(max_examples=40, deadline=None)
@given(corpora(), st.integers(0, 3), st.randoms(use_true_random=False))
def test_subsets_are_nested_even_over_labels_and_do_not_depend_on_the_order(split, seed, random):
    subsets = [kept(split, share, seed=seed) for share in SHARES]
    assert all(smaller <= larger for smaller, larger in zip(subsets, subsets[1:], strict=False))
    train = split[split["split"] == "train"].set_index("id")["label"]
    for share, subset in zip(SHARES, subsets, strict=True):
        for label, size in train.value_counts().items():
            assert abs((train[list(subset)] == label).sum() - share * size) <= 0.5 + 1e-9
    order = list(range(len(split)))
    random.shuffle(order)
    assert kept(split.iloc[order], 0.4, seed=seed) == kept(split, 0.4, seed=seed)


@settings(max_examples=40, deadline=None)
@given(corpora(grouped=True))
def test_groups_stay_together_where_the_split_keeps_them_together(split):
    train = split[split["split"] == "train"]
    for share in SHARES:
        inside = train["id"].isin(kept(split, share, by="group"))
        authors = train["group_author"]
        assert not set(authors[inside]) & set(authors[~inside]) - {""}


def test_each_seed_draws_other_documents():
    names = [f"d{number}" for number in range(40)]
    split = pd.DataFrame({"id": names, "text": names, "cluster": names, "label": "x", "split": "train"})
    assert kept(split, 0.5, seed=1) != kept(split, 0.5, seed=2)


def test_the_order_does_not_change_when_documents_are_added():
    names = np.array([f"d{number}" for number in range(60)])
    table = pd.DataFrame({"id": names, "cluster": names, "label": "x"})
    before = entry_shares(table.iloc[:40], kinds=[], seed=1).sort_values().index
    after = entry_shares(table, kinds=[], seed=1).sort_values().index
    assert [name for name in after if name in set(before)] == list(before)
