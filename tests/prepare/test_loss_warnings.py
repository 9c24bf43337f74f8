"""What a preparation takes away is questioned when it is much, and not before."""

import logging
from collections import Counter

import pandas as pd
import pytest

from textstudy.corpora import table as table_corpus
from textstudy.corpora.samples import SAMPLED_FROM
from textstudy.errors import StudyError
from textstudy.prepare.clean import clean
from textstudy.prepare.deduplicate import deduplicate
from textstudy.prepare.ledger import count_documents, entry, parse_ledger, write_ledger
from textstudy.prepare.loss_warnings import loss_warnings
from textstudy.storage.files import read_json

OFF = {"headers": False, "blocks": False, "signatures": False, "quotes": False}
SETTINGS = {**OFF, "minimum_characters": 10, "maximum_words": None}
LONG = "one two three four five"


def table(**labels) -> pd.DataFrame:
    """Return documents: label → its texts."""
    rows = [(text, label) for label, texts in labels.items() for text in texts]
    frame = pd.DataFrame(rows, columns=["text", "label"]).assign(official_split="")
    return frame.assign(id=[f"d{number:04}" for number in range(len(frame))]).astype("str")


def line(before: dict[str, int], after: dict[str, int], step="clean", **more):
    counts = (Counter({("", label): count for label, count in each.items()}) for each in (before, after))
    more = {"setting": "clean.quotes", **more}
    return entry(step=step, reason="empty without quotations", before=next(counts), after=next(counts), **more)


def test_a_lost_class_is_named_with_the_reason_and_the_way_out():
    _, ledger = clean(table(refund=[LONG] * 10, thanks=["Thank you"] * 8), SETTINGS)
    (warning,) = loss_warnings(ledger)
    assert (warning["kind"], warning["labels"], warning["documents"]) == ("class lost", ["thanks"], 8)
    assert warning["text"] == (
        'Class "thanks" (8 documents) is lost. All its documents are dropped: shorter than 10 characters. '
        "To keep short texts, lower clean.minimum_characters."
    )


def test_a_class_lost_to_several_steps_has_a_reason_for_each():
    texts = ["> only a quotation\n> of two lines"] * 3 + ["ok"]
    _, ledger = clean(table(kept=[LONG] * 9, gone=texts), {**SETTINGS, "quotes": True})
    (warning,) = loss_warnings(ledger)
    assert (
        "dropped: empty without quotations (3), shorter than 10 characters (1). If these are no quo" in warning["text"]
    )
    assert warning["setting"] == "clean.quotes", "the setting that takes most"


@pytest.mark.parametrize(("dropped", "warned"), [(4, False), (5, True)])
def test_a_few_per_cent_of_all_documents_are_questioned(dropped, warned):
    ledger = [line({"a": 50, "b": 50}, {"a": 50 - dropped, "b": 50})]
    found = loss_warnings(ledger)
    assert [each["kind"] for each in found] == ["documents dropped"] * warned
    if warned:
        assert found[0]["text"].startswith(
            '5 of 100 documents (5.0 %) are dropped: empty without quotations. The largest shares: "a" (10.0 %).'
        )


@pytest.mark.parametrize(("dropped", "warned"), [(49, False), (50, True)])
def test_so_are_a_few_per_cent_of_one_class(dropped, warned):
    found = loss_warnings([line({"a": 1000, "b": 9000}, {"a": 1000 - dropped, "b": 9000})])
    assert [each["labels"] for each in found] == [["a"]] * warned
    assert not warned or "a large share of their class" in found[0]["text"] and '"a" (5.0 %)' in found[0]["text"]


def test_a_small_class_may_lose_some_by_chance():
    assert loss_warnings([line({"a": 20, "b": 9000}, {"a": 16, "b": 9000})]) == []


def test_duplicates_may_be_many_but_no_class_may_vanish():
    many = line({"a": 100, "b": 100}, {"a": 60, "b": 90}, step="deduplicate", setting="deduplicate.near_threshold")
    assert loss_warnings([many]) == []
    documents = table(a=["the same words in every text", LONG], b=["the same words in every text"])
    settings = {"near_threshold": None, "within_splits": True, "keep": "train", "conflicts": "keep"}
    *_, ledger = deduplicate(documents, settings)
    (warning,) = loss_warnings(ledger)
    assert warning["labels"] == ["b"] and warning["step"] == "deduplicate"
    assert "Look at duplicates.parquet" in warning["text"]


def test_most_of_the_words_are_questioned():
    _, ledger = clean(table(a=[f"word {LONG}"] * 9, b=["w " * 30] * 2), {**SETTINGS, "maximum_words": 6})
    (warning,) = loss_warnings(ledger)
    assert warning["kind"] == "words taken" and warning["labels"] == ["b"]
    assert warning["text"].startswith('clean.maximum_words takes most of the words of a class: "b" (80.0 %).')


def test_two_thousand_lost_classes_make_one_sentence():
    before = {f"c{number:04}": 3 for number in range(2000)}
    (warning,) = loss_warnings([line({**before, "left": 9}, {"left": 9})])
    assert len(warning["text"]) < 400 and " and 1,995 more are lost. All their documents" in warning["text"]
    assert len(warning["labels"]) == 2000 and warning["documents"] == 6000


def test_a_class_that_a_sample_leaves_out_is_named(tmp_path):
    rows = ["text,label", *["some text,common"] * 99, "another,rare"]
    (tmp_path / "texts.csv").write_text("\n".join(rows))
    sample = {"size": 10, "parts": None, "seed": 1}
    settings = {"path": str(tmp_path / "texts.csv"), "text": "text", "label": "label", "sample": sample}
    empty = dict.fromkeys(("hub", "resource", "split", "identifier", "title", "labels", "quoting", "group", "time"))
    documents = table_corpus.read(None, {**empty, **settings})
    lines = parse_ledger(documents, documents.attrs.pop(SAMPLED_FROM), "read")
    assert [each["documents_out"] for each in lines] == [100, 10]
    (warning,) = loss_warnings(lines)
    assert warning["text"].startswith('Class "rare" (1 document) is lost. All its documents are dropped: not drawn')
    assert parse_ledger(documents, None, "read")[0]["by_label"] == {"common": 10}


def test_warnings_stand_in_the_ledger_file_and_in_the_log(tmp_path, caplog):
    lines = [line({"a": 9, "b\nc": 9}, {"a": 9, "b\nc": 9}), line({"a": 9, "b\nc": 9}, {"a": 9})]
    with caplog.at_level(logging.WARNING):
        write_ledger(tmp_path / "clean.json", lines)
    written = read_json(tmp_path / "clean.json")
    assert [len(each["warnings"]) for each in written] == [0, 1]
    assert caplog.messages == written[1]["warnings"] and '"b c" (9 documents)' in caplog.messages[0]


def test_a_step_that_leaves_nothing_is_an_error_that_says_why(tmp_path):
    _, lines = clean(table(a=["ok"] * 3, b=["yes"]), SETTINGS)
    with pytest.raises(
        StudyError, match=r'clean left 0 of 4 documents\. Classes "a" \(3 documents\) and "b".*lower clean\.'
    ):
        write_ledger(tmp_path / "clean.json", lines)
    assert not list(tmp_path.iterdir())


def test_nothing_is_said_of_nothing():
    assert loss_warnings([]) == []
    empty = table()
    assert loss_warnings(clean(empty, SETTINGS)[1]) == [] and count_documents(empty).total() == 0
