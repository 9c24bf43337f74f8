"""A run explained from its folder: what stands in explanations.json, and that it is true of models that learned."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from paths import ROOT
from small_runs import trained_run
from textstudy.errors import StudyError
from textstudy.evaluate.predictors import load_predictor
from textstudy.explain import explain
from textstudy.explain.explain import draw_sample, explain_run
from textstudy.explain.faithfulness import deletion_test, inverse_document_frequencies
from textstudy.settings.models import AS_MODEL
from textstudy.storage.files import write_json
from textstudy.workflow.digests import import_closure

TRAINING = {"epochs": 6, "batch_size": 16, "learning_rate": 0.02}
SPORT, COMPUTER = ["ball", "pitcher", "crowd", "fence"], ["disk", "drive", "cable", "controller"]
COMMON = ["the", "it", "is", "and", "went", "here", "that", "or", "he", "over"]
SMALL = {"training": TRAINING, "embeddings": "random", "embedding_size": 16}
MODELS = {
    "linear": {"architecture": "linear", "minimum_document_frequency": 1, "classifier": "logistic"},
    "recurrent": SMALL | {"architecture": "recurrent", "layers": 1, "hidden_size": 16, "tfidf_weighting": True},
    "transformer": SMALL
    | {"architecture": "transformer", "hidden_size": 16, "feedforward_size": 16, "heads": 2}
    | {"training": TRAINING | {"learning_rate": 0.01}},  # at 0.02 it mixes up words of a document
    "freeze": {"training": TRAINING, "architecture": "pretrained", "pooling": "mean", "standardize": True},
    "full": {
        "training": TRAINING | {"learning_rate": 1e-3},
        "architecture": "pretrained",
        "strategy": "full",
        "pooling": "mean",
    },
}


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """A sample that takes little time."""
    monkeypatch.setattr(explain, "MOST_EXPLAINED", 30)


@pytest.fixture(scope="module")
def split() -> pd.DataFrame:
    """240 documents whose class shows in two of their ten words, as a SPLIT table."""
    generator, rows = np.random.default_rng(8), []
    for number in range(240):
        own = SPORT if number % 2 else COMPUTER
        words = [*generator.choice(own, 2), *generator.choice(COMMON, 8)]
        part = ("train", "train", "validation", "test")[number // 2 % 4]
        rows.append(
            (f"document-{number}", " ".join(generator.permutation(words)), ("computer", "sport")[number % 2], part)
        )
    frame = pd.DataFrame(rows, columns=["id", "text", "label", "split"])
    return frame.assign(cluster=frame["id"])


@pytest.fixture(scope="module")
def run_of(split, encoder_of, tmp_path_factory):
    """A function from a model's name to the arguments that explain its run; trained once, or with random weights."""
    made: dict[tuple[str, bool], dict] = {}

    def arguments(name: str, *, learned: bool = True) -> dict:
        if (name, learned) not in made:
            made[name, learned] = _made(name, learned, split, encoder_of("bert"), tmp_path_factory.mktemp(name))
        return made[name, learned]

    yield arguments
    torch.use_deterministic_algorithms(False)


def _made(name: str, learned: bool, split: pd.DataFrame, encoder: Path, folder: Path) -> dict:
    model = AS_MODEL.validate_python(MODELS[name])
    run = trained_run(model, split, folder, encoder, length=30, learned=learned)
    test = split[split["split"] == "test"]
    found = load_predictor(run)(test["text"].tolist())
    predictions = pd.DataFrame(
        {
            "id": test["id"],
            "split": "test",
            "label": test["label"].map({"computer": 0, "sport": 1}).astype("int32"),
            "predicted": found.argmax(axis=1).astype("int32"),
            "probabilities": list(found),
        }
    )
    settings = {"documents": 6, "words": 5}
    tables = {"split": split, "predictions": predictions, "samples": None, "scores": None}
    return {"run": run, "settings": settings, **tables}


def deleted(attributions, arguments) -> dict:
    """The deletion test of a run's attributions."""
    split = arguments["split"]
    return deletion_test(
        attributions, {}, texts=dict(zip(split["id"], split["text"], strict=True)), models=1,
        idf=inverse_document_frequencies(split["text"]), predict_proba=load_predictor(arguments["run"]),
    )  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_learned_is_explained_by_the_words_of_its_classes(name, run_of):
    found, attributions = explain_run(**run_of(name))
    assert found["method"] == ("weights" if name == "linear" else "integrated gradients")
    test = deleted(attributions, run_of(name))
    assert {row["order"]: row["shown"] for row in test["comparisons"]}["random"] and test["documents"] == 30
    for label, words in {"sport": SPORT, "computer": COMPUTER}.items():
        tops = [word for word, _ in found["top_words"][label]]
        # A head on an encoder with random weights, which cannot tell words apart as well, finds less.
        assert len(tops) == 5 and len(set(tops[:3]) & set(words)) >= (1 if name == "freeze" else 2)
    completeness = found["completeness"]
    assert completeness["residual"] <= 0.05 * completeness["difference"] + 0.02
    for document in found["documents"]:
        sizes = [abs(token["attribution"]) for token in document["tokens"]]
        assert max(sizes) == 1.0 and len(sizes) == 10
        attention = [token["attention"] for token in document["tokens"]]
        assert (attention[0] is None) if name == "linear" else 0 < sum(attention) <= 1.01


@pytest.mark.parametrize("name", ["recurrent", "transformer", "full"])
def test_random_weights_do_not_pass(name, run_of):
    arguments = run_of(name, learned=False)
    at_random, _ = deleted(explain_run(**arguments)[1], arguments)["comparisons"]
    assert at_random["order"] == "random" and not at_random["shown"]


@pytest.mark.parametrize("name", ["linear", "recurrent", "freeze"])
def test_the_same_run_has_the_same_explanation_whatever_the_order_of_the_rows(name, run_of, tmp_path):
    arguments = run_of(name)
    shuffled = {key: arguments[key].sample(frac=1, random_state=2) for key in ("split", "predictions")}
    for file, changes in {"first": {}, "shuffled": shuffled}.items():
        explanations, attributions = explain_run(**(arguments | changes))
        write_json(tmp_path / file, [explanations, attributions.to_json()])
    assert (tmp_path / "first").read_bytes() == (tmp_path / "shuffled").read_bytes()


def test_a_flipped_document_is_shown_as_it_was_perturbed(run_of):
    arguments = run_of("recurrent")
    test = arguments["predictions"].merge(arguments["split"][["id", "text"]], on="id")
    base = {"share": 0.2, "variant": 0}
    samples = test[["id"]].assign(text="the disk and the drive", label="x", perturbation="qwerty", **base)
    scores = test[["id"]].assign(
        label=0, perturbation="qwerty", predicted=0, probabilities=[np.array([0.9, 0.1])] * len(test), **base
    )
    found, _ = explain_run(**(arguments | {"samples": samples, "scores": scores}))
    flipped = [document for document in found["documents"] if document["kind"] == "flipped"]
    assert flipped
    for document in flipped:
        assert (document["label"], document["predicted"], document["perturbation"]) == ("sport", "computer", "qwerty")
        assert [token["text"] for token in document["tokens"]] == ["the", "disk", "and", "the", "drive"]
        assert document["tokens"][1]["attribution"] > 0.3 and document["probability"] == 0.9


def test_a_sample_is_bounded_by_its_words():
    texts = ["word " * length for length in (700, 3, 0, 9)] * 20
    test = pd.DataFrame({"id": [f"d{n}" for n in range(80)], "text": texts, "label": [0, 1] * 40})
    found = draw_sample(test, words=9000, most=400)
    lengths = found["text"].str.split().str.len().clip(upper=512)
    assert 0 not in set(lengths) and 9000 - 512 < lengths.sum() <= 9000
    few = draw_sample(test, words=0, most=400)
    assert few["id"].tolist() == found["id"].tolist()[: explain.FEWEST]
    assert len(draw_sample(test, words=10**9, most=400)) == 60 and len(draw_sample(test, words=10**9, most=7)) == 7
    with pytest.raises(StudyError, match="no test document has a word"):
        draw_sample(test.assign(text=" "), words=9, most=9)


def test_the_explanation_of_a_linear_model_does_not_depend_on_that_of_networks():
    script = ROOT / "workflow_scripts" / "explain.py"
    linear = import_closure(script, ["textstudy.explain.linear", "textstudy.models.linear"])
    assert not [name for name in linear if name.startswith(("textstudy.train", "textstudy.encode"))]
    assert not {"textstudy.explain.networks", "textstudy.explain.gradients", "textstudy.explain.attention"} & set(
        linear
    )
    networks = import_closure(script, ["textstudy.explain.networks"])
    assert "textstudy.models.attention" not in networks and "textstudy.explain.linear" not in networks
