"""Which trial of a search is the best, by its predictions for the validation documents."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.evaluate.metrics import per_document_losses

Score = tuple[float, float]
FAILED: Score = (0.0, float("inf"))


def score_trial(predictions: pd.DataFrame) -> Score:
    """Return accuracy and log-loss of PREDICTIONS; a trial whose training failed has none and gets nothing right."""
    if predictions.empty:
        return FAILED
    labels = predictions["label"].to_numpy()
    losses = per_document_losses(labels, np.stack(predictions["probabilities"].to_list()))["log_loss"]
    return float((predictions["predicted"].to_numpy() == labels).mean()), float(losses.mean())


def best_trial(scores: Sequence[Score]) -> int:
    """Return the place of the highest accuracy. Ties go to the lower log-loss, then to the earlier trial.

    Raises:
        StudyError: all trials failed.
    """
    place, best = min(enumerate(scores), key=lambda trial: (-trial[1][0], trial[1][1]))
    if best == FAILED:
        raise StudyError(
            f"all {len(scores)} trials of the search failed: their files trial.json say why; search another space."
        )
    return place
