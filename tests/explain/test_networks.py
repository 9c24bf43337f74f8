"""From a text to attributions of its words: tokens find their places, subwords are summed, the cut is the model's."""

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch import nn

from textstudy.encode.encoders import load_encoder, load_tokenizer
from textstudy.encode.ngram_encoder import NgramEncoder
from textstudy.encode.windows import Windows
from textstudy.encode.word_encoder import WordEncoder
from textstudy.encode.wordpieces import WordpieceEncoder
from textstudy.explain.networks import NetworkExplainer
from textstudy.explain.panel import words_to_show
from textstudy.explain.readings import NgramReader, WordpieceReader, WordReader, locate_tokens
from textstudy.models import fasttext, static
from textstudy.models.pretrained import build
from textstudy.words import find_tokens, normalise
from tiny_encoders import FINE_TUNING

VOCABULARY = ["<pad>", "<unk>", "the", "ball", "not", ",", '"']


class Bag(nn.Module):
    """Two opposite logits, the sum of one number a token: an attribution is twice the token's number, halved."""

    def __init__(self, size: int):
        super().__init__()
        self.embedding = nn.Embedding(size, 1)
        with torch.no_grad():
            self.embedding.weight[:] = torch.arange(float(size))[:, None]

    def forward(self, input_ids, lengths, weights=None):
        vectors = self.embedding(input_ids)[..., 0]
        if weights is not None:
            vectors = vectors * weights
        real = torch.arange(input_ids.shape[1]) < lengths[:, None]
        total = (vectors * real).sum(dim=1)
        return torch.stack([total, -total], dim=1)


def word_explainer(*, weighted=False, maximum_length=50):
    ids = {word: number for number, word in enumerate(VOCABULARY)}
    encoder = WordEncoder(ids, np.linspace(1, 2, len(ids), dtype=np.float32), maximum_length, True)
    return NetworkExplainer(Bag(len(VOCABULARY)), WordReader(encoder, weighted=weighted), 0)


@pytest.fixture
def piece_explainer(encoder_of):
    folder = encoder_of("bert")

    def explainer(maximum_length=50):
        encoder = WordpieceEncoder(load_tokenizer(folder), Windows(maximum_length))
        return NetworkExplainer(Bag(len(encoder.tokenizer)), WordpieceReader(encoder), encoder.tokenizer.pad_token_id)

    return explainer


@given(text=st.text() | st.text(alphabet="aİé\u0301 \"'`.,’”“ cn't-…+5\n"), lowercase=st.booleans())
@example(text="\"I can't,\" he said. ''No'' ``gonna'' cannot ... U.S. \"(x)\" İ", lowercase=True)
@example(text="Cafe\u0301 İ, 5e\u0301", lowercase=False)
def test_tokens_are_found_where_they_stand(text, lowercase):
    spans = locate_tokens(text, lowercase=lowercase)
    covered = {place for start, end in spans for place in range(start, end)}
    assert {n for n, character in enumerate(text) if not character.isspace() and character != "\u00ad"} <= covered
    assert not any(text[place].isspace() for place in covered)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)
    for token, (start, end) in zip(find_tokens(text, lowercase=lowercase), spans, strict=True):
        assert token in normalise(text[start:end].lower() if lowercase else text[start:end])


def test_words_get_the_numbers_of_their_tokens():
    found = word_explainer().explain('"The ball?"  Not the Cup, can\'t', 0)
    words = [found.text[slice(*word)] for word in found.words]
    # `?`, "Cup" and both tokens of "can't" are unknown.
    assert list(zip(words, found.attributions.round(4), strict=True)) == [
        ('"', 6), ("The", 2), ("ball", 3), ("?", 1), ('"', 6), ("Not", 4), ("the", 2), ("Cup", 1), (",", 5), ("ca", 1),
        ("n't", 1),
    ]  # fmt: skip
    assert found.difference == pytest.approx(32) and abs(found.residual) < 1e-4


def test_weights_scale_what_a_word_adds():
    explainer = word_explainer(weighted=True)
    weights = explainer.reader.encoder.encode(["the ball ball"])[1].values
    found = explainer.explain("the ball ball", 0)
    np.testing.assert_allclose(found.attributions, weights * [2, 3, 3], rtol=1e-5)


def test_what_the_model_does_not_read_is_left_out():
    found = word_explainer(maximum_length=3).explain("the ball, the ball", 0)
    assert found.text == "the ball," and len(found.words) == 3


def test_a_text_without_words_has_nothing_to_explain():
    for text in ("", " \n"):
        found = word_explainer().explain(text, 0)
        assert found.words == [] and len(found.attributions) == 0


def test_a_text_of_marks_that_the_tokenizer_drops_has_nothing_to_explain(piece_explainer):
    found = piece_explainer().explain("\x00 \x07", 0)
    assert found.words == [] and words_to_show(found, piece_explainer().attention(found)) == []


def test_subwords_are_summed_and_special_tokens_left_out(piece_explainer):
    explainer, text = piece_explainer(), "The pitchers, ballx"
    pieces = explainer.reader.backend.encode(text)
    assert len(pieces.tokens) > 6  # pitchers and ballx fall apart
    found = explainer.explain(text, 0)
    for number, (start, end) in enumerate(found.words):
        expected = sum(i for i, (a, b) in zip(pieces.ids, pieces.offsets, strict=True) if start <= a < b <= end)
        assert found.attributions[number] == pytest.approx(expected, abs=1e-3)
    assert found.difference == pytest.approx(found.attributions.sum(), abs=1e-3)


def test_a_word_cut_by_the_maximum_length_is_shown_whole_and_read_the_same(piece_explainer):
    explainer, text = piece_explainer(maximum_length=5), "The pitchers, ballx"
    found = explainer.explain(text, 0)
    assert found.text == "The pitchers"
    assert explainer.reader(found.text).input_ids.tolist() == explainer.reader(text).input_ids.tolist()


def test_top_words_are_means_over_documents_that_hold_them():
    explainer = word_explainer()  # of one token adds twice its number to class 0, less to class 1: `the` 2, `ball` 3
    tops = explainer.top_words([("the ball", 0), ("The ball the", 0), ("the ball !", 0), ("not not", 0)], 3, 5)
    assert [[word for word, _ in words] for words in tops] == [["ball", "the"], [], []]  # `not` is in one document
    assert dict(tops[0]) == pytest.approx({"ball": 3.0, "the": (2 + 4 + 2) / 3}, abs=1e-5)
    assert [len(words) for words in explainer.top_words([("the ball", 0)] * 3, 3, 1)] == [1, 0, 0]


def test_of_two_classes_what_speaks_against_one_speaks_for_the_other():
    explainer = word_explainer()
    with torch.no_grad():
        explainer.model.embedding.weight[2] = -1.5
    tops = explainer.top_words([("the ball", 0)] * 2 + [("the ball", 1)], 2, 5)
    assert [dict(words) for words in tops] == [pytest.approx({"ball": 3.0}), pytest.approx({"the": 1.5})]


def test_words_that_are_not_read_are_no_top_words():
    explainer = word_explainer(maximum_length=2)
    assert explainer.top_words([("ball ball the", 0)] * 3, 2, 5)[0] == [("ball", pytest.approx(6.0))]


def test_a_text_in_windows_is_explained_to_the_end_of_the_last(encoder_of):
    folder = encoder_of("bert")
    encoder = WordpieceEncoder(load_tokenizer(folder), Windows(8, overlap=2, maximum=3))
    network = build(FINE_TUNING | {"window_pooling": "mean"}, classes=2, encoder=load_encoder(folder), window=8)
    explainer = NetworkExplainer(network, WordpieceReader(encoder), encoder.tokenizer.pad_token_id)
    read = "the pitcher threw the ball and the crowd went wild a disk drive that"  # 6 + 4 + 4 words, each one token
    found = explainer.explain(f"{read} the ball", 0)
    assert len(explainer.reader(read).input_ids) == 3 * 8
    assert [found.text[slice(*word)] for word in found.words] == found.text.split() == read.split()
    assert found.attributions.all()
    assert found.attributions.sum() == pytest.approx(found.difference, abs=max(0.02, 0.05 * abs(found.difference)))
    weights = explainer.attention(found)
    assert weights.all() and 0.2 < weights.sum() < 1  # the rest is that of special tokens


@given(text=st.text() | st.text(alphabet="aİé\u0301 \"'`.,’”“ cn't-…+5\n"), size=st.integers(1, 3))
def test_every_ngram_has_a_place(text, size):
    reading = NgramReader(NgramEncoder(100, size, (2, 3), True))(text)
    assert len(reading.spans) == len(reading.input_ids) and all(end <= len(text) for _, end in reading.spans)


def test_a_word_gets_what_its_ngrams_add_and_half_of_its_pairs():
    encoder, text = NgramEncoder(5000, 2, (3, 3), True), "The ball"
    model = fasttext.build({"embedding_size": 1, "dropout": 0.3}, classes=2, vocabulary_size=5001).eval()
    with torch.no_grad():
        model.head.weight[:] = torch.tensor([[1.0], [-1.0]])
    the, ball = (len(encoder.hash_word(word)) for word in ("the", "ball"))
    found = NetworkExplainer(model, NgramReader(encoder), 0).explain(text, 0)
    values = model.embedding.weight[encoder.encode([text]).values].detach()[:, 0].numpy() / (the + ball + 1)
    pair = values[-1] / 2
    expected = [values[:the].sum() + pair, values[the : the + ball].sum() + pair]
    np.testing.assert_allclose(found.attributions, expected, rtol=1e-4)
    assert abs(found.residual) < 1e-6


@pytest.mark.parametrize("head", ["linear", "two_layer"])
def test_attributions_of_averaged_vectors_add_up(head):
    torch.manual_seed(0)
    settings = {"freeze_embeddings": False, "word_dropout": 0.3, "head": head, "head_size": 8, "dropout": 0.3}
    model = static.build(settings, classes=3, embedding=5 * torch.randn(len(VOCABULARY), 6))
    with torch.no_grad():
        model.head[-1].weight *= 10  # a difference that is worth explaining
    ids = {word: number for number, word in enumerate(VOCABULARY)}
    reader = WordReader(WordEncoder(ids, np.ones(len(ids), np.float32), 50, True), weighted=False)
    found = NetworkExplainer(model, reader, 0).explain("the ball, not the cup", 1)
    assert abs(found.difference) > 0.5 and abs(found.residual) <= 0.05 * abs(found.difference)
