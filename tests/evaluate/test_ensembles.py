"""What an ensemble's run is evaluated to, and the script of its rule."""

from types import SimpleNamespace

import numpy as np

from textstudy.storage.files import read_json
from textstudy.storage.tables import PREDICTIONS, read_table
from train.members import MODEL, random_members, table, write_member
from train_ensemble import main

FILES = [
    "history.json",
    "metrics.json",
    "predictions.parquet",
    "settings.json",
    "training.json",
    "weights.safetensors",
]


FACTS = {"learner": "ensemble", "uses_torch": False, "holds_encoder": False, "reads_states": False}


class Named(dict):
    """Named files or parameters as Snakemake gives them to a script."""

    __getattr__ = dict.__getitem__


def snakemake(folder, **files):
    return SimpleNamespace(
        input=Named(files),
        output=Named(weights=str(folder / "weights.safetensors")),
        params=Named(settings=MODEL, facts=FACTS, code="abc"),
        wildcards=SimpleNamespace(seed="1"),
    )


def test_the_script_fits_and_then_applies_to_refitted_members(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    split = np.repeat(["validation", "test"], [60, 40])
    paths = {}
    for kind, seed in (("models", 0), ("refits", 0)):
        probabilities, labels = random_members(100, seed=seed)
        if kind == "refits":
            probabilities = probabilities**2 / (probabilities**2).sum(axis=2, keepdims=True)
        paths[kind] = [
            str(write_member(tmp_path / kind, name, table(member, labels, split)))
            for name, member in zip(["even", "odd"], probabilities, strict=True)
        ]
    base = tmp_path / "models" / "joined" / "1"
    main(snakemake(base, members=paths["models"]))
    assert sorted(path.name for path in base.iterdir()) == FILES
    predictions = read_table(base / "predictions.parquet", PREDICTIONS)
    test = predictions[predictions["split"] == "test"]
    metrics = read_json(base / "metrics.json")
    assert metrics["test"]["accuracy"] == (test["label"] == test["predicted"]).mean()
    assert [metrics[part]["documents"] for part in ("validation", "test")] == [60, 40]

    again = tmp_path / "refits" / "joined_refit" / "1"
    main(snakemake(again, members=paths["refits"], base=str(base / "weights.safetensors")))
    assert sorted(path.name for path in again.iterdir()) == FILES
    refitted = read_json(again / "metrics.json")
    assert refitted["validation"] == metrics["validation"]
    assert refitted["test"]["log_loss"] != metrics["test"]["log_loss"]
