"""The work grows with the length of a text, not with its square."""

import sys

import numpy as np
import pytest

from textstudy.perturb.kinds import KINDS
from textstudy.perturb.perturb import perturb

SENTENCE = "It is not what we're used to: do not buy this cheap strap, it'll break in a week or so, I'm sure. "


def calls(text: str, kind: str, as_published: bool) -> int:
    """Return how many functions of Python and of C are called to perturb the text."""
    number = 0

    def count(_, event, __):
        nonlocal number
        number += event in ("call", "c_call")

    generator = np.random.default_rng(1)
    sys.setprofile(count)
    try:
        perturb(text, kind, share=0.4, generator=generator, as_published=as_published)
    finally:
        sys.setprofile(None)
    return number


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("as_published", [False, True])
def test_ten_times_the_words_take_ten_times_the_calls(kind, as_published):
    few, many = (calls(SENTENCE * copies, kind, as_published) for copies in (10, 100))
    assert many < 11 * few
