"""Members of ensembles for tests: what two models say of the same documents, and the folders of their runs."""

from pathlib import Path

import numpy as np
import pandas as pd

from textstudy.storage.files import write_json
from textstudy.storage.tables import PREDICTIONS, write_table
from train.small_network import CLASSES, SETTINGS

REGULARIZATION = [0.01, 0.1, 1.0]
MODEL = {
    "architecture": "ensemble",
    "members": ["even", "odd"],
    "method": "pool",
    "fitted_on": "validation",
    "regularization": REGULARIZATION,
    "training": SETTINGS | {"epochs": 3, "batch_size": 32, "precision": "float32"},
}


def complementary(labels: np.ndarray) -> np.ndarray:
    """Two members, (2, documents, 3): the first is right on even rows only, the second on odd ones only.

    Each is sure where it is right and hesitates where it is wrong.
    """
    rows = np.arange(len(labels))
    right, wrong = np.full((len(labels), 3), 0.1), np.full((len(labels), 3), 0.2)
    right[rows, labels] = 0.8
    wrong[rows, labels], wrong[rows, (labels + 1) % 3] = 0.35, 0.45
    even = (rows % 2 == 0)[:, None]
    return np.stack([np.where(even, right, wrong), np.where(even, wrong, right)]).astype(np.float32)


def random_members(count: int, *, seed: int, skills: tuple[float, ...] = (2.0, 1.0)) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (members, documents, 3) and labels (documents,): the more skill, the more the truth stands out."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 3, size=count)
    scores = generator.normal(size=(len(skills), count, 3))
    scores[:, np.arange(count), labels] += np.array(skills)[:, None]
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=2, keepdims=True)
    return probabilities.astype(np.float32), labels


def table(probabilities: np.ndarray, labels: np.ndarray, split: np.ndarray) -> pd.DataFrame:
    """PREDICTIONS of one member, its documents in no particular order of names."""
    order = np.random.default_rng(0).permutation(len(labels))
    return pd.DataFrame(
        {
            "id": [f"d{number:04}" for number in order],
            "split": split,
            "label": labels.astype("int32"),
            "predicted": probabilities.argmax(axis=1).astype("int32"),
            "probabilities": list(probabilities),
        }
    )


def write_member(root: Path, name: str, predictions: pd.DataFrame) -> Path:
    """Write what an ensemble reads of a member's run; return the path of its predictions."""
    folder = root / name / "1"
    write_table(predictions, folder / "predictions.parquet", PREDICTIONS)
    write_json(folder / "settings.json", {"labels": CLASSES})
    write_json(folder / "training.json", {"parameters": {"total": 1000, "trainable": 1000, "frozen": 0}})
    return folder / "predictions.parquet"
