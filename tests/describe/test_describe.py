"""What a model is made of: the steps in their order, symbolic shapes, every parameter counted."""

import json

import pytest
import torch

from small_runs import run_of
from textstudy.describe.describe import describe_linear, describe_run
from textstudy.describe.networks import SIZES, _size
from textstudy.settings.models.neighbours import NeighboursModel
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.settings.models.transformer import TransformerModel
from textstudy.storage.files import write_json

LABELS = ("a", "b", "c")
CLASSES = len(LABELS)
TRAINING = {"epochs": 1, "batch_size": 4, "learning_rate": 1e-3}
RECURRENT = RecurrentModel(
    architecture="recurrent", cell="lstm", layers=2, hidden_size=6, embedding_size=8, embeddings="random",
    bidirectional=True, pooling="attention", dropout=0.3, embedding_dropout=0.2, encoding="words", training=TRAINING,
)  # fmt: skip
TRANSFORMER = TransformerModel(
    architecture="transformer", layers=4, heads=2, hidden_size=8, embedding_size=8, feedforward_size=16,
    embeddings="random", dropout=0.1, pooling="cls", encoding="words", training=TRAINING,
)  # fmt: skip


@pytest.fixture
def described(tmp_path):
    """What the settings of a network mean on a vocabulary of 50 words."""
    write_json(tmp_path / "encoding.json", {"vocabulary_size": 50})

    def describe(model, **files):
        return describe_run(run_of(model, tmp_path, labels=LABELS, encoding_folder=tmp_path, **files))

    return describe


def names(steps):
    return [(step["repeats"], step["name"], step["type"]) for step in steps]


def test_a_recurrent_network(described):
    found = described(RECURRENT)
    assert found["inputs"] == {"input_ids": ["batch", "time"]}
    embedding, encoder, attention, head = found["steps"]
    assert (embedding["type"], embedding["output"]) == ("Embedding", ["time", "batch", 8])
    assert embedding["parameters"] == embedding["trainable"] == 50 * 8
    assert encoder["output"] == ["time", "batch", 12]
    assert names(encoder["steps"]) == [(1, "layers.0", "RecurrentLayer"), (1, "layers.1", "RecurrentLayer")]
    assert names(encoder["steps"][0]["steps"]) == [(2, "ahead, back", "LSTM")]
    assert (attention["type"], attention["output"]) == ("AttentionPooling", ["batch", 12])
    assert (head["type"], head["output"], head["parameters"]) == ("Linear", ["batch", CLASSES], 12 * CLASSES + CLASSES)
    assert sum(step["parameters"] for step in found["steps"]) == found["parameters"]["total"]


def test_weights_of_words_are_an_input_of_their_own(described):
    assert set(described(RECURRENT.model_copy(update={"tfidf_weighting": True}))["inputs"]) == {"input_ids", "weights"}


def test_equal_layers_stand_as_one_and_a_class_vector_makes_the_document_longer(described):
    found = described(TRANSFORMER)
    (layers,) = [step for step in found["steps"] if step["type"] == "TransformerLayer"]
    assert (layers["repeats"], layers["name"]) == (4, "layers.0 to layers.3")
    assert layers["output"] == ["batch", "time + 1", 8]
    outside = 8  # the class vector, which is no module
    assert sum(s["repeats"] * s["parameters"] for s in found["steps"]) + outside == found["parameters"]["total"]


@pytest.mark.parametrize("strategy", ["full", "freeze"])
def test_a_pretrained_encoder(described, encoder_of, strategy):
    model = PretrainedModel(architecture="pretrained", strategy=strategy, pooling="mean", training=TRAINING)
    found = described(model, encoder_folder=encoder_of("bert"))
    encoder, head = found["steps"]
    assert (encoder["type"], encoder["output"]) == ("BertModel", ["batch", "time", 32])
    assert names(encoder["steps"][-1]["steps"]) == [(2, "layer.0 to layer.1", "BertLayer")]
    assert encoder["trainable"] == (encoder["parameters"] if strategy == "full" else 0)
    assert found["parameters"]["frozen"] == (0 if strategy == "full" else encoder["parameters"])
    assert head["trainable"] == head["parameters"] > 0


def test_the_adapters_of_an_encoder_are_what_learns_in_it(described, encoder_of):
    model = PretrainedModel(architecture="pretrained", strategy="lora", lora={"rank": 2}, training=TRAINING)
    encoder, head = described(model, encoder_folder=encoder_of("bert"))["steps"]
    layer = encoder["steps"][1]["steps"][0]
    attention = {step["name"]: step for step in layer["steps"][0]["steps"][0]["steps"]}
    learned = {name: step["trainable"] for name, step in attention.items()}
    assert learned == {"query": 2 * (32 + 32), "key": 0, "value": 2 * (32 + 32)}
    assert encoder["trainable"] == 2 * layer["trainable"] == 4 * 128 and head["trainable"] == head["parameters"]


def test_neighbours_remember_nothing_yet(described, encoder_of):
    model = NeighboursModel(architecture="neighbours", encoding="wordpieces", pooling="mean")
    encoder, head = described(model, encoder_folder=encoder_of("bert"))["steps"]
    assert (encoder["trainable"], head["parameters"]) == (0, 0)
    assert (head["type"], head["output"]) == ("NearestNeighbours", ["batch", CLASSES])


def test_describing_draws_no_random_number_of_the_run_that_follows(described):
    torch.manual_seed(5)
    state = torch.random.get_rng_state()
    described(RECURRENT)
    assert torch.equal(state, torch.random.get_rng_state())


def test_a_linear_model():
    settings = {"classifier": "svm", "word_ngrams": [1, 2], "character_ngrams": [3, 5]}
    found = describe_linear(settings, {"characters": 3, "words": 2}, classes=4)
    features, classifier = found["steps"]
    assert features["output"] == ["batch", 5]
    assert [step["type"] for step in features["steps"]] == ["TF-IDF of 1 to 2 words", "TF-IDF of 3 to 5 characters"]
    assert classifier["type"] == "linear support vector machine"
    assert found["parameters"]["total"] == classifier["parameters"] == 5 * 4 + 4
    json.dumps(found)


def test_a_linear_model_that_found_characters_alone():
    settings = {"classifier": "svm", "word_ngrams": None, "character_ngrams": [1, 3]}
    found = describe_linear(settings, {"characters": 3}, classes=2)
    assert [(step["name"], step["type"]) for step in found["steps"]] == [
        ("characters", "TF-IDF of 1 to 3 characters"),
        ("classifier", "linear support vector machine"),
    ]


def test_a_size_that_is_neither_is_said_to_be_unknown():
    (batch, time), (more_batch, more_time) = (tuple(sizes.values()) for sizes in SIZES)
    assert _size(64, 64) == 64
    assert _size(batch, more_batch) == "batch"
    assert _size(time + 1, more_time + 1) == "time + 1"
    assert _size(batch * time, more_batch * more_time) == "?"
