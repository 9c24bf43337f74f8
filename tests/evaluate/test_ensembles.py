"""What an ensemble's run is evaluated to, and the script of its rule."""

from types import SimpleNamespace

import numpy as np

import evaluate_ensemble as evaluate
import train_ensemble as fit
from textstudy.storage.files import read_json
from textstudy.storage.tables import PREDICTIONS, read_table
from train.members import MODEL, random_members, table, write_member

FITTED = {"combined": "parquet", "weights": "safetensors"}
EVALUATED = {"predictions": "parquet", "metrics": "json", "calibration": "json"}
FACTS = {"learner": "ensemble", "uses_torch": False, "holds_encoder": False, "reads_states": False}


class Named(dict):
    """Named files or parameters as Snakemake gives them to a script."""

    __getattr__ = dict.__getitem__


def run_scripts(folder, calibration=None, **files):
    """Fit an ensemble and evaluate it, as its two rules do."""
    fitted = Named({name: str(folder / f"{name}.{kind}") for name, kind in FITTED.items()})
    fit.main(
        SimpleNamespace(
            input=Named(files),
            output=fitted,
            params=Named(settings=MODEL, facts=FACTS, code="abc"),
            wildcards=SimpleNamespace(seed="1"),
        )
    )
    base = {"base_calibration": calibration} if calibration else {}
    evaluate.main(
        SimpleNamespace(
            input=Named(combined=fitted.combined, settings=str(folder / "settings.json"), **base),
            output=Named({name: str(folder / f"{name}.{kind}") for name, kind in EVALUATED.items()}),
            params=Named(temperature_scaling=True, ordinal=False),
        )
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
    run_scripts(base, members=paths["models"])
    predictions = read_table(base / "predictions.parquet", PREDICTIONS)
    test = predictions[predictions["split"] == "test"]
    metrics = read_json(base / "metrics.json")
    assert metrics["test"]["accuracy"] == (test["label"] == test["predicted"]).mean()
    assert [metrics[part]["documents"] for part in ("validation", "test")] == [60, 40]

    again = tmp_path / "refits" / "joined_refit" / "1"
    run_scripts(again, str(base / "calibration.json"), members=paths["refits"], base=str(base / "weights.safetensors"))
    refitted = read_json(again / "metrics.json")
    assert refitted["validation"] == metrics["validation"]
    assert refitted["test"]["log_loss"] != metrics["test"]["log_loss"]
    calibrations = [read_json(folder / "calibration.json") for folder in (base, again)]
    assert calibrations[0]["temperature"] == calibrations[1]["temperature"] != 1
    assert calibrations[0]["before"]["validation"] == calibrations[1]["before"]["validation"]
    assert metrics["validation"]["log_loss"] < calibrations[0]["before"]["validation"]["log_loss"]
