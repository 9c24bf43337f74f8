"""Accuracy on subgroups of the test documents, recomputed by plain loops; and which of them are shown to be worse."""

import numpy as np
import pandas as pd
import pytest

from textstudy.evaluate.subgroups import compare_subgroups

ENGLISH = "This is a plain English sentence about the weather and the roads of the town."
GERMAN = "Dies ist ein einfacher deutscher Satz über das Wetter und die Straßen der Stadt."


def corpus(documents=300, **columns):
    """A SPLIT table: a third of 10, 20 and 30 words; more columns hold for the test documents."""
    text = [" ".join(["word"] * (10 + 10 * (index % 3))) for index in range(documents)]
    frame = pd.DataFrame({"id": [f"d{index:03}" for index in range(documents)], "text": text, "split": "test"})
    return frame.assign(label="a", **columns)


def predictions(split, right):
    table = split[["id", "split"]].assign(label=1, predicted=np.asarray(right, int))
    return table.sample(frac=1, random_state=0)


def rows(split, right, *, cut=None, encodings=None):
    runs = {"nb": [predictions(split, each) for each in np.atleast_2d(right)]}
    found = compare_subgroups(runs, split, cut=cut or {}, encodings=encodings or {})
    return {(row["kind"], row["by"]): row for row in found}


def test_accuracy_by_length_against_plain_loops():
    split = corpus()
    right = np.random.default_rng(0).random((2, 300)) < 0.6
    row = rows(split, right)["length", "words"]
    assert row["subgroups"] == [
        {"name": "up to 10 words", "documents": 100},
        {"name": "11 to 20 words", "documents": 100},
        {"name": "more than 20 words", "documents": 100},
    ]
    for place, scores in enumerate(row["models"]["nb"]):
        inside = [right[seed][index] for seed in range(2) for index in range(300) if index % 3 == place]
        outside = [right[seed][index] for seed in range(2) for index in range(300) if index % 3 != place]
        assert scores["accuracy"]["mean"] == pytest.approx(sum(inside) / len(inside))
        assert scores["rest"]["mean"] == pytest.approx(sum(outside) / len(outside))
        assert scores["difference"]["mean"] == pytest.approx(sum(inside) / 200 - sum(outside) / 400)
        assert scores["worse"] == (scores["difference"]["high"] < 0) and 0 < scores["p_value"] <= 1


def test_a_part_is_worse_only_where_it_is_shown():
    split, generator = corpus(), np.random.default_rng(0)
    even = generator.random(300) < 0.7
    assert not any(scores["worse"] for scores in rows(split, even)["length", "words"]["models"]["nb"])
    short = np.where(np.arange(300) % 3 == 0, generator.random(300) < 0.4, generator.random(300) < 0.8)
    worse = [scores["worse"] for scores in rows(split, short)["length", "words"]["models"]["nb"]]
    assert worse == [True, False, False]


def test_only_models_that_read_an_encoding_are_compared_on_what_it_cuts():
    split = corpus()
    cut = {"words": pd.Series(np.arange(300) % 10 == 0, split["id"])}
    right = np.arange(300) % 4 > 0
    row = rows(split, right, cut=cut, encodings={"nb": "words"})["cut", "words"]
    assert [each["documents"] for each in row["subgroups"]] == [30, 270]
    assert rows(split, right, cut=cut)["cut", "words"]["models"] == {}
    few = {"words": pd.Series(np.arange(300) < 19, split["id"])}
    assert ("cut", "words") not in rows(split, right, cut=few, encodings={"nb": "words"})


def test_languages_with_enough_documents_are_compared():
    split = corpus(text=[GERMAN if index % 4 == 0 else ENGLISH for index in range(300)])
    found = rows(split, np.arange(300) % 4 > 0)
    row = found["language", "language"]
    assert row["subgroups"] == [{"name": "de", "documents": 75}, {"name": "en", "documents": 225}]
    assert [scores["worse"] for scores in row["models"]["nb"]] == [True, False]
    assert ("language", "language") not in rows(corpus(text=ENGLISH), np.arange(300) % 4 > 0)


def test_groups_of_few_values_are_compared_and_those_of_many_are_not():
    shops = [f"shop {index % 4}" if index > 19 else "" for index in range(300)]
    found = rows(corpus(group_shop=shops, group_author=[f"a{i % 13}" for i in range(300)]), np.arange(300) % 3 > 0)
    assert [each["name"] for each in found["group", "shop"]["subgroups"]] == [f"shop {i}" for i in range(4)]
    assert ("group", "author") not in found


def test_documents_of_one_author_make_a_claim_weaker():
    """The same answers, of 300 authors and of 6: all short texts are of two authors, whom the model gets wrong."""
    right = np.where(np.arange(300) % 3 == 0, np.arange(300) % 6 == 0, np.arange(300) % 7 > 0)
    many = rows(corpus(group_author=[f"a{i}" for i in range(300)]), right)["length", "words"]["models"]["nb"][0]
    few = rows(corpus(group_author=[f"a{i % 6}" for i in range(300)]), right)["length", "words"]["models"]["nb"][0]
    assert many["worse"] and not few["worse"]
    assert many["difference"]["mean"] == few["difference"]["mean"]
