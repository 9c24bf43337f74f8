"""The line under the plan: how many steps would run, and how long they took."""

from textstudy.commands.plan import total


def test_the_total_says_what_is_known_and_what_is_not():
    assert total([2.0, 60.0]) == "2 steps, 1 min 02 s last time."
    assert total([None]) == "1 step. How long they take is known when they have run once."
    assert total([2.5, None, None]) == "3 steps, 2.5 s last time for 1; 2 have not run yet."
