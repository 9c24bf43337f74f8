"""Members' predictions in one order, and every way in which they may not fit together."""

import numpy as np
import pytest

from textstudy.errors import StudyError
from textstudy.train.alignment import align
from train.members import random_members, table

SPLIT = np.array(["validation", "test"] * 10)


@pytest.fixture
def tables():
    members, labels = random_members(20, seed=0)
    return {name: table(member, labels, SPLIT) for name, member in zip(["one", "two"], members, strict=True)}


def test_the_order_of_rows_does_not_matter(tables):
    aligned = align(tables)
    shuffled = align({"one": tables["one"].sample(frac=1, random_state=3), "two": tables["two"]})
    for name in ("ids", "split", "labels", "probabilities"):
        assert np.array_equal(getattr(shuffled, name), getattr(aligned, name))
    assert aligned.probabilities.shape == (2, 20, 3)
    for place, member in enumerate(tables.values()):
        rows = member.set_index("id").loc[aligned.ids]
        assert np.array_equal(np.stack(rows["probabilities"].to_list()), aligned.probabilities[place])
        assert (rows["label"] == aligned.labels).all() and (rows["split"] == aligned.split).all()


def test_one_split_of_the_documents(tables):
    test = align(tables).of("test")
    assert test.probabilities.shape == (2, 10, 3)
    assert set(test.ids) == set(tables["one"]["id"][SPLIT == "test"])


def test_documents_of_other_splits_may_differ(tables):
    tables["one"].loc[0, "split"] = "train"
    tables["two"] = tables["two"].drop(index=0).reset_index(drop=True)
    assert len(align(tables).ids) == 19


def changed(frame, column, value):
    rows = frame[column].to_list()
    rows[3] = value(rows[3])
    frame = frame.copy()
    frame[column] = rows
    return frame


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda frame: frame.drop(index=3), r"'two' lacks document d\d+ \(1 such\), unlike 'one'"),
        (lambda frame: changed(frame, "id", lambda _: "other"), r"'two' lacks document d\d+"),
        (lambda frame: changed(frame, "id", lambda _: frame["id"][5]), r"'two' predicts document d\d+ twice"),
        (lambda frame: changed(frame, "label", lambda label: (label + 1) % 3), r"'two' has document .* label \d, not"),
        (lambda frame: changed(frame, "split", lambda _: "validation"), "'two' has document .* split validation, not"),
        (lambda frame: changed(frame, "probabilities", lambda row: row * np.nan), "'two' gives .* not finite"),
        (lambda frame: changed(frame, "probabilities", lambda row: row[:2]), "'two' gives .* different numbers"),
        (lambda frame: frame.assign(probabilities=[row[:2] for row in frame["probabilities"]]), "2 classes, not 3"),
        (lambda frame: frame[frame["split"] == "test"], "'two' predicts no validation documents"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(tables, spoil, message):
    with pytest.raises(StudyError, match=message):
        align({"one": tables["one"], "two": spoil(tables["two"])})


def test_a_member_with_documents_that_the_first_lacks(tables):
    with pytest.raises(StudyError, match=r"'two' predicts document d\d+ \(1 such\), unlike 'one'"):
        align({"one": tables["one"].drop(index=3), "two": tables["two"]})
