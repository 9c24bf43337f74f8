"""Searches: points that fill a space and stay as they were drawn, one value of a grid a trial, errors in a sentence."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import qmc

from textstudy.settings.models import AS_MODEL
from textstudy.settings.search import Search, tried_settings

SPACE = {"training.learning_rate": {"low": 0.001, "high": 0.01}, "dropout": [0.1, 0.3, 0.5]}
LSTM = AS_MODEL.validate_python({"architecture": "recurrent", "embeddings": "random"})
LINEAR = AS_MODEL.validate_python({"architecture": "linear", "regularization": [0.1, 0.3, 1.0]})
UNIT = {"low": 1.0, "high": math.e}  # whose logarithms are from 0 to 1


def drawn(trials, model=LSTM, **space):
    return Search.model_validate({"trials": trials, "models": {"m": {"space": space}}}).draw("m", model)


def test_a_trial_more_leaves_the_others_as_they_were_drawn():
    before = drawn(4, **SPACE)
    assert drawn(6, **SPACE)[:4] == before
    assert drawn(4, **dict(reversed(SPACE.items()))) == before
    assert len({tuple(row.values()) for row in before}) == 4


@given(st.floats(1e-6, 1), st.floats(1.01, 1e3))
def test_values_are_between_the_ends(low, factor):
    values = [row["x"] for row in drawn(20, x={"low": low, "high": low * factor})]
    assert values and all(low <= value <= low * factor for value in values)


def test_points_fill_a_space_better_than_independent_ones():
    rows = drawn(20, **{name: UNIT for name in "abcde"})
    points = [[math.log(row[name]) for name in "abcde"] for row in rows]
    found = qmc.discrepancy(points)
    random = [qmc.discrepancy(sample) for sample in np.random.default_rng(0).random((100, 20, 5))]
    assert found < sorted(random)[5], "more even than 95 of 100 samples of independent points"
    for place in range(5):  # in each half, about half
        assert 8 <= sum(point[place] < 0.5 for point in points) <= 12


def test_whole_numbers_stay_whole_and_small_spaces_are_tried_once():
    assert sorted(row["x"] for row in drawn(20, x={"low": 16, "high": 20})) == [16, 17, 18, 19, 20]
    rows = drawn(20, dropout=[0.1, 0.2], layers=[1, 2, 3])
    assert len(rows) == 6 and rows[:4] == drawn(4, dropout=[0.1, 0.2], layers=[1, 2, 3])


def test_a_grid_is_searched_with_one_value_a_trial():
    rows = drawn(20, LINEAR)
    assert sorted(row["regularization"] for row in rows) == [0.1, 0.3, 1.0]
    assert {tried_settings(LINEAR, row).regularization for row in rows} == {(0.1,), (0.3,), (1.0,)}
    wide = drawn(5, LINEAR, regularization={"low": 0.01, "high": 10.0})
    assert len({row["regularization"] for row in wide}) == 5
    single = AS_MODEL.validate_python({"architecture": "linear", "regularization": [0.3]})
    assert "regularization" not in drawn(2, single, sublinear=[True, False])[0]


def test_numbers_that_yaml_takes_for_text_are_numbers():
    rows = drawn(9, optimizer=["adam", "adamw"], rate=["1e-3", 0.01], range={"low": "1e-3", "high": 0.1})
    assert {row["rate"] for row in rows} == {0.001, 0.01} and {row["optimizer"] for row in rows} == {"adam", "adamw"}
    assert all(isinstance(row["range"], float) for row in rows)


def test_settings_are_laid_over_those_of_the_model():
    found = tried_settings(LSTM, {"training.learning_rate": 0.004, "dropout": 0.1})
    assert (found.training.learning_rate, found.dropout, found.hidden_size) == (0.004, 0.1, LSTM.hidden_size)
    assert found.training.epochs == LSTM.training.epochs


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dropuot": 0.1}, "with dropuot 0.1: 'dropuot' is not a known key"),
        ({"dropout": 1.5}, "with dropout 1.5: Input should be less than 1"),
        ({"embeddings": "glove"}, "reads other files or runs other code"),
        ({"pooling": "final"}, "reads other files or runs other code"),
        ({"temperature_scaling": True}, "make it two models"),
    ],
)
def test_what_cannot_be_tried_is_said(changes, words):
    with pytest.raises(Exception, match=words):
        tried_settings(LSTM, changes)


@pytest.mark.parametrize("space", [{"low": 2, "high": 1}, {"low": 0, "high": 1}, [0.1], {"low": 1}])
def test_a_space_needs_two_values(space):
    with pytest.raises(ValidationError):
        drawn(2, dropout=space)
