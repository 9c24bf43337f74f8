"""Measures of runs by hand, over the texts that were edited."""

import numpy as np
import pytest

from robustness.made_up import COLUMNS, samples, scores, settings
from textstudy.errors import StudyError
from textstudy.robustness.grid import make_grid
from textstudy.robustness.measures import (
    Edited,
    average,
    measure_averages,
    measure_sentence,
    measure_shares,
    over_runs,
)


def is_right(table, wrong: set[tuple]) -> np.ndarray:
    """Right everywhere but for these (id, perturbation, share, variant)."""
    return np.array([row not in wrong for row in table[COLUMNS].itertuples(index=False, name=None)])


@pytest.fixture
def small():
    """Three documents, deletion at 0.1 and 0.4 with two variants each: settings, samples, grid."""
    options = settings(kinds=["deletion"])
    table = samples(3, options)
    return options, table, make_grid(table, options)


def edited_as(grid, versions=True) -> Edited:
    """Which versions count as edited: all, or those of an array."""
    shape = len(grid.conditions), len(grid.documents), grid.variants
    return Edited(np.broadcast_to(versions, shape), np.arange(len(grid.documents)))


def test_shares_and_flips_by_hand(small):
    options, table, grid = small
    # One document is wrong throughout, another turns wrong in one of two variants of the larger share.
    wrong = {("d00000", *rest) for rest in table[COLUMNS[1:]].itertuples(index=False, name=None)}
    run = grid.arrange(scores(table, is_right(table, {*wrong, ("d00001", "deletion", 0.4, 1)})), "run")
    assert grid.conditions == [("deletion", 0.1), ("deletion", 0.4)]
    shares = measure_shares(run, grid, edited_as(grid))
    assert shares.clean == pytest.approx([2 / 3, 1, 1 / 2, 1 / 2])  # of all, then without each document
    assert shares.perturbed[0] == pytest.approx([2 / 3, 1 / 2]) and shares.before[0] == pytest.approx([2 / 3] * 2)
    assert shares.perturbed[:, 1] == pytest.approx([3 / 6, 3 / 4, 2 / 4, 1 / 4])
    assert measure_averages(run, grid, edited_as(grid)).flips == pytest.approx([0, 0, 1 / 6])


def test_versions_without_an_edit_count_nowhere(small):
    options, table, grid = small
    versions = np.zeros((2, 3, 2), bool)
    versions[1, 1:, 0] = True  # of the larger share, one version of two documents
    run = grid.arrange(scores(table, is_right(table, {("d00001", "deletion", 0.4, 0)}), tokens=7), "run")
    shares = measure_shares(run, grid, edited_as(grid, versions))
    assert np.isnan(shares.perturbed[:, 0]).all() and shares.perturbed[:, 1] == pytest.approx([0.5, 0.5, 1, 0])
    assert shares.before[0, 1] == 1
    averages = measure_averages(run, grid, edited_as(grid, versions))
    assert averages.flips[2] == 0.5 and np.isnan(averages.flips[1]) and averages.tokens[:, 1].tolist() == [7, 7]
    assert edited_as(grid, versions).groups_edited().tolist() == [[False] * 3, [False, True, True]]


def test_confidence_calibration_and_tokens_by_hand(small):
    options, table, grid = small
    clean, strong = (table["share"] == 0).to_numpy(), (table["share"] == 0.4).to_numpy()
    sure = np.where(clean, 0.9, np.where(strong, 0.6, 0.7))
    right = ~(strong & (table["variant"] == 1).to_numpy())
    tokens, unknown = np.where(strong, 14, 10), np.where(strong, 7, 1)
    run = scores(table, right, confidence=sure, tokens=tokens, unknown=unknown)
    found = measure_averages(grid.arrange(run, "run"), grid, edited_as(grid))
    assert found.confidence == pytest.approx([0.9, 0.7, 0.6])
    # Always right at 0.9 and at 0.7; half right at 0.6.
    assert found.calibration == pytest.approx([0.1, 0.3, 0.1])
    assert found.flips == pytest.approx([0, 0, 0.5])
    assert found.tokens.tolist() == [[10, 14], [10, 10]]
    assert found.unknown.tolist() == [[1, 7], [1, 1]]


def test_runs_of_a_model_stand_side_by_side(small):
    options, table, grid = small
    wrong = {("d00002", "deletion", 0.1, 0), ("d00002", "none", 0.0, 0)}
    tables = [scores(table, is_right(table, set()), confidence=0.9), scores(table, is_right(table, wrong))]
    runs = [grid.arrange(run, "run") for run in tables]
    both = over_runs([measure_shares(run, grid, edited_as(grid)) for run in runs])
    assert both.clean.shape == (4, 2) and both.perturbed.shape == (4, 2, 2)
    assert both.clean[0].tolist() == [1, pytest.approx(2 / 3)]
    averages = average([measure_averages(run, grid, edited_as(grid)) for run in runs])
    assert averages.confidence == pytest.approx([0.85] * 3)
    # The second run is wrong on one clean text: its variants that come out right, one and two of 12, are changes.
    assert averages.flips == pytest.approx([0, 1 / 12, 2 / 12])


def test_the_sentence_keeps_out_of_the_documents():
    options = settings(sentence={"label": "a", "share": 0.1, "variants": 4})
    table = samples(2, options)
    grid = make_grid(table, options)
    wrong = {("sentence", "insertion", 0.1, variant) for variant in range(3)}
    run = grid.arrange(scores(table, is_right(table, wrong)), "run")
    edits = np.ones((2, 4), bool)
    assert grid.documents == ["d00000", "d00001"]
    assert measure_sentence(run, grid, edits).tolist() == [1, 1, 0.25]
    edits[1, 0] = False
    assert measure_sentence(run, grid, edits).tolist() == [1, 1, pytest.approx(1 / 3)]
    assert (measure_shares(run, grid, edited_as(grid)).perturbed == 1).all()


def test_order_of_rows_does_not_matter(small):
    options, table, grid = small
    run = scores(table, np.random.default_rng(0).random(len(table)) < 0.5)
    shuffled = grid.arrange(run.sample(frac=1, random_state=1), "run")
    assert shuffled["predicted"].tolist() == grid.arrange(run, "run")["predicted"].tolist()
    other = make_grid(table.sample(frac=1, random_state=2), options)
    assert other.keys.equals(grid.keys)


@pytest.mark.parametrize("damage", ["missing", "twice", "other"])
def test_other_samples_are_refused(small, damage):
    options, table, grid = small
    run = scores(table, np.ones(len(table), bool))
    damaged = {
        "missing": run.iloc[1:],
        "twice": run.iloc[[0, 0, *range(2, len(run))]],
        "other": run.assign(id=run["id"].replace("d00001", "d00009")),
    }[damage]
    with pytest.raises(StudyError, match="robustness.parquet of a, seed 1, does not hold the samples"):
        grid.arrange(damaged, "robustness.parquet of a, seed 1,")
