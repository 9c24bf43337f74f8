"""A loaded cascade: whom it asks, that it predicts what was evaluated, and which texts it leaves to a person."""

import random

import numpy as np
import pandas as pd
import pytest

from described_runs import write_description
from small_runs import facts_of, trained_run
from textstudy.errors import StudyError
from textstudy.evaluate.ensembles import evaluate_ensemble
from textstudy.evaluate.promises import USUAL_ERROR
from textstudy.evaluate.runs import evaluate_run
from textstudy.runs import Run, RunFiles
from textstudy.settings.models.cascade import CascadeModel
from textstudy.settings.models.linear import LinearModel
from textstudy.storage.files import write_json
from textstudy.storage.tables import PREDICTIONS, read_table, write_table
from textstudy.train.ensembles import train_ensemble
from textstudy.use.classifier import TextClassifier
from textstudy.use.load import load_run

CLEAN = {
    "headers": False, "quotes": False, "signatures": False, "blocks": False, "content_words": False,
    "minimum_characters": 1, "maximum_words": 40,
}  # fmt: skip
MEMBERS = {
    "cheap": LinearModel(architecture="linear", word_ngrams=(1, 1), minimum_document_frequency=1),
    "strong": LinearModel(
        architecture="linear", classifier="svm", word_ngrams=None, character_ngrams=(1, 5), minimum_document_frequency=1
    ),
}


def make_split(documents: int = 400) -> pd.DataFrame:
    """A SPLIT table of two classes that share most words; endings tell them apart where the words do not."""
    draw, rows = random.Random(5), []
    for number in range(documents):
        label, ending = draw.choice([("past", "ed"), ("present", "ing")])
        stems = ["".join(draw.choices("bdklmnprt", k=3)) for _ in range(3)]
        words = [*draw.choices(["car", "disk", "ball"], k=4), *(stem + ending for stem in stems)]
        part = ("train", "validation", "test", "test")[number % 4]
        rows.append((f"d{number:03}", " ".join(words) if draw.random() < 0.8 else "car ball", label, part))
    frame = pd.DataFrame(rows, columns=["id", "text", "label", "split"])
    return frame.assign(cluster=frame["id"])


@pytest.fixture(scope="module")
def split():
    return make_split()


@pytest.fixture(scope="module")
def folder(split, tmp_path_factory):
    """A cascade of two linear models, as a finished study leaves it."""
    root, paths = tmp_path_factory.mktemp("models"), {}
    for name, model in MEMBERS.items():
        run = trained_run(model, split, root / name, None)
        predictions, _, calibration = evaluate_run(run, split)
        finish(run.files.folder, predictions, calibration, name)
        paths[name] = run.files.folder / "predictions.parquet"
    model = CascadeModel(architecture="cascade", members=list(MEMBERS), loss=0.02)
    run = Run(RunFiles(root / "cascade"), model.settings_read, facts_of(model), seed=1, code="x")
    labels = sorted(split["label"].unique())
    combined = train_ensemble(run, paths, labels=labels, checkpoint_root=root / "checkpoints")
    predictions, _, calibration = evaluate_ensemble(combined, labels, temperature_scaling=True)
    members = {name: str(path.parent) for name, path in paths.items()}
    files = {"calibration": str(root / "cascade" / "calibration.json")}
    finish(root / "cascade", predictions, calibration, "cascade", members=members, files=files)
    return root / "cascade"


def finish(folder, predictions, calibration, name, *, members=None, files=None):
    """Write what the evaluation and the step of the card leave."""
    write_table(predictions, folder / "predictions.parquet", PREDICTIONS)
    write_json(folder / "calibration.json", calibration)
    write_description(folder, name, clean=CLEAN, files=files or {}, members=members or {})


@pytest.fixture
def asked(monkeypatch):
    """How many texts each member is asked about, in turn."""
    counts, original = [], TextClassifier.predict_proba

    def counted(self, texts, **options):
        texts = list(texts)
        counts.append((self.name, len(texts)))
        return original(self, texts, **options)

    monkeypatch.setattr(TextClassifier, "predict_proba", counted)
    return counts


def test_it_predicts_what_was_evaluated_and_asks_the_strong_one_seldom(folder, split, asked):
    table = read_table(folder / "predictions.parquet", PREDICTIONS).query("split == 'test'")
    texts = split.set_index("id").loc[table["id"], "text"].tolist()
    model = load_run(folder)
    np.testing.assert_array_equal(model.predict_proba(texts), np.stack(table["probabilities"].to_list()))
    (_, everything), (_, all_again), (name, unsure) = asked
    assert everything == all_again == len(texts) == 200
    assert name == "strong" and 0 < unsure < 150, "only unsure texts go on"
    asked.clear()
    model.predict_proba(texts[:1] * 3)
    assert asked[1] == ("cheap", 3) and all(count == 3 for _, count in asked)
    assert model.predict_proba([]).shape == (0, 2)


def test_unsure_texts_are_those_below_the_threshold_of_the_evaluation(folder):
    model = load_run(folder)
    probabilities = np.array([[0.5, 0.5], [0.0, 1.0]], np.float32)
    assert set(model.thresholds) == {0.01, 0.02, 0.05, 0.1} and model.threshold == model.thresholds[USUAL_ERROR]
    for error, threshold in model.thresholds.items():
        assert model.unsure(probabilities, error=error).tolist() == [threshold > 0.5, threshold > 1]
    with pytest.raises(
        StudyError, match=r"no threshold for a share of errors of 0.03: there are 0.01, 0.02, 0.05, 0.1"
    ):
        model.unsure(probabilities, error=0.03)


def test_a_run_that_was_evaluated_before_there_were_thresholds(folder):
    path = folder / "calibration.json"
    kept = path.read_bytes()
    write_json(path, {"temperature": 1.0})
    try:
        model = load_run(folder)
    finally:
        path.write_bytes(kept)
    assert model.threshold is None
    with pytest.raises(StudyError, match="run `make report` again"):
        model.unsure(np.ones((1, 2)))
