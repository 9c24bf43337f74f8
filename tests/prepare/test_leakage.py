"""Measured leakage: planted leaks raise the accuracy, absent ones do not, and intervals are those of a bootstrap."""

import numpy as np
import pandas as pd
import pytest

from textstudy.prepare.clean import clean
from textstudy.prepare.clean_text import clean_text
from textstudy.prepare.deduplicate import deduplicate
from textstudy.prepare.leakage import MODEL, _row, measure_leakage
from textstudy.prepare.split import split

CLEAN = {
    "headers": True,
    "quotes": True,
    "signatures": True,
    "blocks": True,
    "minimum_characters": 10,
    "maximum_words": 400,
}
DEDUPLICATE = {"near_threshold": 0.7, "within_splits": True, "keep": "train", "conflicts": "keep"}
SPLIT = {"validation": 0.2, "test": 0.3, "by": "label", "group": None, "seed": 13}
NO_DUPLICATES = pd.DataFrame({"id": [], "match": []}, dtype="str")


def documents(texts, *, official):
    return pd.DataFrame(
        {
            "id": [f"d{i:03}" for i in range(len(texts))],
            "text": texts,
            "label": [("left", "right")[i % 2] for i in range(len(texts))],
            "official_split": official,
        }
    ).astype("str")


@pytest.fixture(scope="module")
def gossip():
    """Messages whose bodies are unrelated to their labels, while the organisation in the header gives it away."""
    generator = np.random.default_rng(4)
    texts = [
        f"From: someone@example.org\nOrganization: {('Sinistra', 'Dextra')[i % 2]} Institute\n\n"
        + " ".join(generator.choice(list("bcdfghjklmnpqrst"), 40).repeat(2).reshape(40, 2).astype(object).sum(axis=1))
        for i in range(200)
    ]
    return documents(texts, official=["train"] * 120 + ["test"] * 80)


def prepared(raw, settings=CLEAN):
    cleaned, _ = clean(raw, settings)
    unique, duplicates, _ = deduplicate(cleaned, DEDUPLICATE)
    divided, _ = split(unique, SPLIT)
    return divided, duplicates


def by_name(result):
    return {row["variant"]: row for row in result["variants"]}


def test_headers_that_give_the_label_away_raise_the_accuracy(gossip):
    divided, duplicates = prepared(gossip)
    result = measure_leakage(gossip, divided, duplicates, CLEAN)
    rows = by_name(result)
    leaks = ["headers left in", "other header fields left in", "everything left in"]
    assert list(rows) == ["clean", *leaks]  # no subjects, quotes, signatures, duplicates here
    assert rows["clean"]["accuracy"] < 0.7
    assert rows["headers left in"]["accuracy"] > 0.95
    assert rows["headers left in"]["difference_low"] > 0.2
    assert rows["clean"]["difference"] == rows["clean"]["difference_low"] == rows["clean"]["difference_high"] == 0
    for row in rows.values():
        assert row["low"] <= row["accuracy"] <= row["high"]
        assert row["difference_low"] <= row["difference"] <= row["difference_high"]
        assert row["difference"] == pytest.approx(row["accuracy"] - rows["clean"]["accuracy"])
        assert row["documents"] == 80
    assert measure_leakage(gossip, divided, duplicates, CLEAN) == result


def test_of_very_many_documents_a_sample_is_measured(gossip, monkeypatch):
    copies = gossip.iloc[:60].assign(id=[f"copy-{number}" for number in range(60)])
    raw = pd.concat([gossip, copies], ignore_index=True)
    divided, duplicates = prepared(raw)
    whole = measure_leakage(raw, divided, duplicates, CLEAN)
    assert "sample" not in whole
    monkeypatch.setattr("textstudy.prepare.leakage.MOST", 150)
    result = measure_leakage(raw, divided, duplicates, CLEAN)
    assert result["sample"] == 150
    rows = by_name(result)
    assert 40 < rows["clean"]["documents"] < 80 and rows["headers left in"]["difference_low"] > 0
    assert list(rows) == list(by_name(whole)) and "duplicates left in" in rows
    assert measure_leakage(raw, divided, duplicates, CLEAN) == result


def test_what_a_study_leaves_in_is_no_variant(gossip):
    settings = CLEAN | {"headers": False}
    divided, duplicates = prepared(gossip, settings)
    assert list(by_name(measure_leakage(gossip, divided, duplicates, settings))) == ["clean"]


def test_variants_are_reduced_to_content_words_like_the_clean_texts(gossip, monkeypatch):
    stop_words = frozenset({"from", "organization", "institute"})
    longer = gossip.assign(text=gossip["text"].str.replace(r"\b(\w\w)\b", r"<b>\1\1</b>", regex=True))
    cleaned, _ = clean(longer, CLEAN, stop_words)
    divided, _ = split(
        cleaned.assign(cluster=cleaned["id"]),
        SPLIT,
    )
    seen = []

    def watched(text, **switches):
        seen.append(clean_text(text, **switches))
        return seen[-1]

    monkeypatch.setattr("textstudy.prepare.leakage.clean_text", watched)
    result = measure_leakage(longer, divided, NO_DUPLICATES, CLEAN, stop_words)
    leaks = ["headers left in", "other header fields left in", "everything left in"]
    assert list(by_name(result)) == ["clean", *leaks]
    assert any("sinistra" in text for text in seen)
    assert not any(word in stop_words for text in seen for word in text.split())


def test_texts_without_headers_have_no_variant_but_duplicates():
    """All switches are on, but plain sentences have nothing to remove."""
    generator = np.random.default_rng(1)
    texts = [" ".join(generator.choice(["good", "bad", "film", "plot", "cast", "dull"], 8)) for _ in range(150)]
    raw = documents(texts + texts[:20], official=["test"] * 50 + ["train"] * 120)
    settings = {**CLEAN, "minimum_characters": 0}
    cleaned, _ = clean(raw, settings)
    unique, duplicates, _ = deduplicate(cleaned, DEDUPLICATE | {"within_splits": False, "keep": "held_out"})
    divided, _ = split(unique, SPLIT | {"test": "official"})
    result = measure_leakage(raw, divided, duplicates, settings)
    assert list(by_name(result)) == ["clean", "duplicates left in"]
    assert {row["documents"] for row in result["variants"]} == {50}  # train lost them, so test is as before


@pytest.mark.parametrize("marks", [".,;:!?-", ""], ids=["marks", "words of one text each"])
def test_nothing_is_measured_on_texts_without_words(marks):
    """The model can learn nothing, with or without leaks."""
    generator = np.random.default_rng(5)
    texts = ["".join(generator.choice(list(marks), 12)) if marks else f"word{n} more{n}" for n in range(40)]
    header = "From: someone@example.org\nSubject: none\n\n"
    raw = documents([header + text for text in texts], official=["train"] * 30 + ["test"] * 10)
    settings = CLEAN | {"signatures": False}  # which takes such a line for the name of a sender
    divided, duplicates = prepared(raw, settings)
    assert divided["text"].tolist() == texts
    result = measure_leakage(raw, divided, duplicates, settings)
    assert result == {"model": MODEL, "variants": []}


def test_a_single_label_is_always_right(gossip):
    """The audit fails with an explanation for such a corpus; a failure here would hide it."""
    divided, duplicates = prepared(gossip.assign(label="left"))
    result = measure_leakage(gossip.assign(label="left"), divided, duplicates, CLEAN)
    assert {row["accuracy"] for row in result["variants"]} == {1}


def test_every_variant_is_cut_to_the_same_number_of_words(gossip):
    """With a limit of four words, which the first header field uses up, the headers give nothing away."""
    settings = CLEAN | {"maximum_words": 4, "minimum_characters": 0}
    cleaned, _ = clean(gossip, settings)
    divided, _ = split(
        cleaned.assign(cluster=cleaned["id"]),
        SPLIT,
    )
    lengthened = gossip.assign(text="Subject: about nothing at all\n" + gossip["text"])
    rows = by_name(measure_leakage(lengthened, divided, NO_DUPLICATES, settings))
    assert rows["headers left in"]["accuracy"] < 0.7


@pytest.mark.parametrize("official", [["train"] * 120 + ["test"] * 80 + ["train"] * 40 + ["test"] * 60, [""] * 300])
def test_duplicates_are_put_back(gossip, official):
    """The 100 copies of earlier messages are removed, and put back into their official or random splits."""
    texts = gossip["text"].tolist()
    raw = documents(texts + texts[:100], official=official)
    divided, duplicates = prepared(raw)
    assert (duplicates["match"] != "kept").sum() == 100
    rows = by_name(measure_leakage(raw, divided, duplicates, CLEAN))
    extended, before = rows["duplicates left in"], rows["clean"]
    added = extended["documents"] - before["documents"]
    assert added == 60 if official[0] else 0 < added < 100
    # A text that was trained on is recognised; the rest is guessed, with and without duplicates.
    assert extended["accuracy"] > before["accuracy"] + 0.1
    assert extended["difference_low"] > 0


def test_intervals_are_those_of_resampled_documents():
    generator = np.random.default_rng(0)
    before = generator.random(300) < 0.6
    after = np.concatenate([before ^ (generator.random(300) < 0.2), generator.random(60) < 0.9])
    row = _row("variant", after, before, np.random.default_rng(1))
    accuracies, differences = [], []
    for _ in range(4_000):
        drawn = generator.integers(0, 360, 360)
        common = drawn[drawn < 300]
        accuracies.append(after[drawn].mean())
        differences.append(after[drawn].mean() - before[common].mean())
    expected = np.quantile([accuracies, differences], [0.025, 0.975], axis=1).T.ravel()
    got = [row["low"], row["high"], row["difference_low"], row["difference_high"]]
    assert got == pytest.approx(expected, abs=0.006)
    assert row["documents"] == 360


def test_the_price_of_headers_is_that_of_the_subject_and_that_of_the_other_fields(gossip):
    """The organisation tells the label, the subject does not."""
    with_subject = gossip.assign(text="Subject: Re: " + gossip["id"] + "\n" + gossip["text"])
    rows = by_name(measure_leakage(with_subject, *prepared(with_subject), CLEAN))
    assert rows["other header fields left in"]["difference_low"] > 0.2
    assert rows["subject left in"]["difference_high"] < 0.2


def test_a_leak_that_names_the_author_helps_only_with_known_authors(gossip):
    """Twenty authors write under one label each, others write once, and the words of a message are of no use."""
    authors = [f"name{i % 20 if i < 160 else i}" for i in range(200)]
    words = gossip["text"].str.partition("\n\n")[2]
    signed = gossip.assign(
        text=[f"From: {who}\nLines: 9\n\n{text}" for who, text in zip(authors, words, strict=True)],
        group_author=authors,
        official_split="",
    )
    divided, duplicates = prepared(signed)
    result = measure_leakage(signed, divided, duplicates, CLEAN)
    row = by_name(result)["headers left in"]
    assert row["difference_low"] > 0.1
    unknown = row["unknown_groups"]["author"]
    assert unknown["difference_low"] <= 0 < unknown["documents"] < 30
    assert [price["by"] for price in result["splits"]] == ["author"]
