"""What cleaning takes: words counted exactly by step and by class, and samples that show it."""

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textstudy.prepare.clean import clean, clean_and_count
from textstudy.prepare.losses import LONGEST_SAMPLE, SAMPLES, difference
from textstudy.prepare.scripts import count_words

SETTINGS = {
    "headers": True, "blocks": True, "signatures": True, "quotes": True, "minimum_characters": 8, "maximum_words": 6,
}  # fmt: skip
PIECES = st.sampled_from(
    ["From: ada@b.c", "Subject: plans", "", "> quoted words", "bob@c.d writes:", "plain words of a text", "-- ", "Ada"]
    + ["M" + "A'" * 30, "今天天气", "สวัสดี", "\u00a0", "\r\n", "the"]
)
texts = st.lists(PIECES | st.text(max_size=12), max_size=10).map("\n".join)
corpora = st.lists(st.tuples(texts, st.sampled_from("ab"), st.sampled_from(["", "train", "test"])), max_size=12)


def table(rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["text", "label", "official_split"]).astype("str")
    return frame.assign(id=[f"d{number}" for number in range(len(frame))])


def words_of(frame: pd.DataFrame) -> dict[str, int]:
    totals = frame["text"].map(count_words).groupby(frame["label"]).sum() if len(frame) else {}
    return {label: int(count) for label, count in totals.items() if count}


@example([("\xad", "a", "")], dict.fromkeys(("headers", "blocks", "signatures", "quotes"), False))
@given(corpora, st.fixed_dictionaries({name: st.booleans() for name in ("headers", "blocks", "signatures", "quotes")}))
def test_words_before_are_the_words_after_and_those_that_the_steps_took(rows, switches):
    documents = table(rows)
    cleaned, ledger = clean(documents, {**SETTINGS, **switches})
    assert ledger[0]["words_by_label"] == words_of(documents)
    assert ledger[-1]["words_by_label"] == words_of(cleaned)
    assert sum(words_of(documents).values()) == ledger[0]["words_in"]
    for earlier, line in zip(ledger, ledger[1:], strict=False):
        assert line["words_in"] == earlier["words_out"] == sum(earlier["words_by_label"].values())
        assert line["documents_in"] == earlier["documents_out"]
        assert all(count <= earlier["words_by_label"][label] for label, count in line["words_by_label"].items())
    on = {f"clean.{name}" for name, switched in switches.items() if switched}
    assert {line["setting"] for line in ledger[1:]} == {*on, "clean.minimum_characters", "clean.maximum_words"}


@given(corpora)
def test_documents_of_each_class_are_there_or_dropped_by_one_line(rows):
    documents = table(rows)
    cleaned, ledger = clean(documents, SETTINGS)
    for label, count in documents["label"].value_counts().items():
        dropped = sum(line["dropped_by_label"].get(label, 0) for line in ledger)
        assert count == dropped + (cleaned["label"] == label).sum()
    assert ledger[-1]["by_label"] == cleaned["label"].value_counts().to_dict()


@given(corpora, st.integers(0, 12))
def test_parts_of_a_corpus_can_be_cleaned_apart(rows, cut):
    """The numbers of the whole are the sums of those of its parts."""
    whole, parts = (
        clean(table(rows), SETTINGS)[1],
        [clean(table(part), SETTINGS)[1] for part in (rows[:cut], rows[cut:])],
    )
    for line, *others in zip(whole, *parts, strict=True):
        for key in ("documents_in", "documents_out", "words_in", "words_out", "changed"):
            assert line[key] == sum(other[key] for other in others)
        for key in ("by_label", "by_split", "dropped_by_label", "words_by_label"):
            names = {name for other in others for name in other[key]}
            assert line[key] == {name: sum(other[key].get(name, 0) for other in others) for name in names}


def test_the_line_that_empties_a_document_is_the_one_that_drops_it():
    rows = [
        (" \n ", "a", ""),
        ("From: a@b.c\nSubject: x\n\n", "a", ""),
        ("> one quotation\n> and no more", "b", ""),
        ("short", "b", ""),
        ("one two three four five six seven eight", "b", ""),
    ]
    _, ledger = clean(table(rows), SETTINGS)
    assert {line["reason"]: line["dropped_by_label"] for line in ledger if line["dropped_by_label"]} == {
        "no text in the corpus": {"a": 1},
        "empty without headers": {"a": 1},
        "empty without quotations": {"b": 1},
        "shorter than 8 characters": {"b": 1},
    }
    taken = {line["setting"]: line["words_in"] - line["words_out"] for line in ledger}
    assert taken["clean.headers"] == 4 and taken["clean.minimum_characters"] == 1 and taken["clean.maximum_words"] == 2
    (sample,) = next(line for line in ledger if line["part"] == "headers")["samples"]
    assert sample == {
        "id": "d1", "label": "a", "words": 4, "emptied": True, "text": "From: a@b.c\nSubject: x"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"), [("a  b\nc", 3), ("", 0), (" \u00a0\n", 0), ("今天 ok", 3), ("naïve words", 2), ("สวัส", 4)]
)
def test_words_stand_between_spaces_or_are_letters(text, words):
    assert count_words(text) == words
    assert (
        clean_and_count(text, frozenset(), {**SETTINGS, "minimum_characters": 0, "maximum_words": None})[1][0] == words
    )


def test_samples_are_few_short_spread_over_the_classes_and_always_the_same():
    quotation = "> " + "quoted " * 200
    rows = [(f"{quotation}\n\nwritten by me, number {i}", label, "") for label in "abcde" for i in range(40)]
    rows += [(quotation, "e", "")] * 5
    _, ledger = clean(table(rows), SETTINGS)
    samples = next(line for line in ledger if line["part"] == "quotes")["samples"]
    assert len(samples) == SAMPLES and {each["label"] for each in samples} >= {"a", "c", "e"}
    assert sum(each["emptied"] for each in samples) == 2, "documents that were emptied are among them"
    assert all(each["text"].startswith("> quoted") and len(each["text"]) == LONGEST_SAMPLE for each in samples)
    assert clean(table(rows), SETTINGS)[1] == ledger
    assert samples[0]["id"] != "d0"


@pytest.mark.parametrize(
    ("before", "after", "by_word", "taken"),
    [
        ("From: x\n\ntext\n> quoted\ntext", "text\ntext", False, "From: x\n> quoted"),
        ("one two three", "one", False, "two three"),
        ("all of it", "", False, "all of it"),
        ("The Engine, and it", "engine", True, "The Engine, and it"),
        ("The engine and it", "engine", True, "The and it"),
        ("same\nsame\nsame", "same\nsame", False, "same"),
    ],
)
def test_what_a_step_took(before, after, by_word, taken):
    assert difference(before, after, by_word=by_word) == taken
