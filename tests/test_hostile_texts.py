"""No text makes a step slow; `benchmarks/check_hostile.py` tries more texts, up to a million characters."""

import math

import pytest
from check_hostile import ORDINARY, is_too_slow, measure
from hostile_texts import FAMILIES, PARTS, STEPS

LENGTH = 65_536  # enough for what takes quadratic time
SLOW_ONCE = (
    "one base, two kinds of marks",
    "fdfa",
    "right to left",
    "subject of blanks",
    "subject of encodings without end",
)
# The other perturbations differ in the edit alone, and the other steps have parts in common with these.
TRIED = (
    "clean", "content_words", "deduplicate", "suspects", "languages", "header fields", "words", "wordpieces",
    "word n-grams", "character n-grams", "perturb combination", "perturb combination as published", "worked examples",
    "explain", "explain tokens", "explain panel", "report escapes", "report excerpt",
)  # fmt: skip


@pytest.mark.parametrize("name", TRIED)
def test_no_text_takes_much_longer_than_an_ordinary_one(name, monkeypatch):
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")  # each text is read in a process of its own
    step = (STEPS | PARTS)[name]
    step(FAMILIES[ORDINARY](1000))  # what it loads, it loads once
    measured = measure(step, [ORDINARY, *SLOW_ONCE], [LENGTH], limit=10)
    [ordinary] = measured[ORDINARY]
    assert {family: seconds for family, [seconds] in measured.items() if is_too_slow(seconds, ordinary)} == {}


def test_a_step_that_takes_quadratic_time_is_stopped_and_told():
    def slow(text: str) -> None:
        while text != "":
            pass

    assert measure(slow, [ORDINARY], [10], limit=1) == {ORDINARY: [math.inf]}
    assert is_too_slow(math.inf, 0.0) and is_too_slow(math.nan, 0.0)
