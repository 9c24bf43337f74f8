"""What answers mean: the label that is named, and probabilities that add up."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.prompts.answers import find_label, read_answer, token_probabilities

LABELS = ["good", "very good", "C", "C++", "sci.space", "+"]


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("good", "good"), (" GOOD.\n", "good"), ("**Very  good**", "very good"), ("Label: good", "good"),
        ("It is very good, I think.", "very good"), ("C++", "C++"), ("It is C++.", "C++"), ("c", "C"), ("+", "+"),
        ('"sci.space"', "sci.space"), ("ｇｏｏｄ", "good"), ("", None), ("none of them", None), ("goodness", None),
        ("good or sci.space", None), ("good, good", "good"), ("\x00\ud800", None),
    ],
)  # fmt: skip
def test_the_label_in_an_answer(answer, label):
    found = find_label(answer, LABELS)
    assert (None if found is None else LABELS[found]) == label


@settings(max_examples=30)
@given(st.text(max_size=40))
def test_any_answer_is_a_label_or_none(answer):
    assert find_label(answer, LABELS) in (None, *range(len(LABELS)))


def path_through(tree, words):
    """Return the tokens of the likeliest answer with those beside them, and the exact probability of each label."""
    exact = {label: 1.0 for label in product(*[range(2)] * 2)}
    first = tree[()]
    for label in exact:
        exact[label] = first[label[0]] * tree[label[:1]][label[1]]
    said = (int(np.argmax(first)),)
    said = (*said, int(np.argmax(tree[said])))
    tokens = []
    for depth in range(2):
        odds = tree[said[:depth]]
        beside = {words[depth][which]: float(np.log(odds[which])) for which in range(2)}
        tokens.append([words[depth][said[depth]], beside[words[depth][said[depth]]], beside])
    return tokens, exact, said


@settings(max_examples=30)
@given(st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3))
def test_probabilities_are_exact_on_the_path_and_shared_evenly_beside_it(odds):
    tree = {(): [odds[0], 1 - odds[0]], (0,): [odds[1], 1 - odds[1]], (1,): [odds[2], 1 - odds[2]]}
    words = [["rec.", "sci."], ["one", "two"]]
    labels = [words[0][first] + words[1][second] for first, second in product(range(2), range(2))]
    tokens, exact, said = path_through(tree, words)
    found = token_probabilities(tokens, labels).reshape(2, 2)
    np.testing.assert_allclose(found[said[0]], [exact[said[0], second] for second in range(2)])
    other = tree[()][1 - said[0]]
    np.testing.assert_allclose(found[1 - said[0]], [other / 2, other / 2])


def test_a_label_that_begins_another_keeps_its_probability():
    tokens = [[" good", np.log(0.9), {" good": np.log(0.9), "bad": np.log(0.1)}],
              ["<end>", np.log(0.7), {"<end>": np.log(0.7), " enough": np.log(0.3)}]]  # fmt: skip
    found = token_probabilities(tokens, ["good", "good enough", "bad"])
    np.testing.assert_allclose(found, [0.63, 0.27, 0.1])


def read(text, logprobs=None):
    answer = {"text": text, "logprobs": logprobs, "tokens": [9, 1], "seconds": 0.1}
    return read_answer(answer, ["yes", "no"], shares=np.array([0.3, 0.7]), smoothing=0.1, cut=False)


def test_where_probabilities_come_from():
    sure = read("yes", [["yes", np.log(0.6), {"yes": np.log(0.6), "no": np.log(0.2), "maybe": np.log(0.2)}]])
    assert sure.source == "logprobs"
    np.testing.assert_allclose(sure.probabilities, [0.7, 0.3], rtol=1e-6)  # what fits no label is spread
    alone, outside = read("No!"), read("Who knows?")
    assert (alone.source, alone.label) == ("answer", 1)
    np.testing.assert_allclose(alone.probabilities, [0.05, 0.95], rtol=1e-6)
    assert (outside.source, outside.label) == ("outside", None)
    np.testing.assert_allclose(outside.probabilities, [0.3, 0.7], rtol=1e-6)
    chatty = read("I say yes", [["I", np.log(0.99), {"I": np.log(0.99)}], [" say", 0.0, {}], [" yes", 0.0, {}]])
    assert (chatty.source, chatty.label) == ("answer", 0)
