"""Ratios of two measured costs: no more digits than the ranges have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textstudy.report.language.costs import Range, tied
from textstudy.report.language.ratios import ratio_in_words

POSITIVE = st.floats(1e-3, 1e6)
RANGES = st.tuples(POSITIVE, POSITIVE, POSITIVE).map(lambda three: Range(*sorted(three)))


@pytest.mark.parametrize(
    ("more", "less", "words"),
    [
        ((47.1, 47.7, 48.2), (1, 1, 1), "about 50 times"),  # it said 47.7 times
        ((41.3, 50, 58.8), (1, 1, 1), "between 40 and 60 times"),
        ((12.2, 14, 17.9), (1, 1, 1), "between 12 and 18 times"),
        ((1.23, 1.24, 1.24), (1, 1, 1), "about 1.2 times"),
        ((1.23, 1.3, 1.48), (1, 1, 1), "between 1.2 and 1.5 times"),
        ((95, 100, 109), (1, 1, 1), "between 90 and 110 times"),
        ((2500, 2510, 2520), (1, 1, 1), "about 2,500 times"),
        ((4.0, 4.0, 4.0), (5, 5, 5), "about 0.8 times"),
        ((0.9, 1.0, 1.2), (1.1, 1.3, 1.4), None),
        ((1, 1, 1), (1, 1, 1), None),
    ],
)
def test_a_ratio_has_the_digits_of_its_ranges(more, less, words):
    assert ratio_in_words(Range(*more), Range(*less)) == words


@given(RANGES, RANGES)
def test_two_ranges_are_tied_or_have_a_ratio_that_covers_both(more, less):
    words = ratio_in_words(more, less)
    assert (words is None) == tied(more, less) == tied(less, more)
    if words and words.startswith("between"):
        low, high = (float(each.replace(",", "")) for each in words.split()[1:4:2])
        assert low <= more.low / less.high * 1.001 and high >= more.high / less.low * 0.999 and low < high
