"""Ragged rows against lists of lists, and counting in them against dictionaries."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy import ragged
from textstudy.ragged import Ragged, count_in_rows, look_up, repeated

ROWS = st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=8)


def as_lists(rows: Ragged) -> list[list[int]]:
    return [rows[row].tolist() for row in range(len(rows))]


@given(rows=ROWS, longest=st.integers(0, 6), chunk=st.integers(1, 9), data=st.data())
def test_rows_are_taken_like_those_of_lists(rows, longest, chunk, data):
    found = Ragged.of(rows)
    assert as_lists(found) == rows and Ragged.of(found) is found
    assert found.rows.tolist() == [number for number, row in enumerate(rows) for _ in row]
    assert as_lists(found.head(longest)) == [row[:longest] for row in rows]
    chosen = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    assert as_lists(found.where(np.array(chosen, bool))) == [row for row, one in zip(rows, chosen, strict=True) if one]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ragged, "CHUNK", chunk)
        parts = list(found.chunks())
    assert [row for _, part in parts for row in as_lists(part)] == rows
    assert [first for first, _ in parts] == [*np.cumsum([0, *(len(part) for _, part in parts)])[:-1]]
    assert all(len(part) == 1 or len(part.values) <= chunk >= len(part) for _, part in parts)


@pytest.mark.parametrize("size", [6, 2**62])
@given(rows=ROWS)
def test_pairs_are_counted_in_order(size, rows):
    found = Ragged.of(rows)
    expected = sorted(Counter((number, value) for number, row in enumerate(rows) for value in row).items())
    counted = zip(*(column.tolist() for column in count_in_rows(found.rows, found.values, size)), strict=True)
    assert [((row, value), count) for row, value, count in counted] == expected


@given(values=st.lists(st.integers(0, 9)), times=st.integers(1, 4), table=st.sets(st.integers(0, 9)))
def test_values_that_are_repeated_and_places_in_a_table(values, times, table):
    counts = Counter(values)
    expected = sorted(value for value in counts if counts[value] >= times)
    assert repeated(np.array(sorted(values), np.int64), times).tolist() == expected
    table = sorted(table)
    places = look_up(np.array(values, np.int64), np.array(table, np.int64))
    assert places.tolist() == [table.index(value) if value in table else -1 for value in values]
