"""Counts of tokens and of unknown ones, by hand."""

import pytest

from robustness.small_models import MODELS
from small_runs import trained_run
from textstudy.encode.encoders import load_tokenizer
from textstudy.robustness.tokens import load_token_counter
from textstudy.settings.models.fasttext import FasttextModel


@pytest.fixture
def counter(frame, tmp_path, encoder_of):
    """A function from a kind of model to its counter of tokens."""

    def load(kind: str):
        split = frame.assign(cluster=frame["id"])
        return load_token_counter(trained_run(MODELS[kind], split, tmp_path, encoder_of("bert")))

    return load


def test_words_are_counted_before_truncation_and_an_empty_text_is_one_unknown_word(counter):
    count = counter("words")  # it truncates at 12 words; of those below only "quagga" stands in no training text
    assert count(["The ball, the quagga!", "ball " * 30, ""]).tolist() == [[6, 1], [30, 0], [1, 1]]


def test_a_linear_model_counts_the_words_of_its_features(counter):
    count = counter("linear")
    # Its words are without punctuation.
    assert count(["The ball, the quagga!", "BALL ball", ""]).tolist() == [[4, 1], [2, 0], [0, 0]]


@pytest.mark.parametrize("kind", ["wordpieces", "freeze"])
def test_wordpieces_are_counted_before_truncation_without_the_special_ones(counter, kind, encoder_of):
    count = counter(kind)  # it truncates at 12
    tokenizer = load_tokenizer(encoder_of("bert"))
    texts = ["The ball", "bal", "ball " * 30, "\N{GREEK SMALL LETTER ALPHA}ball the", ""]
    pieces = [tokenizer.tokenize(text) for text in texts]
    assert pieces[:2] == [["the", "ball"], ["b", "##a", "##l"]]
    assert pieces[3] == ["[UNK]", "the"]
    assert count(texts).tolist() == [[2, 0], [3, 0], [30, 0], [2, 1], [0, 0]]


def test_no_ngram_is_unknown(frame, tmp_path, encoder_of):
    model = FasttextModel(architecture="fasttext", embedding_size=2)
    run = trained_run(model, frame.assign(cluster=frame["id"]), tmp_path, encoder_of("bert"), learned=False)
    # <ab> has the n-grams <ab ab>, of three characters, and itself; a pair of words is one more.
    assert load_token_counter(run)(["ab", "ab ab", ""]).tolist() == [[3, 0], [7, 0], [1, 0]]
