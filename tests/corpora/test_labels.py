"""Labels that look alike are found, told apart in the message, and merged by the mapping that it proposes."""

import unicodedata

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from textstudy.corpora.labels import check_labels, label_names, labels_alike
from textstudy.errors import StudyError

CAFES = ["cafe\u0301", "caf\u00e9"]


@pytest.mark.parametrize(
    "labels",
    [
        ["Spam", "spam"], ["spam", "spam\u200b"], CAFES, ["1", "1.0"], ["-2", "-2.00"], ["0.5", "0.50"], ["ＡＢ", "AB"],
        ["hot  dog", "hot dog"], ["a b", "a\u00a0b"], ["STRASSE", "straße"], ["❤", "❤\ufe0f"], ["True", "true"],
        ["\ufeffham", "ham"], ["ﬁne", "fine"],
    ],
)  # fmt: skip
def test_labels_that_look_alike(labels):
    assert labels_alike([*labels, "other"]) == [sorted(labels)]
    with pytest.raises(StudyError, match="labels that look alike") as caught:
        check_labels({labels[0]: 1234, labels[1]: 7, "other": 1}, "mine.csv")
    message = str(caught.value)
    assert "(1,234)" in message and "(7)" in message
    shown = message.partition("of their own: ")[2].partition(". Correct")[0]
    assert len(set(shown.replace("(1,234)", "").replace("(7)", "").strip().split(" and "))) == 2
    assert all(mark.isprintable() and unicodedata.category(mark) != "Mn" for mark in shown)


@pytest.mark.parametrize("labels", [["1", "10"], ["1", "1.5"], ["01", "1"], ["a", "á"], ["C", "C++"], ["1.0.0", "1"]])
def test_labels_that_differ(labels):
    assert labels_alike(labels) == []
    check_labels(dict.fromkeys(labels, 1), "mine.csv")


@given(st.lists(st.sampled_from(["Spam", "spam", "spam\u200b", *CAFES, "1", "1.0", "no", "x: y"]), unique=True))
def test_the_mapping_of_the_message_makes_them_different(labels):
    counts = {label: place + 1 for place, label in enumerate(labels)}
    try:
        check_labels(counts, "mine.csv")
    except StudyError as error:
        proposed = str(error).partition("`labels`: ")[2].rpartition("; if they")[0]
        names = label_names({str(key): str(value) for key, value in yaml.safe_load(proposed).items()})
        assert {label: names[label] for label in labels}.keys() == counts.keys()
        check_labels(dict.fromkeys((names[label] for label in labels), 1), "mine.csv")


def test_values_are_looked_up_as_they_are_first():
    names = label_names({" x ": "one", "x": "two", "y ": "three"})
    assert (names[" x "], names["x"], names["y"]) == ("one", "two", "three")
