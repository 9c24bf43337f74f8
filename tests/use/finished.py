"""Small runs as a finished study leaves them: trained, evaluated, and with usage.json."""

import random
from dataclasses import replace
from pathlib import Path

import pandas as pd

from described_runs import write_description
from small_runs import trained_run
from textstudy.evaluate.runs import evaluate_run
from textstudy.runs import Run
from textstudy.settings.models.base import ModelSettings
from textstudy.storage.files import write_json
from textstudy.storage.tables import PREDICTIONS, write_table

CLEAN = {
    "headers": True, "quotes": True, "signatures": True, "blocks": True, "content_words": False,
    "minimum_characters": 50, "maximum_words": 20,
}  # fmt: skip
CORPUS = {"kind": "table", "text": "body", "title": None, "identifier": "key"}
_WORDS = ("ball", "cable", "disk", "drive", "pitcher", "crowd", "the", "went", "wild", "it", "threw", "over", "quagga")


def make_split(documents: int = 120) -> pd.DataFrame:
    """A SPLIT table of texts of many lengths, one of them empty."""
    draw = random.Random(3)
    texts = [" ".join(draw.choices(_WORDS, k=draw.randint(1, 25))) for _ in range(documents)]
    texts[-1] = ""
    labels = ["sport" if text.count("ball") + text.count("crowd") else "computer" for text in texts]
    third = documents // 3
    splits = ["train"] * (documents - 2 * third) + ["validation"] * third + ["test"] * third
    ids = [f"document-{number}" for number in range(documents)]
    return pd.DataFrame({"id": ids, "text": texts, "label": labels, "split": splits, "cluster": ids})


def finish(run: Run, split: pd.DataFrame, name: str) -> Path:
    """Evaluate a run, with a temperature, and write what the card's step does; return its folder."""
    folder = run.files.folder
    predictions, _, calibration = evaluate_run(run, split, temperature_scaling=True)
    write_table(predictions, folder / "predictions.parquet", PREDICTIONS)
    write_json(folder / "calibration.json", calibration)
    files = {
        "encoding": run.files.encoding_path, "features": run.files.features_path, "encoder": run.files.encoder_folder,
        "calibration": folder / "calibration.json",
    }  # fmt: skip
    read = {kind: str(path) for kind, path in files.items() if path}
    write_description(folder, name, clean=CLEAN, corpus=CORPUS, files=read)
    return folder


def finished_run(
    model: ModelSettings, split: pd.DataFrame, folder: Path, encoder: Path, *, learned: bool = False
) -> Path:
    """Return the folder of a run with random weights, or trained ones."""
    run = trained_run(model, split, folder, encoder, length=30, learned=learned)
    return finish(replace(run, labels=sorted(split["label"].unique())), split, folder.name)
