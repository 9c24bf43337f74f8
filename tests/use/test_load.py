"""A loaded model says what the evaluation of its run said, bit for bit, and tells mistakes in a sentence."""

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from sample import sample
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import classification_report, get_scorer
from sklearn.model_selection import cross_val_score

import textstudy
from described_runs import write_description
from small_runs import run_of
from textstudy.errors import StudyError
from textstudy.evaluate.ensembles import evaluate_ensemble
from textstudy.machine.devices import resolve_precision
from textstudy.prepare.clean import clean
from textstudy.runs import RunFiles, read_run
from textstudy.settings.models.embedding_recurrent import EmbeddingRecurrentModel
from textstudy.settings.models.encoder_decoder import EncoderDecoderModel
from textstudy.settings.models.ensemble import EnsembleModel
from textstudy.settings.models.linear import LinearModel
from textstudy.settings.models.neighbours import NeighboursModel
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.settings.models.recurrent import RecurrentModel
from textstudy.settings.models.transformer import TransformerModel
from textstudy.storage.files import write_json
from textstudy.storage.tables import PREDICTIONS, read_table, write_table
from textstudy.train.ensembles import train_ensemble
from textstudy.train.neighbours import train_neighbours
from use.finished import CLEAN, CORPUS, finish, finished_run, make_split

# Of a frozen encoder without bfloat16, the last bits of the states depend on how many documents share a batch.
STATES = 0 if resolve_precision("auto", torch.device("cpu")) == "bfloat16" else 1e-6
TRAINING = {"epochs": 1, "batch_size": 8}
PRETRAINED = {"architecture": "pretrained", "training": TRAINING, "pooling": "mean", "standardize": True}
WORDS = {"training": TRAINING, "embeddings": "random", "embedding_size": 8}
MODELS = {
    "linear": LinearModel(architecture="linear", minimum_document_frequency=1),
    "recurrent": RecurrentModel(architecture="recurrent", **WORDS, hidden_size=5, tfidf_weighting=True),
    "encoder_decoder": EncoderDecoderModel(architecture="encoder_decoder", **WORDS, hidden_size=5),
    "transformer": TransformerModel(architecture="transformer", **WORDS, hidden_size=8, heads=2),
    "freeze": PretrainedModel(**PRETRAINED),
    "full": PretrainedModel(**PRETRAINED, strategy="full"),
    "hybrid": PretrainedModel(**PRETRAINED, strategy="hybrid", head_training=TRAINING),
    "lora": PretrainedModel(**PRETRAINED | {"training": TRAINING | {"learning_rate": 0.05}}, strategy="lora"),
    "embeddings": EmbeddingRecurrentModel(
        architecture="embedding_recurrent", training=TRAINING, hidden_size=5, head_size=4
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def split() -> pd.DataFrame:
    return make_split()


@pytest.fixture(scope="module")
def linear(split, tmp_path_factory):
    """The folder of a linear run."""
    return finished_run(MODELS["linear"], split, tmp_path_factory.mktemp("models") / "linear", None)


def predicted(folder, part: str) -> np.ndarray:
    table = read_table(folder / "predictions.parquet", PREDICTIONS)
    return np.stack(table.loc[table["split"] == part, "probabilities"])


def assert_same_bits(folder, split, parts=("validation", "test"), *, atol: float = 0) -> None:
    model = textstudy.load(folder)
    for part in parts:
        texts = split.loc[split["split"] == part, "text"]
        found = model.predict_proba(texts, clean=False)
        np.testing.assert_allclose(found, predicted(folder, part), rtol=0, atol=atol)


@pytest.mark.parametrize("kind", MODELS)
def test_a_loaded_model_has_the_bits_of_the_evaluation(split, kind, tmp_path, encoder_of):
    made = finished_run(MODELS[kind], split, tmp_path / kind, encoder_of("bert"), learned=kind in ("hybrid", "lora"))
    assert_same_bits(made, split, atol=STATES if kind == "freeze" else 0)


def test_so_have_nearest_neighbours(split, tmp_path, encoder_of):
    frozen = finished_run(MODELS["freeze"], split, tmp_path / "freeze", encoder_of("bert"))
    files = replace(
        RunFiles(tmp_path / "near/run"), encoding_folder=frozen.parent / "encoding", encoder_folder=encoder_of("bert"),
        features_path=frozen.parent / "encoding/features.safetensors",
    )  # fmt: skip
    model = NeighboursModel(architecture="neighbours", neighbours=[3])
    train_neighbours(replace(run_of(model, files.folder), files=files))
    assert_same_bits(finish(read_run(files), split, "near"), split, atol=STATES)


@pytest.mark.parametrize("method", ["average", "pool", "learned"])
def test_so_has_an_ensemble_for_the_documents_that_no_fold_fitted(split, method, tmp_path):
    kinds = ("linear", "recurrent")
    members = {kind: finished_run(MODELS[kind], split, tmp_path / kind, None, learned=True) for kind in kinds}
    model = EnsembleModel(architecture="ensemble", members=kinds, method=method, training=TRAINING)
    run = run_of(model, tmp_path / "both/run")
    files, labels = (
        {name: folder / "predictions.parquet" for name, folder in members.items()},
        sorted({*split["label"]}),
    )
    combined = train_ensemble(run, files, labels=labels, checkpoint_root=tmp_path)
    scored, _, calibration = evaluate_ensemble(combined, labels, temperature_scaling=True)
    write_table(scored, run.files.folder / "predictions.parquet", PREDICTIONS)
    path = run.files.folder / "calibration.json"
    write_json(path, calibration)
    members = {name: str(folder) for name, folder in members.items()}
    write_description(
        run.files.folder, "both", clean=CLEAN, corpus=CORPUS, files={"calibration": str(path)}, members=members
    )
    assert_same_bits(run.files.folder, split, ["test"] if method != "average" else ["validation", "test"])


def test_raw_texts_are_cleaned_as_the_preparation_cleans_them(linear):
    model = textstudy.load(linear)
    raw = pd.Series([
        "From: Ann Bee <ann@x.org>\nSubject: the disk\n\n> the ball went over\n\nThe cable is wild.\n-- \nAnn Bee\n",
        "the crowd " * 30, "caf\u0065\u0301  wild", "  -- \nsig", "",
    ])  # fmt: skip
    documents = pd.DataFrame({"id": list("abcde"), "text": raw, "label": "x", "official_split": ""})
    expected = clean(documents, {**CLEAN, "minimum_characters": 0})[0].set_index("id")["text"]
    assert dict(zip("abcde", model.clean(raw), strict=True)) == {"d": "", "e": "", **expected}
    assert model.fill(model.clean(raw)).tolist() == [False, True, False, False, False]
    np.testing.assert_array_equal(model.predict_proba(raw), model.predict_proba(model.clean(raw), clean=False))


@pytest.mark.parametrize("kind", ["list", "generator", "array", "series"])
def test_any_sequence_of_texts_will_do(linear, split, kind):
    texts = split["text"].tolist()
    model, expected = textstudy.load(linear), textstudy.load(linear).predict(texts)
    given = {"list": texts, "generator": iter(texts), "array": np.array(texts), "series": split["text"][::-1][::-1]}
    found = model.predict(given[kind])
    assert found.tolist() == expected.tolist() and found.dtype.kind == "U"
    assert model.predict(texts[:1]).tolist() == expected[:1].tolist()
    assert model.predict_proba([]).shape == (0, 2) and model.predict([]).shape == (0,)
    assert model.score(iter(texts), split["label"]) == np.mean(expected == split["label"])


def test_what_is_no_text_is_told_with_its_place(linear):
    model = textstudy.load(linear)
    with pytest.raises(StudyError, match=r"texts\[1\] is None, a NoneType: give a string"):
        model.predict(["ball", None])
    with pytest.raises(StudyError, match=r"texts\[0\] is nan, a float"):
        model.predict_proba(pd.Series([float("nan"), "ball"]), clean=False)
    with pytest.raises(StudyError, match="is the one text 'The ball': put it into a list"):
        model.predict("The ball")


@pytest.mark.parametrize("kind", ["linear", "recurrent", "full"])
def test_texts_of_any_characters_are_predicted_and_what_is_not_read_is_known(split, kind, tmp_path, encoder_of):
    """Half of a character, no character, the name of a special token, and one word without an end."""
    model = textstudy.load(finished_run(MODELS[kind], split, tmp_path / kind, encoder_of("bert")))
    hostile = ["\ud83d ball", "", "[CLS] <pad> \0", "a" * 100_000, "\u200b", "\ufdd0"]
    assert np.allclose(model.predict_proba(hostile).sum(axis=1), 1, atol=1e-5)
    assert model.clean(["\ud83d ball"]) == ["? ball"]
    longer_than_an_encoding = "a.b." * 8  # 32 tokens in one word
    assert model.fill([longer_than_an_encoding, "a.b."]).tolist() == [kind != "linear", False]


def test_the_tools_of_scikit_learn_take_it(linear, split):
    model, texts, labels = textstudy.load(linear), split["text"].to_numpy(), split["label"].to_numpy()
    frozen = FrozenEstimator(model)
    calibrated = CalibratedClassifierCV(frozen, method="sigmoid").fit(texts, labels)
    assert calibrated.predict_proba(texts).shape == (len(texts), 2) and set(calibrated.classes_) == {*model.classes_}
    scores = cross_val_score(frozen, texts, labels, scoring="neg_log_loss", cv=3)
    assert np.isfinite(scores).all()
    assert get_scorer("accuracy")(model, texts, labels) == model.score(texts, labels)
    assert "macro avg" in classification_report(labels, model.predict(texts))


def test_a_project_can_be_moved(linear, split, tmp_path):
    texts, before = split["text"].tolist(), textstudy.load(linear)
    shutil.copytree(linear.parent.parent, tmp_path / "elsewhere")
    moved = textstudy.load(tmp_path / "elsewhere/linear/run")
    np.testing.assert_array_equal(moved.predict_proba(texts), before.predict_proba(texts))
    assert moved.digest == before.digest
    assert (moved.name, moved.title, dict(moved.columns)) == ("linear", "Linear", {"text": "body", "identifier": "key"})


def test_a_study_means_its_recommended_model_or_the_one_that_is_named(linear, tmp_path, monkeypatch):
    project, runs = tmp_path / "project", "results/models/plain/linear/run"
    shutil.copytree(linear, project / runs)
    report = sample(models={"linear": ("linear", 0.8), "lstm": ("recurrent", 0.6)})
    for model in report["models"].values():
        model["runs"] = [{**model["runs"][0], "folder": runs}]
    write_json(project / "results/studies/mine/report.json", report)
    monkeypatch.chdir(project)
    for path in ("mine", project / "results/studies/mine", "results/studies/mine", runs):
        assert textstudy.load(path).name == "linear"
    assert textstudy.load("mine", model="lstm").name == "linear", "whose folder is the same here"
    with pytest.raises(StudyError, match="the study mine has no model 'lstn', only linear, lstm"):
        textstudy.load("mine", model="lstn")
    with pytest.raises(
        StudyError, match="yours is neither the folder of a run, nor a bundle, nor a study with a finished report"
    ):
        textstudy.load("yours")


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        ("usage.json", "has no usage.json, which says what the run predicts with: run `make report` again"),
        ("weights.safetensors", "weights.safetensors is missing"),
        ("settings.json", "settings.json is missing"),
        ("calibration.json", "calibration.json is missing"),
    ],
)
def test_a_missing_file_is_told(linear, tmp_path, lost, told):
    folder = shutil.copytree(linear, tmp_path / "run")
    (folder / lost).unlink()
    with pytest.raises(StudyError, match=told):
        textstudy.load(folder)


def test_a_damaged_file_is_told(linear, tmp_path):
    folder = shutil.copytree(linear, tmp_path / "run")
    content = bytearray((folder / "weights.safetensors").read_bytes())
    content[-5] ^= 1
    (folder / "weights.safetensors").write_bytes(content)
    with pytest.raises(StudyError, match="weights.safetensors is damaged"):
        textstudy.load(folder)
