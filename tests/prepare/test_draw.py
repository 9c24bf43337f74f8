"""Splits by group and by time: no group torn apart, the past before the future, duplicates always together."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from textstudy.errors import StudyError
from textstudy.prepare.draw import group_units
from textstudy.prepare.split import split
from textstudy.storage.tables import SPLIT

BY_GROUP = {"validation": 0.2, "test": 0.25, "by": "group", "group": None, "seed": 13}
BY_TIME = BY_GROUP | {"by": "time"}


def table(labels, **columns):
    """A UNIQUE table of documents d0000, d0001, ... that are alone in their clusters unless `columns` says so."""
    identifiers = [f"d{i:04}" for i in range(len(labels))]
    base = {"id": identifiers, "text": identifiers, "label": list(labels), "official_split": "", "cluster": identifiers}
    return pd.DataFrame(base | columns)


@st.composite
def corpora(draw):
    """Documents with authors, threads, days and clusters of neighbours; some lack an author or a day."""
    size = draw(st.integers(60, 90))

    def listed(values):
        return draw(st.lists(values, min_size=size, max_size=size))

    heads = [i - i % 3 if joined else i for i, joined in enumerate(listed(st.sampled_from([False] * 4 + [True])))]
    return table(
        listed(st.sampled_from("xy")),
        official_split=[draw(st.sampled_from(["", "test"])) if i < 10 else "" for i in range(size)],
        cluster=[f"d{head:04}" for head in heads],
        group_author=listed(st.sampled_from(["", *(f"a{i}" for i in range(40))])),
        group_thread=listed(st.sampled_from([f"t{i}" for i in range(60)])),
        time=[np.nan if day == 0 else float(day) for day in listed(st.integers(0, 30))],
    )


def drawn(unique, chosen, random):
    """Split, and check what holds for every split."""
    try:
        divided, (ledger,) = split(unique, chosen)
    except StudyError:  # one group has nearly all documents, or few have a time
        reject()
    SPLIT.validate(divided)
    assert (divided.groupby("cluster")["split"].nunique() == 1).all()
    assert ledger["by_split"] == divided["split"].value_counts().to_dict()
    assert f"drawn by {chosen['group'] or 'time'}" in ledger["reason"]
    order = list(range(len(unique)))
    random.shuffle(order)
    again = split(unique.iloc[order], chosen)[0].sort_values("id", ignore_index=True)
    pd.testing.assert_frame_equal(again, divided.sort_values("id", ignore_index=True))
    # What the corpus gives stays as the kept document of a cluster has it.
    official = unique.merge(divided[["id", "split"]], on="id")
    official = official[(official["id"] == official["cluster"]) & (official["official_split"] == "test")]
    assert (official["split"] == "test").all()
    return divided


@given(corpora(), st.sampled_from(["author", "thread"]), st.integers(0, 3), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_no_group_is_in_two_parts_that_are_drawn(unique, kind, seed, random):
    divided = drawn(unique, BY_GROUP | {"group": kind, "seed": seed}, random)
    if (unique["official_split"] == "test").any():  # a group of the official test part may be in train, too
        divided = divided[divided["split"] != "test"]
    groups = divided[divided[f"group_{kind}"] != ""].groupby(f"group_{kind}")["split"].nunique()
    assert (groups == 1).all()
    labels = divided.groupby("split")["label"].agg(set)
    assert labels.get("validation", set()) <= labels["train"]


@given(corpora(), st.integers(0, 3), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_train_is_before_validation_before_test(unique, seed, random):
    divided = drawn(unique, BY_TIME | {"seed": seed}, random)
    latest = divided.groupby("cluster")["time"].max()  # a cluster is as late as its latest document
    ends = {part: latest[rows["cluster"].unique()].dropna() for part, rows in divided.groupby("split")}
    assert ends["train"].max() <= ends["validation"].min()
    if not (unique["official_split"] == "test").any():
        assert ends["validation"].max() <= ends["test"].min()


def test_parts_by_group_have_the_size_asked_for_and_the_same_labels():
    unique = table("x" * 600 + "y" * 300 + "z" * 100, group_author=[f"a{i // 3}" for i in range(1000)])
    counts = split(unique, BY_GROUP)[0].groupby(["split", "label"]).size().unstack(0)
    assert (counts["test"] / counts.sum(axis=1)).round(1).between(0.2, 0.3).all()
    assert counts["test"].sum() == pytest.approx(250, abs=6)
    assert counts["validation"].sum() == pytest.approx(150, abs=6)


def test_a_group_that_is_too_large_stays_in_train_and_the_ledger_says_what_is_missing():
    authors = ["big"] * 90 + [f"a{i}" for i in range(10)]
    divided, (ledger,) = split(table("xy" * 50, group_author=authors), BY_GROUP)
    assert (divided["split"][:90] == "train").all()
    assert re.search(r"; only \d+ of 25 drawn for test; only \d+ of \d+ drawn for validation$", ledger["reason"])


def test_the_ledger_says_if_nothing_is_drawn():
    official = ["train"] * 20 + ["validation"] * 10 + ["test"] * 10
    unique = table("xy" * 20, official_split=official, time=np.arange(40.0))
    divided, (ledger,) = split(unique, BY_TIME)
    assert divided["split"].tolist() == official
    assert ledger["reason"].endswith("; nothing drawn, the corpus gives both parts")


def test_documents_without_a_time_stay_in_train_and_are_counted():
    days = [float(day) if day % 5 else np.nan for day in range(100)]
    divided, (ledger,) = split(table("xy" * 50, time=days), BY_TIME)
    assert (divided["split"][::5] == "train").all()
    assert "20 without a time not drawn" in ledger["reason"]


def test_of_one_year_the_seed_decides():
    unique = table("xy" * 50, time=[2023.0] * 50 + [2024.0] * 50)
    one, other = (split(unique, BY_TIME | {"seed": seed})[0]["split"] for seed in (1, 2))
    assert one.value_counts().to_dict() == other.value_counts().to_dict()
    assert (one != other).any()


def test_units_are_what_groups_connect():
    unique = table("x" * 6, group_author=["a", "a", "", "", "b", "c"], group_thread=["s", "t", "t", "u", "", ""])
    unique.loc[5, "cluster"] = unique.loc[4, "cluster"]
    assert group_units(unique, ["author", "thread"]).tolist() == [0, 0, 0, 1, 2, 2]
    assert group_units(unique, ["author"]).tolist() == [0, 0, 1, 2, 3, 3]


@pytest.mark.parametrize(
    ("chosen", "columns", "message"),
    [
        (BY_GROUP, {}, "`split.by` is 'group', but the corpus has no groups: set `group` of the corpus"),
        (BY_TIME, {}, "`split.by` is 'time', but the corpus has no times"),
        (BY_TIME, {"time": np.nan}, "`split.by` is 'time', but the corpus has no times"),
        (BY_GROUP | {"group": "user"}, {"group_author": "a"}, "`split.group` is 'user', .* choose from author"),
        (
            BY_GROUP,
            {"group_author": "a"},
            r"`split.test` is 0\.25, but no group .* up to 40 .* connected by author",
        ),
        (BY_TIME, {"time": [1.0] + [np.nan] * 39}, "1 have a time"),
    ],
)
def test_what_cannot_be_drawn_is_explained(chosen, columns, message):
    unique = table("xy" * 20, **columns)
    if "time" in columns and isinstance(columns["time"], list):
        unique["time"] = [np.nan] * 40
        unique.loc[0, "time"], chosen = 1.0, chosen | {"test": 0.001}
    with pytest.raises(StudyError, match=message):
        split(unique, chosen)
