"""The audit of groups and time counts what one would count by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.prepare.groups import audit_groups, known_groups


def divided(rows):
    """A SPLIT table of (split, author, day); a day is a number or None."""
    frame = pd.DataFrame(rows, columns=["split", "group_author", "time"])
    return frame.assign(id=[f"d{i}" for i in range(len(frame))], time=frame["time"].astype(float))


def test_shared_authors_and_times_are_counted():
    result = audit_groups(
        divided(
            [("train", "ann", 1), ("train", "bob", 3), ("train", "", None)]
            + [("validation", "ann", 2), ("validation", "cat", 3)]
            + [("test", "bob", 5), ("test", "dan", 6), ("test", "dan", 2), ("test", "", None)]
        )
    )
    validation, test = result["groups"]
    assert validation == {"kind": "author", "split": "validation", "documents": 2, "known": 1, "without": 0,
                          "groups": 2, "known_groups": 1}  # fmt: skip
    assert test == {"kind": "author", "split": "test", "documents": 4, "known": 1, "without": 1, "groups": 2,
                    "known_groups": 1}  # fmt: skip
    spans = {row["split"]: row for row in result["times"]}
    assert spans["train"] | {"later": None, "overlap": None} == spans["train"]
    assert (spans["test"]["earliest"], spans["test"]["median"], spans["test"]["latest"]) == ("2", "5", "6")
    assert spans["validation"]["later"] == pytest.approx((1 + 1.5) / 4)
    assert spans["test"]["later"] == pytest.approx((2 + 2 + 1) / 6)
    assert spans["test"]["overlap"] == pytest.approx(1 / 3)
    assert spans["test"]["without"] == 1


@given(st.lists(st.tuples(st.sampled_from(["train", "test"]), st.just("a"), st.integers(0, 9)), min_size=2))
@settings(max_examples=50, deadline=None)
def test_later_is_the_share_of_pairs(rows):
    days = {name: [day for split, _, day in rows if split == name] for name in ("train", "test")}
    spans = {row["split"]: row for row in audit_groups(divided(rows))["times"]}
    if all(days.values()):
        pairs = [(test > train) + (test == train) / 2 for test in days["test"] for train in days["train"]]
        assert spans["test"]["later"] == pytest.approx(np.mean(pairs))


def test_dates_are_written_as_days():
    frame = divided([("train", "a", 1), ("test", "a", 2)])
    frame["time"] = pd.to_datetime(["2024-05-31T23:00:00Z", None], utc=True)
    (span,) = audit_groups(frame)["times"]
    assert span["split"] == "train"
    assert span["earliest"] == span["latest"] == "2024-05-31"


def test_neither_groups_nor_times():
    assert audit_groups(divided([("train", "a", 1)])[["id", "split"]]) == {}


@pytest.mark.parametrize(
    ("known", "easier"), [((80, 50), ["author"]), ((52, 50), []), ((50, 80), [])], ids=["more", "as many", "fewer"]
)
def test_validation_is_easier_with_clearly_more_known_authors(known, easier, caplog):
    rows = [("train", "ann", 1)] * 10
    for split, count in zip(("validation", "test"), known, strict=True):
        rows += [(split, "ann", 1)] * count + [(split, "bob", 1)] * (100 - count)
    assert [row["by"] for row in audit_groups(divided(rows))["easier"]] == easier
    assert ("nearer to the training documents" in caplog.text) == bool(easier)


def test_validation_is_easier_where_only_test_is_later():
    rows = [("train", "a", day) for day in range(10)] + [("validation", "a", day) for day in range(10)]
    result = audit_groups(divided(rows + [("test", "a", 20)] * 10))
    assert result["easier"] == [{"by": "time", "validation": 0.5, "test": 1.0}]


def test_a_document_without_a_group_is_neither_known_nor_unknown():
    frame = divided([("train", "a", 1), ("train", "", 1), ("test", "a", 1), ("test", "b", 1), ("test", "", 1)])
    train, test = frame[frame["split"] == "train"], frame[frame["split"] == "test"]
    assert known_groups(test, train, "author").tolist() == [1, 0, -1]
