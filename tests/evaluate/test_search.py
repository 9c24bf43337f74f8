"""The best trial of a search: ties, failures, and how much too high its score is."""

import numpy as np
import pandas as pd
import pytest

from textstudy.errors import StudyError
from textstudy.evaluate.optimism import optimism, summarize_trials
from textstudy.evaluate.search import FAILED, best_trial, score_trial
from textstudy.storage.tables import predictions_table


def predictions(right, confidence=0.9):
    """Return PREDICTIONS of as many documents as `right` has, of two classes."""
    sure = np.where(right, confidence, 1 - confidence)
    return predictions_table(
        [f"d{n}" for n in range(len(right))],
        "validation",
        np.zeros(len(right), int),
        np.stack([sure, 1 - sure], axis=1),
    )


NONE = predictions([]).iloc[:0]


def test_a_trial_is_scored_by_accuracy_and_log_loss():
    accuracy, loss = score_trial(predictions([True, True, True, False]))
    assert accuracy == 0.75 and loss == pytest.approx(-(3 * np.log(0.9) + np.log(0.1)) / 4, rel=1e-6)
    assert score_trial(NONE) == FAILED


def test_ties_go_to_the_lower_loss_and_then_to_the_earlier_trial():
    assert best_trial([(0.7, 0.5), (0.8, 0.9), (0.8, 0.4), (0.8, 0.4)]) == 2
    assert best_trial([FAILED, (0.0, 3.0)]) == 1, "a training that failed is worse than one that is never right"
    with pytest.raises(StudyError, match="all 2 trials of the search failed"):
        best_trial([FAILED, FAILED])


def test_a_failed_trial_counts_and_says_why():
    records = [{"skipped": "the loss became NaN", "training": None}, {"skipped": None, "training": {"seconds": 2.0}}]
    groups = pd.DataFrame({"id": ["d0", "d1", "d2"]})
    found = summarize_trials([{"x": 1}, {"x": 2}], [NONE, predictions([True, False])], records, groups)
    assert (found["best"], found["tied"], found["documents"], found["seconds"]) == (1, 0, 2, 2.0)
    assert found["trials"][0] == {"changes": {"x": 1}, "validation_accuracy": 0.0, "failed": "the loss became NaN"}


def test_the_optimism_is_what_choosing_among_equals_adds():
    """Twenty trials that are right on 70 % of all documents: what the best has above that is luck."""
    generator = np.random.default_rng(0)
    excess, estimated = [], []
    for _ in range(12):
        right = generator.random((20, 200)) < 0.7
        excess.append(right.mean(axis=1).max() - 0.7)
        estimated.append(optimism(right))
    assert np.mean(estimated) == pytest.approx(np.mean(excess), rel=0.3)


def test_documents_of_a_group_are_drawn_together():
    """Each document three times, as a group: luck is that of a third of the documents."""
    right = np.random.default_rng(0).random((10, 60)) < 0.6
    tripled, threads = np.repeat(right, 3, axis=1), np.repeat(np.arange(60), 3)
    assert optimism(tripled, [threads]) == pytest.approx(optimism(right), abs=0.01)
    assert optimism(tripled) < 0.8 * optimism(right)


def test_there_is_none_where_one_trial_is_better_everywhere_or_all_are_the_same():
    same = np.tile(np.arange(100) < 60, (5, 1))
    assert optimism(same) == pytest.approx(0, abs=0.005)
    better = np.stack([np.arange(400) < 200, np.arange(400) < 390])
    assert optimism(better) == pytest.approx(0, abs=0.005)
