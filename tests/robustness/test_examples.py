"""Worked examples: short, chosen the same way each time, and true to the edits they show."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from robustness.made_up import samples, settings
from textstudy.robustness.examples import WIDTH, excerpt, worked_examples


def edited(text: str, edits) -> str:
    """The text with its edits made."""
    parts, position = [], 0
    for edit in edits:
        parts += [text[position : edit["start"]], edit["after"]]
        position = edit["end"]
    return "".join([*parts, text[position:]])


def edits_of(text: str, chosen) -> list[dict]:
    """The chosen words of a text, each edited to capitals with a mark."""
    found, start = [], 0
    for place, word in enumerate(text.split(" ")):
        if place in chosen and word:
            edit = {"start": start, "end": start + len(word), "before": word, "after": f"{word.upper()}+"}
            found.append(edit)
        start += len(word) + 1
    return found


@given(
    words=st.lists(st.text("ab\N{SNOWMAN}", min_size=1, max_size=30), min_size=1, max_size=120),
    chosen=st.sets(st.integers(0, 119), min_size=1),
)
def test_an_excerpt_is_short_and_its_edits_are_those_of_the_text(words, chosen):
    text = " ".join(words)
    edits = edits_of(text, {place % len(words) for place in chosen})
    found, moved = excerpt(text, edits)
    assert len(found) <= WIDTH + 2
    assert moved
    for edit in moved:
        assert found[edit["start"] : edit["end"]] == edit["before"]
    # What stands in the excerpt stands in the text, and after the edits in the perturbed text.
    assert found.strip("…") in text
    assert edited(found, moved).strip("…") in edited(text, edits)
    if len(text) <= WIDTH:
        assert (found, moved) == (text, edits)


def test_an_excerpt_starts_shortly_before_the_first_edit_and_is_cut_between_words():
    text = " ".join(f"word{number}" for number in range(200))
    found, moved = excerpt(text, edits_of(text, {100}))
    assert found.startswith("…word") and found.endswith("…")
    assert 0 < moved[0]["start"] <= 42
    assert set(found.strip("…").split()) <= set(text.split())


def test_one_long_word_is_shown_whole():
    text = "x" * 500 + " y"
    found, moved = excerpt(text, edits_of(text, {0}))
    assert found == "x" * 500 + "…" and moved[0]["end"] == 500


def test_one_example_for_each_kind_that_edited_anything():
    options = settings(kinds=["deletion", "insertion", "contract"])
    table = samples(4, options)
    untouched = table["perturbation"] == "contract"
    table.loc[untouched, "edits"] = pd.Series([[]] * untouched.sum(), index=table.index[untouched])
    found = worked_examples(table, options["kinds"])
    assert [example["perturbation"] for example in found] == ["deletion", "insertion"]
    for example in found:
        assert set(example) == {"perturbation", "id", "text", "edits"}
        assert example["edits"]
    assert found == worked_examples(table.sample(frac=1, random_state=0), options["kinds"])
