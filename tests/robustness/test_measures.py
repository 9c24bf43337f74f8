"""Measures of runs by hand, and intervals that keep what they promise."""

import numpy as np
import pytest

from robustness.made_up import COLUMNS, samples, scores, settings
from textstudy.errors import StudyError
from textstudy.robustness.grid import make_grid
from textstudy.robustness.measures import DRAWS, draw_sums, estimate, measure_run, over_runs


def is_right(table, wrong: set[tuple]) -> np.ndarray:
    """Right everywhere but for these (id, perturbation, share, variant)."""
    return np.array([row not in wrong for row in table[COLUMNS].itertuples(index=False, name=None)])


@pytest.fixture
def small():
    """Three documents, deletion at 0.1 and 0.4 with two variants each: settings, samples, grid."""
    options = settings(kinds=["deletion"])
    table = samples(3, options)
    return options, table, make_grid(table, options)


def test_counts_and_flips_by_hand(small):
    options, table, grid = small
    # One document is wrong throughout, another turns wrong in one of two variants of the larger share.
    wrong = {("d00000", *rest) for rest in table[COLUMNS[1:]].itertuples(index=False, name=None)}
    run = scores(table, is_right(table, {*wrong, ("d00001", "deletion", 0.4, 1)}))
    found = measure_run(grid.arrange(run, "run"), grid)
    assert grid.conditions == [("deletion", 0.1), ("deletion", 0.4)]
    assert found.chances == 2
    assert found.right.tolist() == [[0, 2, 2], [0, 2, 2], [0, 1, 2]]
    assert found.flips == pytest.approx([0, 0, 1 / 6])
    assert found.sentence is None


def test_confidence_calibration_and_tokens_by_hand(small):
    options, table, grid = small
    clean, strong = (table["share"] == 0).to_numpy(), (table["share"] == 0.4).to_numpy()
    sure = np.where(clean, 0.9, np.where(strong, 0.6, 0.7))
    right = ~(strong & (table["variant"] == 1).to_numpy())
    tokens, unknown = np.where(strong, 14, 10), np.where(strong, 7, 1)
    run = scores(table, right, confidence=sure, tokens=tokens, unknown=unknown)
    found = measure_run(grid.arrange(run, "run"), grid)
    assert found.confidence == pytest.approx([0.9, 0.7, 0.6])
    # Always right at 0.9 and at 0.7; half right at 0.6.
    assert found.calibration == pytest.approx([0.1, 0.3, 0.1])
    assert found.flips == pytest.approx([0, 0, 0.5])
    assert found.tokens.tolist() == [10, 10, 14]
    assert found.unknown.tolist() == [1, 1, 7]


def test_runs_of_a_model_add_up(small):
    options, table, grid = small
    wrong = {("d00002", "deletion", 0.1, 0), ("d00002", "none", 0.0, 0)}
    tables = [scores(table, is_right(table, set()), confidence=0.9), scores(table, is_right(table, wrong))]
    both = over_runs([measure_run(grid.arrange(run, "run"), grid) for run in tables])
    assert both.chances == 4
    assert both.right.tolist() == [[4, 4, 2], [4, 4, 3], [4, 4, 4]]
    assert both.confidence == pytest.approx([0.85] * 3)
    # The second run is wrong on one clean text: its variants that come out right, one and two of 12, are changes.
    assert both.flips == pytest.approx([0, 1 / 12, 2 / 12])


def test_the_sentence_keeps_out_of_the_documents():
    options = settings(sentence={"label": "a", "share": 0.1, "variants": 4})
    table = samples(2, options)
    grid = make_grid(table, options)
    wrong = {("sentence", "insertion", 0.1, variant) for variant in range(3)}
    found = measure_run(grid.arrange(scores(table, is_right(table, wrong)), "run"), grid)
    assert grid.documents == ["d00000", "d00001"]
    assert found.sentence.tolist() == [1, 1, 0.25]
    assert (found.right == 2).all() and found.right.shape == (5, 2)


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


def test_drawn_sums_start_with_the_data_and_spread_like_a_document_bootstrap():
    counts = np.random.default_rng(0).integers(0, 5, size=(3, 80))
    drawn = draw_sums(counts)
    assert drawn.shape == (DRAWS + 1, 3)
    assert drawn[0].tolist() == counts.sum(axis=1).tolist()
    assert (drawn == drawn.round()).all()
    # The variance of a bootstrapped sum is n times the plug-in variance of one document.
    assert drawn[1:].std(axis=0) == pytest.approx(np.sqrt(80 * counts.var(axis=1)), rel=0.05)
    assert drawn[1:].mean(axis=0) == pytest.approx(drawn[0], rel=0.01)


def test_drawn_sums_are_cut_into_blocks_without_changing_their_number(monkeypatch):
    counts = np.random.default_rng(0).integers(0, 2, size=(2, 50))
    monkeypatch.setattr("textstudy.robustness.measures._BLOCK", 350)  # seven draws at once
    drawn = draw_sums(counts)
    assert drawn.shape == (DRAWS + 1, 2)
    assert len(np.unique(drawn[1:], axis=0)) > 20


def test_the_same_documents_are_drawn_for_every_row():
    counts = np.random.default_rng(0).integers(0, 3, size=(1, 60))
    drawn = draw_sums(np.vstack([counts, counts, 2 * counts]))
    assert (drawn[:, 0] == drawn[:, 1]).all() and (drawn[:, 2] == 2 * drawn[:, 0]).all()


def width(drawn: np.ndarray) -> float:
    found = estimate(drawn)
    assert found["low"] <= found["mean"] <= found["high"]
    return found["high"] - found["low"]


def test_a_paired_interval_is_narrower_where_texts_go_together():
    generator = np.random.default_rng(3)
    clean = generator.random(500) < 0.7
    perturbed = clean & (generator.random(500) < 0.95)
    drawn = draw_sums(np.vstack([clean, perturbed])) / 500
    apart = draw_sums(generator.permutation(perturbed)[None])[:, 0] / 500  # as if of other texts
    assert width(drawn[:, 0] - drawn[:, 1]) < 0.5 * width(drawn[:, 0] - apart)


def test_variants_of_a_document_are_no_new_documents():
    """Twenty variants that share their document's fate: as wide as one variant, not a fourth of it."""
    fate = np.random.default_rng(4).random(300) < 0.6
    one, twenty = (width(draw_sums(fate[None] * count)[:, 0] / (300 * count)) for count in (1, 20))
    assert twenty == pytest.approx(one)


def test_intervals_of_a_drop_cover_the_truth_as_often_as_they_say(monkeypatch):
    monkeypatch.setattr("textstudy.robustness.measures.DRAWS", 400)
    generator = np.random.default_rng(5)
    truth, covered, times = 0.8 - 0.8 * 0.85 - 0.2 * 0.05, 0, 300
    for _ in range(times):
        clean = generator.random(200) < 0.8
        # Three variants of each document, which share a difficulty.
        chance = np.where(clean, 0.85, 0.05) * generator.choice([0.9, 1.1], size=200)
        right = generator.binomial(3, chance)
        drawn = draw_sums(np.vstack([3 * clean, right])) / 600
        found = estimate(drawn[:, 0] - drawn[:, 1])
        covered += found["low"] <= truth <= found["high"]
    assert 0.91 <= covered / times <= 0.98
