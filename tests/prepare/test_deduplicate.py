"""Which duplicates are removed: hand-made clusters, and promises for any corpus."""

from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plain_similarity import jaccard
from textstudy.corpora import sst
from textstudy.errors import StudyError
from textstudy.prepare.deduplicate import deduplicate
from textstudy.storage.tables import UNIQUE
from textstudy.words import exact_key, key_words

DEFAULTS = {"near_threshold": 0.7, "within_splits": True, "keep": "train", "conflicts": "keep"}
RANK = {"train": 0, "": 0, "validation": 1, "test": 2}
RANKS = {"train": RANK, "held_out": {"test": 0, "validation": 1, "train": 2, "": 2}}


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


RULES = st.sampled_from(["drop", "majority", "keep"])


@settings(max_examples=150, deadline=None)
@given(corpora(), st.sampled_from([None, 0.3, 0.5, 0.7, 1.0]), st.sampled_from(["train", "held_out"]), RULES)
def test_promises(clean, threshold, keep, rule):
    chosen = DEFAULTS | {"near_threshold": threshold, "keep": keep, "conflicts": rule}
    unique, duplicates, ledger = deduplicate(clean, chosen)
    UNIQUE.validate(unique)

    # No two documents kept are duplicates, so none are across splits.
    for one, other in combinations(unique["text"], 2):
        assert not are_duplicates(one, other, threshold)

    # Rows keep their order and content, and stand for themselves.
    kept = clean[clean["id"].isin(unique["id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(unique.drop(columns="cluster"), kept)
    assert (unique["cluster"] == unique["id"]).all()

    # Whoever is gone is in the table of duplicates, under the head of its cluster.
    gone = duplicates[duplicates["match"] != "kept"]
    assert sorted(gone["id"]) == sorted(set(clean["id"]) - set(unique["id"]))
    heads = duplicates[duplicates["id"] == duplicates["cluster"]].set_index("id")
    assert set(heads["match"]) <= {"kept", "conflict"} and set(duplicates["cluster"]) == set(heads.index)
    text = clean.set_index("id")["text"]
    rank = RANKS[keep]
    for row in duplicates[duplicates["id"] != duplicates["cluster"]].itertuples():
        assert heads["match"][row.cluster] == ("kept" if row.cluster in set(unique["id"]) else "conflict")
        assert rank[row.kept_split] <= rank[row.official_split] or rule == "majority"
        if rule != "majority" or row.label == row.kept_label:
            assert (rank[row.kept_split], row.cluster) < (rank[row.official_split], row.id) or rule == "majority"
        assert (exact_key(text[row.id]) == exact_key(text[row.cluster])) == (row.match == "exact")
        assert row.match == "exact" or threshold is not None
        if row.match == "words":
            assert key_words(text[row.id]) == key_words(text[row.cluster])
        if row.match == "near":
            assert row.similarity == jaccard(text[row.id], text[row.cluster])
    assert (duplicates["cluster"].value_counts() >= 2).all()

    # A cluster with several labels is settled by the rule, and never kept for validation or test.
    labels = duplicates.groupby("cluster")["label"].agg(set)
    for head, found in labels.items():
        row = heads.loc[head]
        if len(found) == 1:
            assert row["match"] == "kept"
        elif rule == "drop" or row["official_split"] in ("validation", "test"):
            assert row["match"] == "conflict"
        elif rule == "keep":
            assert row["match"] == "kept"
        else:
            members = duplicates[(duplicates["cluster"] == head) & duplicates["official_split"].isin(["", "train"])]
            votes = members["label"].value_counts()
            tie = len(votes) > 1 and votes.iloc[0] == votes.iloc[1]
            assert row["match"] == ("conflict" if tie else "kept")
            assert tie or row["label"] == votes.index[0]

    # The ledger counts what the table lists.
    lost = [line["documents_in"] - line["documents_out"] for line in ledger]
    dropped = duplicates["cluster"].isin(heads.index[heads["match"] == "conflict"])
    assert lost == [
        *((duplicates["match"][~dropped] == name).sum() for name in ("exact", "words", "near")),
        dropped.sum(),
    ]
    assert [line["documents_in"] for line in ledger] == [len(clean), *(line["documents_out"] for line in ledger[:-1])]
    assert sum(ledger[-1]["by_split"].values()) == ledger[-1]["documents_out"] == len(unique)


@settings(max_examples=100, deadline=None)
@given(corpora(), st.booleans(), RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(clean, within_splits, rule, random):
    clean["official_split"] = clean["official_split"].replace("", "train")
    chosen = DEFAULTS | {"near_threshold": 0.3, "within_splits": within_splits, "conflicts": rule}
    unique, duplicates, ledger = deduplicate(clean, chosen)
    order = list(range(len(clean)))
    random.shuffle(order)
    shuffled = clean.iloc[order]
    again, same_duplicates, same_ledger = deduplicate(shuffled, chosen)
    assert again["id"].tolist() == shuffled["id"][shuffled["id"].isin(unique["id"])].tolist()
    by_id = [frame.sort_values("id", ignore_index=True) for frame in (unique, again)]
    pd.testing.assert_frame_equal(*by_id)
    pd.testing.assert_frame_equal(duplicates, same_duplicates)
    assert ledger == same_ledger


def are_duplicates(one, other, threshold):
    return exact_key(one) == exact_key(other) or (threshold is not None and jaccard(one, other) >= threshold)


@st.composite
def divided_corpora(draw):
    texts = draw(st.lists(st.lists(st.sampled_from(["a", "B", "b!", "c"]), min_size=1, max_size=10), max_size=14))
    splits = st.sampled_from(draw(st.sampled_from([["train", "validation", "test"], ["train", "test"]])))
    return table(*[(f"d{i}", " ".join(text), draw(st.sampled_from("xy")), draw(splits)) for i, text in
                   enumerate(texts)])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(divided_corpora(), st.sampled_from([None, 0.3, 0.5, 0.7, 1.0]), st.sampled_from(["train", "held_out"]))
def test_promises_without_within_splits(clean, threshold, keep):
    chosen = DEFAULTS | {"near_threshold": threshold, "within_splits": False, "keep": keep}
    unique, duplicates, ledger = deduplicate(clean, chosen)
    UNIQUE.validate(unique)
    rank = RANKS[keep]
    kept = set(unique["id"])
    pd.testing.assert_frame_equal(unique.drop(columns="cluster"), clean[clean["id"].isin(kept)].reset_index(drop=True))

    # The rule as the study states it, done slowly: split after split loses what stands in those before it.
    expected = set()
    rows = list(clean.itertuples())
    for level in range(3):
        before = [row.text for row in rows if row.id in expected]
        expected |= {
            row.id
            for row in rows
            if rank[row.official_split] == level
            and not any(are_duplicates(row.text, text, threshold) for text in before)
        }
    assert kept == expected

    # Nothing is shared by two splits, and duplicates of one split are one cluster, which never straddles two.
    documents = unique.set_index("id")
    for one, other in combinations(unique.itertuples(), 2):
        if are_duplicates(one.text, other.text, threshold):
            assert one.official_split == other.official_split and one.cluster == other.cluster
    assert (unique.groupby("cluster")["official_split"].nunique() == 1).all()
    assert (documents.loc[unique["cluster"], "cluster"] == unique["cluster"].to_numpy()).all()

    # Each document lost is listed under one it is a duplicate of, which is kept in a split before its own.
    text = clean.set_index("id")["text"]
    gone = duplicates[duplicates["match"] != "kept"]
    assert sorted(gone["id"]) == sorted(set(clean["id"]) - kept)
    for row in gone.itertuples():
        assert row.cluster in kept and rank[row.kept_split] < rank[row.official_split]
        assert (exact_key(text[row.id]) == exact_key(text[row.cluster])) == (row.match == "exact")
        assert are_duplicates(text[row.id], text[row.cluster], threshold)
    assert set(duplicates["id"][duplicates["match"] == "kept"]) == set(gone["cluster"])
    assert ledger[0]["documents_in"] - ledger[0]["documents_out"] == (gone["match"] == "exact").sum()
    assert ledger[-1]["documents_out"] == len(unique)


def test_duplicates_between_splits_are_removed_and_those_inside_a_split_are_kept():
    clean = table(
        ("r1", "one two three", "x", "train"),
        ("r2", "One two three!", "y", "train"),
        ("v1", "one two THREE", "x", "validation"),
        ("v2", "four five", "x", "validation"),
        ("t1", "four, five", "y", "test"),
        ("t2", "six", "x", "test"),
        ("t3", "Six.", "x", "test"),
    )
    chosen = DEFAULTS | {"near_threshold": 0.7, "within_splits": False}
    unique, duplicates, ledger = deduplicate(clean, chosen | {"keep": "train"})
    assert unique["id"].tolist() == ["r1", "r2", "v2", "t2", "t3"]
    assert unique["cluster"].tolist() == ["r1", "r1", "v2", "t2", "t2"]
    assert duplicates[["id", "cluster", "match"]].values.tolist() == [
        ["r1", "r1", "kept"], ["v1", "r1", "exact"], ["v2", "v2", "kept"], ["t1", "v2", "words"],
    ]  # fmt: skip
    assert ledger[1]["reason"] == "same words as a document kept in another split, but for punctuation"
    unique, duplicates, _ = deduplicate(clean, chosen | {"keep": "held_out"})
    assert unique["id"].tolist() == ["v1", "t1", "t2", "t3"]
    assert duplicates["kept_split"].tolist() == ["test"] * 2 + ["validation"] * 3


def test_a_duplicate_of_a_removed_document_may_be_kept():
    """A chain from train over validation to test: only its middle repeats a document kept before it."""
    words = [f"w{i}" for i in range(28)]
    first, second, third = (" ".join(words[start : start + 20]) for start in (0, 3, 6))  # 16 shingles; 13 and 10 common
    assert jaccard(first, second) == jaccard(second, third) == 13 / 19
    assert jaccard(first, third) == 10 / 22
    clean = table(("a", first, "x", "train"), ("b", second, "x", "validation"), ("c", third, "x", "test"))
    unique, duplicates, _ = deduplicate(clean, DEFAULTS | {"near_threshold": 0.6, "within_splits": False})
    assert unique["id"].tolist() == ["a", "c"]
    assert duplicates["match"].tolist() == ["kept", "near"]
    assert duplicates["similarity"].tolist() == [1.0, 13 / 19]


def test_duplicates_between_splits_need_splits():
    clean = table(("a", "x", "x", ""), ("b", "y", "x", "train"))
    with pytest.raises(StudyError, match="1 of 2 documents have no official split"):
        deduplicate(clean, DEFAULTS | {"near_threshold": None, "within_splits": False})


def test_phrases_of_the_treebank_lose_the_held_out_sentences(mirror):
    documents = sst.read(mirror / "sst", {"phrases": True})
    chosen = DEFAULTS | {"near_threshold": 0.7, "within_splits": False, "keep": "held_out"}
    unique, duplicates, _ = deduplicate(documents, chosen)
    assert unique["official_split"].value_counts().to_dict() == {"train": 318_033, "test": 2210, "validation": 1101}
    assert set(duplicates["official_split"][duplicates["match"] != "kept"]) == {"train"}


def test_the_split_decides_before_the_id():
    clean = table(
        ("t", "One two three four five.", "x", "test"),
        ("v", "one two three four five", "x", "validation"),
        ("w2", "one two three four five!", "x", "train"),
        ("w1", "ONE two three four five", "y", "train"),
        ("other", "something else altogether", "x", "test"),
    )
    unique, duplicates, ledger = deduplicate(clean, DEFAULTS)
    assert unique["id"].tolist() == ["w1", "other"]
    assert duplicates["id"].tolist() == ["w1", "t", "v", "w2"]
    assert duplicates["match"].tolist() == ["kept", "words", "exact", "words"]
    assert duplicates["similarity"].tolist() == [1.0] * 4
    assert duplicates["kept_split"].tolist() == ["train"] * 4
    conflicts = duplicates[duplicates["label"] != duplicates["kept_label"]]
    assert conflicts["id"].tolist() == ["t", "v", "w2"]
    assert [line["by_split"] for line in ledger] == [{"test": 2, "train": 2}, *[{"test": 1, "train": 1}] * 3]


def test_a_chain_is_one_cluster_and_similarity_is_to_the_kept_document():
    words = [f"w{i}" for i in range(24)]
    first, second, third = (" ".join(words[start : start + 20]) for start in (0, 2, 4))  # 16 shingles, 14 and 12 common
    assert jaccard(first, second) == jaccard(second, third) == 14 / 18
    clean = table(("a", first, "x", ""), ("b", second, "x", ""), ("c", third, "x", ""), ("d", third + ".", "x", ""))
    unique, duplicates, _ = deduplicate(clean, DEFAULTS)
    assert unique["id"].tolist() == ["a"]
    assert duplicates["match"].tolist() == ["kept", "near", "near", "near"]
    assert duplicates["similarity"].tolist() == [1.0, 14 / 18, 12 / 20, 12 / 20]


def test_without_a_threshold_only_case_and_white_space_are_ignored():
    clean = table(("a", "One  Two", "x", ""), ("b", "one two", "x", ""), ("c", "one, two", "x", ""))
    unique, duplicates, _ = deduplicate(clean, DEFAULTS | {"near_threshold": None})
    assert unique["id"].tolist() == ["a", "c"]
    assert duplicates["match"].tolist() == ["kept", "exact"]


def test_signs_that_tell_keep_texts_apart():
    texts = ["How do I sort an array in C++?", "How do I sort an array in C#?", "How do I sort an array in C?"]
    texts += ["great day 😀", "great day 😡", "great day :)", "great day :(", "gained +5", "gained -5", "gained 5"]
    clean = table(*[(f"d{i}", text, "x", "") for i, text in enumerate(texts)])
    assert len(deduplicate(clean, DEFAULTS)[0]) == len(texts)


def test_the_alphabet_does_not_decide_between_labels():
    clean = table(
        ("a", "One two three", "x", "train"),
        ("b", "one two three", "y", "train"),
        ("c", "one two three!", "y", "train"),
        ("d", "four five", "x", "test"),
        ("e", "four five", "y", "test"),
        ("f", "six", "x", "test"),
    )
    kept = {rule: deduplicate(clean, DEFAULTS | {"conflicts": rule})[0]["id"].tolist() for rule in
            ("drop", "majority", "keep")}  # fmt: skip
    assert kept == {"drop": ["f"], "majority": ["b", "f"], "keep": ["a", "f"]}
    _, duplicates, ledger = deduplicate(clean, DEFAULTS | {"conflicts": "drop"})
    assert duplicates["match"].tolist() == ["conflict", "exact", "words", "conflict", "exact"]
    assert ledger[-1]["documents_in"] - ledger[-1]["documents_out"] == 5


@pytest.mark.parametrize("threshold", [None, 0.7])
def test_texts_without_words_are_not_all_the_same(threshold):
    clean = table(("a", ":-)", "x", "train"), ("b", ":-(", "y", "test"), ("c", ":-)", "x", "test"))
    unique, _, _ = deduplicate(clean, DEFAULTS | {"near_threshold": threshold})
    assert unique["id"].tolist() == ["a", "b"]
