"""Times in the forms in which people write them, and nothing that only looks like one."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.corpora.times import parse_times

NOON = "2014-05-13 16:53:20+00:00"


def parsed(*cells):
    return [None if pd.isna(time) else str(time) for time in parse_times(pd.Series(cells, dtype="str"))]


@pytest.mark.parametrize(
    "cell",
    [
        "2014-05-13T16:53:20Z", "2014-05-13 16:53:20", " 2014-05-13T18:53:20+02:00 ", "20140513T165320",
        "1400000000", "1400000000.0", "1400000000000", "1400000000000000", "1400000000000000000",
        "Tue, 13 May 2014 16:53:20 GMT", "13 May 2014 12:53:20 -0400",
    ],
)  # fmt: skip
def test_one_moment_in_many_forms(cell):
    assert parsed(cell) == [NOON]


@pytest.mark.parametrize(
    ("cell", "first"),
    [("1650", "1650-01-01"), ("2014", "2014-01-01"), ("2014-05", "2014-05-01"), ("2014/05/13", "2014-05-13"),
     ("20140513", "2014-05-13"), ("-100000000", "1966-10-31")],
)  # fmt: skip
def test_a_year_a_month_and_a_day_are_their_first_moment(cell, first):
    assert parsed(cell)[0].startswith(first)


@pytest.mark.parametrize(
    "cell",
    ["", " ", "17", "0", "201405", "05/13/2014", "13.05.2014", "2014-13-01", "2014-02-30", "soon", "now", "today",
     "nan", "inf", "-1", "Tue, 99 May 2014 16:53:20 GMT", "9" * 30, "2014-05-13 and more", "x" * 10_000],
)  # fmt: skip
def test_what_is_empty_or_no_time_is_missing(cell):
    assert parsed(cell, "2014") == [None, "2014-01-01 00:00:00+00:00"]


@given(st.lists(st.one_of(st.text(max_size=30), st.integers().map(str), st.datetimes().map(str))))
def test_any_text_is_read_without_an_error(cells):
    assert parse_times(pd.Series(cells, dtype="str")).dtype == "datetime64[us, UTC]"
