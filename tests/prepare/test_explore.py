"""The description of a corpus, by hand, and of corpora without words."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_selection import chi2

from textstudy.prepare.explore import explore
from textstudy.words import find_words


def table(*rows):
    """A SPLIT table of (text, label, split)."""
    frame = pd.DataFrame(rows, columns=["text", "label", "split"])
    identifiers = [f"d{number}" for number in range(len(frame))]
    return frame.assign(id=identifiers, cluster=identifiers)


def test_by_hand():
    divided = table(
        ("apples ripen and apples fall", "red", "train"),
        ("apples ripen", "red", "train"),
        ("whales swim in the sea", "blue", "train"),
        ("whales sing", "blue", "train"),
        ("apples", "red", "validation"),
        ("whales and whales", "blue", "test"),
    )
    result = explore(divided)
    assert result["labels"] == ["blue", "red"]
    assert result["documents"] == {"train": 4, "validation": 1, "test": 1}
    assert result["by_label"]["train"] == {"blue": 2, "red": 2}
    assert (result["words"]["total"], result["words"]["median"], result["words"]["maximum"]) == (18, 2.5, 5)
    # Of the training documents, without stop words and what stands in one of them only; `and` is a stop word.
    assert result["frequent_words"] == [
        {"word": "apples", "count": 3}, {"word": "ripen", "count": 2}, {"word": "whales", "count": 2},
    ]  # fmt: skip
    assert [word["word"] for word in result["class_words"]["red"]] == ["apples", "ripen"]
    assert [word["word"] for word in result["class_words"]["blue"]] == ["whales"]


def test_a_corpus_without_words_has_none_to_list():
    generator = np.random.default_rng(5)
    texts = ["".join(generator.choice(list(".,;:!?-"), 12)) for _ in range(40)]
    divided = table(
        *[(text, "xy"[i % 2], ("train", "train", "validation", "test")[i % 4]) for i, text in enumerate(texts)]
    )
    result = explore(divided)
    assert result["frequent_words"] == []
    assert result["class_words"] == {"x": [], "y": []}
    assert result["characters"] == {"total": 480}
    json.dumps(result, allow_nan=False)


@pytest.mark.parametrize(
    ("red", "blue"),
    [("这家酒店好", "这家酒店差"), ("so 😀👍🏽", "so 😡"), ("अच्छा दिन", "अच्छी दिन")],
    ids=["Chinese", "emoji", "Hindi"],
)
def test_words_of_any_script_are_listed_whole(red, blue):
    divided = table(*[(text, label, "train") for text, label in ((red, "red"), (blue, "blue")) for _ in range(3)])
    result = explore(divided)
    found = {label: [word["word"] for word in words] for label, words in result["class_words"].items()}
    assert found["red"] and set(found["red"]) == set(find_words(red)) - set(find_words(blue))
    assert {word["word"] for word in result["frequent_words"]} == {*find_words(red), *find_words(blue)} - {"so"}


def test_the_words_of_a_class_have_the_statistic_of_scikit_learn(monkeypatch):
    monkeypatch.setattr("textstudy.ragged.CHUNK", 100)
    generator = np.random.default_rng(0)
    words = np.array([f"{letter}{other}word" for letter in "abcdefgh" for other in "klmnop"])
    labels = generator.choice(["x", "y", "z"], 200, p=[0.6, 0.3, 0.1])
    texts = [" ".join(words[generator.zipf(1.5, 9).clip(max=40) + "xyz".index(label)]) for label in labels]
    vectorizer = CountVectorizer(min_df=2, binary=True)
    present = vectorizer.fit_transform(texts)
    names = vectorizer.get_feature_names_out()
    result = explore(table(*[(text, label, "train") for text, label in zip(texts, labels, strict=True)]))
    for label in "xyz":
        score, _ = chi2(present, labels == label)
        more = present[labels == label].mean(axis=0).A1 > present[labels != label].mean(axis=0).A1
        score = np.where(more, score, 0)
        best = [i for i in np.lexsort((names, -score))[:8] if score[i] > 0]
        found = result["class_words"][label]
        assert [word["word"] for word in found] == names[best].tolist()
        np.testing.assert_allclose([word["score"] for word in found], score[best], rtol=1e-9)


def test_a_single_label_is_described():
    result = explore(table(("one two three", "x", "train"), ("one two", "x", "train"), ("one", "x", "test")))
    assert result["labels"] == ["x"] and result["class_words"] == {"x": []}
    json.dumps(result, allow_nan=False)
