"""The classes of the last hour are forgotten minute by minute, in constant memory."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from textstudy.use.serve.metrics import ClassMix


@given(st.lists(st.tuples(st.floats(0, 5000), st.lists(st.integers(0, 2), max_size=4)), max_size=12))
def test_the_mix_is_that_of_the_last_sixty_minutes(steps):
    now = 0.0
    mix, told = ClassMix(3, clock=lambda: now), []
    for seconds, answers in steps:
        now += seconds
        mix.add(np.array(answers, dtype=int))
        told += [(int(now // 60), answer) for answer in answers]
        recent = [answer for minute, answer in told if minute > int(now // 60) - 60]
        assert mix.counts() == [recent.count(label) for label in range(3)]
