"""Runs of ensembles, from members' prediction files to the folder of a run."""

import subprocess
import sys
from functools import partial

import numpy as np
import pandas as pd
import pytest

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.runs import Facts, Run, RunFiles
from textstudy.storage.files import read_json, read_tensors, write_json
from textstudy.storage.tables import PREDICTIONS, read_table, write_table
from textstudy.train.alignment import Aligned, align
from textstudy.train.combiners import method, stratified_folds
from textstudy.train.ensembles import apply_ensemble, cross_fit, shared_labels, train_ensemble
from train.members import MODEL, random_members, table, write_member
from train.small_network import CLASSES

METHODS = ["average", "pool", "stacked", "learned"]
FILES = ["history.json", "settings.json", "training.json", "weights.safetensors"]
SPLIT = np.repeat(["train", "validation", "test"], [90, 90, 60])


@pytest.fixture
def members(tmp_path):
    return write_members(tmp_path / "models", seed=0)


def write_members(root, *, seed, names=("even", "odd")):
    """Two members; the worse one, the second, has learned its own training documents by heart."""
    probabilities, labels = random_members(len(SPLIT), seed=seed)
    train = SPLIT == "train"
    probabilities[1, train] = np.eye(3, dtype=np.float32)[labels[train]]
    return {
        name: write_member(root, name, table(each, labels, SPLIT))
        for name, each in zip(names, probabilities, strict=True)
    }


def make_run(folder, settings=MODEL, *, base=None, seed=1) -> Run:
    facts = Facts(learner="ensemble", uses_torch=False, holds_encoder=False, reads_states=False)
    return Run(RunFiles(folder), settings, facts, seed=seed, code="abc", base=base)


def run(folder, members, *, settings=MODEL, seed=1, **changes):
    made = make_run(folder, settings | changes, seed=seed)
    return train_ensemble(made, members, labels=CLASSES, checkpoint_root=folder.parent / "checkpoints")


def matrix(frame):
    return np.stack(frame["probabilities"].to_list())


@pytest.mark.parametrize("name", METHODS)
def test_the_files_of_a_run(tmp_path, members, name):
    predictions = run(tmp_path / "run", members, method=name)
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == FILES
    assert not list((tmp_path / "checkpoints").glob("*"))
    first = read_table(members["even"], PREDICTIONS).query("split != 'train'").reset_index(drop=True)
    pd.testing.assert_frame_equal(predictions[["id", "split", "label"]], first[["id", "split", "label"]])
    assert (matrix(predictions).argmax(axis=1) == predictions["predicted"]).all()
    write_table(predictions, tmp_path / "predictions.parquet", PREDICTIONS)

    training, settings, history = (
        read_json(tmp_path / "run" / f"{part}.json") for part in ("training", "settings", "history")
    )
    weights = read_tensors(tmp_path / "run" / "weights.safetensors")
    size = {"average": 0, "pool": 2, "stacked": 3 * 6 + 3, "learned": 6 * 12 + 12 + 12 * 6 + 6 + 6 * 3 + 3}[name]
    assert sum(value.size for value in weights.values()) == size
    assert training["parameters"] == {"total": size, "trainable": size, "frozen": 0}
    assert training["members"] == {"even": 1000, "odd": 1000}
    assert settings["settings"] == MODEL | {"method": name}
    assert (settings["labels"], settings["members"]) == (CLASSES, ["even", "odd"])
    assert [entry["epoch"] for entry in history] == ([1, 2, 3] if name == "learned" else [])


@pytest.mark.parametrize("name", METHODS)
def test_the_weights_alone_give_the_predictions_of_the_test_split(tmp_path, members, name):
    predictions = run(tmp_path / "run", members, method=name)
    arrays = read_tensors(tmp_path / "run" / "weights.safetensors")
    tables = {member: read_table(path, PREDICTIONS) for member, path in members.items()}
    test = align(tables, splits=["test"])
    expected = predictions[predictions["split"] == "test"].sort_values("id")
    np.testing.assert_allclose(method(name)[1](arrays, test.probabilities), matrix(expected), rtol=1e-6)


@pytest.mark.parametrize("name", METHODS)
def test_same_seed_same_bytes(tmp_path, members, name):
    results = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        write_table(run(folder, members, method=name), folder / "predictions.parquet", PREDICTIONS)
        files = ["weights.safetensors", "settings.json", "predictions.parquet"]
        results.append([(folder / file).read_bytes() for file in files])
    assert results[0] == results[1]
    other = run(tmp_path / "third", members, method=name, seed=2)
    same = np.array_equal(matrix(other), matrix(read_table(tmp_path / "first" / "predictions.parquet", PREDICTIONS)))
    assert same == (name == "average")  # all others draw their folds


@pytest.mark.parametrize("name", ["pool", "stacked", "learned"])
def test_the_order_of_rows_does_not_matter(tmp_path, members, name):
    before = run(tmp_path / "first", members, method=name)
    for seed, path in enumerate(members.values()):
        write_table(read_table(path, PREDICTIONS).sample(frac=1, random_state=seed), path, PREDICTIONS)
    after = run(tmp_path / "second", members, method=name)
    assert list(after["id"]) != list(before["id"])
    by_id = [frame.sort_values("id", ignore_index=True) for frame in (before, after)]
    pd.testing.assert_frame_equal(*by_id, check_exact=True)
    weights = [(tmp_path / folder / "weights.safetensors").read_bytes() for folder in ("first", "second")]
    assert weights[0] == weights[1]


@pytest.mark.parametrize("name", ["pool", "stacked", "learned"])
def test_no_validation_document_is_predicted_with_its_own_label(tmp_path, name):
    probabilities, labels = random_members(60, seed=0)
    ids = np.arange(60).astype(str)
    folds = stratified_folds(labels, seed=1)
    fit_method, combine = method(name)
    options = {"members": ["even", "odd"], "classes": CLASSES, "settings": MODEL, "seed": 1}

    def fit(round_name, probabilities, labels, fold_name):
        return fit_method(probabilities, labels, checkpoint_folder=tmp_path / round_name / fold_name, **options)

    def joined(round_name, labels):
        documents = Aligned(ids, np.full(60, "validation"), labels, probabilities)
        return cross_fit(partial(fit, round_name), combine, documents, folds=folds)

    before = joined("before", labels)
    for fold in range(5):
        spoilt, held = labels.copy(), folds == fold
        spoilt[held] = (labels[held] + 1) % 3
        after = joined(f"fold-{fold}", spoilt)
        assert np.array_equal(after[held], before[held])
        assert not np.array_equal(after[~held], before[~held])


def test_validation_is_cross_fitted_and_test_is_predicted_by_a_fit_on_all_of_it(tmp_path, members):
    predictions = run(tmp_path / "run", members)
    whole = method("pool")[1](
        read_tensors(tmp_path / "run" / "weights.safetensors"),
        align({name: read_table(path, PREDICTIONS) for name, path in members.items()}).probabilities,
    )
    ordered = predictions.sort_values("id")
    differs = ~np.isclose(matrix(ordered), whole, rtol=1e-6).all(axis=1)
    assert differs[ordered["split"] == "validation"].all()
    assert not differs[ordered["split"] == "test"].any()


@pytest.mark.parametrize("name", ["pool", "stacked", "learned"])
def test_fitting_on_what_members_have_memorised_costs_log_loss(tmp_path, members, name):
    def log_loss(**changes):
        predictions = run(tmp_path / "run", members, method=name, **changes)
        test = predictions[predictions["split"] == "test"]
        return -np.log(np.maximum(matrix(test)[np.arange(len(test)), test["label"]], 1e-12)).mean()

    longer = MODEL["training"] | {"epochs": 20}
    options = {"settings": MODEL | {"training": longer, "method": name}}
    on_validation = log_loss(**options)
    options["settings"] = options["settings"] | {"fitted_on": "train"}
    assert log_loss(**options) > on_validation + 0.02


def test_fitted_on_train_one_fit_predicts_both_splits(tmp_path, members):
    predictions = run(tmp_path / "run", members, fitted_on="train").sort_values("id")
    weights = read_tensors(tmp_path / "run" / "weights.safetensors")
    held_out = align({name: read_table(path, PREDICTIONS) for name, path in members.items()})
    np.testing.assert_allclose(method("pool")[1](weights, held_out.probabilities), matrix(predictions), rtol=1e-6)
    assert set(predictions["split"]) == {"validation", "test"}


def test_fitted_on_train_without_training_documents(tmp_path, members):
    without = read_table(members["odd"], PREDICTIONS).query("split != 'train'")
    write_table(without, members["odd"], PREDICTIONS)
    with pytest.raises(StudyError, match="predictions of odd hold no training documents"):
        run(tmp_path / "run", members, fitted_on="train")
    assert not (tmp_path / "run").exists()
    run(tmp_path / "run", members)  # on validation it does not matter


def test_misaligned_files_are_refused(tmp_path, members):
    write_table(read_table(members["odd"], PREDICTIONS).drop(index=100), members["odd"], PREDICTIONS)
    with pytest.raises(StudyError, match="'odd' lacks document"):
        run(tmp_path / "run", members)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", METHODS)
def test_a_fitted_ensemble_on_refitted_members(tmp_path, members, name):
    base = run(tmp_path / "base", members, method=name)
    write_table(base, tmp_path / "base" / "combined.parquet", PREDICTIONS)
    truth = {name: read_table(path, PREDICTIONS) for name, path in members.items()}
    refits = {}
    for number, (member, frame) in enumerate(truth.items()):  # documents and labels as before, other probabilities
        other, _ = random_members(len(frame), seed=10 + number)
        frame = frame.assign(probabilities=list(other[number])).sample(frac=1, random_state=number)
        refits[f"{member}_refit"] = write_member(tmp_path / "refits", f"{member}_refit", frame)
    again = apply_ensemble(make_run(tmp_path / "again", base=tmp_path / "base"), refits)

    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == FILES
    kept, new = (again[again["split"] == split] for split in ("validation", "test"))
    pd.testing.assert_frame_equal(kept, base[base["split"] == "validation"].reset_index(drop=True), check_exact=True)
    assert set(new["id"]) == set(base.loc[base["split"] == "test", "id"])
    weights = [read_tensors(tmp_path / folder / "weights.safetensors") for folder in ("base", "again")]
    test = align({key: read_table(path, PREDICTIONS) for key, path in refits.items()}, splits=["test"])
    expected = method(name)[1](weights[0], test.probabilities)
    np.testing.assert_allclose(matrix(new.sort_values("id")), expected, rtol=1e-6)
    assert all(np.array_equal(weights[1][key], value) for key, value in weights[0].items())
    before, after = (read_json(tmp_path / folder / "training.json") for folder in ("base", "again"))
    assert (after["parameters"], after["chosen"]) == (before["parameters"], before["chosen"])
    assert after["members"] == {"even_refit": 1000, "odd_refit": 1000}


def test_refitted_members_that_do_not_fit_the_ensemble(tmp_path, members):
    base = run(tmp_path / "base", members)
    write_table(base, tmp_path / "base" / "combined.parquet", PREDICTIONS)
    again = make_run(tmp_path / "again", base=tmp_path / "base")
    with pytest.raises(StudyError, match="even, odd, which are 2 members, but is applied to 1"):
        apply_ensemble(again, {"even": members["even"]})
    others = write_members(tmp_path / "others", seed=7)
    with pytest.raises(StudyError, match="'even' has document .* unlike 'base'"):
        apply_ensemble(again, others)
    assert not (tmp_path / "again").exists()


def test_labels_are_those_that_all_members_share(members):
    assert shared_labels(members) == CLASSES
    write_json(members["odd"].parent / "settings.json", {"labels": CLASSES[::-1]})
    with pytest.raises(StudyError, match="'odd' has the labels"):
        shared_labels(members)


def test_what_is_not_learned_needs_no_torch():
    program = (
        "import sys, textstudy.train.ensembles as ensembles, textstudy.evaluate.ensembles; "
        "ensembles.method('stacked'); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT / "workflow_scripts")
