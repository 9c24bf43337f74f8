"""Made-up predictions of a model for the tests of comparisons."""

import numpy as np
import pandas as pd


def predictions(accuracy: float, seed: int = 0, *, documents: int = 600, shift: int = 0) -> pd.DataFrame:
    """PREDICTIONS for 3 classes, the first 200 of validation; the seed decides which documents are right."""
    labels = np.arange(documents) % 3
    right = np.random.default_rng(seed).random(documents) < accuracy
    predicted = np.where(right, labels, (labels + 1) % 3)
    return pd.DataFrame(
        {
            "id": [f"d{index + shift}" for index in range(documents)],
            "split": ["validation" if index < 200 else "test" for index in range(documents)],
            "label": labels.astype("int32"),
            "predicted": predicted.astype("int32"),
            "probabilities": list(np.eye(3, dtype="float32")[predicted]),
        }
    )
