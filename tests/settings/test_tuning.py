"""Trials of tuning: what is drawn stays as it was drawn, and wrong settings are one sentence."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from textstudy.settings.models import AS_MODEL
from textstudy.settings.tuning import Tuning, tried_settings

SPACE = {"training.learning_rate": {"low": 0.001, "high": 0.01}, "dropout": [0.1, 0.3, 0.5]}
LSTM = AS_MODEL.validate_python({"architecture": "recurrent", "embeddings": "random"})


def drawn(trials, **space):
    return list(Tuning.model_validate({"trials": trials, "models": {"lstm": space}}).draw("lstm"))


def test_a_trial_more_or_a_setting_more_leaves_what_was_drawn():
    before = drawn(4, **SPACE)
    assert drawn(6, **SPACE)[:4] == before
    wider = drawn(4, **SPACE, hidden_size={"low": 16, "high": 64})
    assert [{key: row[key] for key in SPACE} for row in wider] == before
    assert len({tuple(row.values()) for row in before}) > 1


@given(st.floats(1e-6, 1), st.floats(1.01, 1e3))
def test_values_are_between_the_ends(low, factor):
    values = [row["x"] for row in drawn(20, x={"low": low, "high": low * factor})]
    assert all(low <= value <= low * factor for value in values)


def test_they_are_even_on_a_logarithmic_scale():
    values = [math.log10(row["x"]) for row in drawn(400, x={"low": 0.0001, "high": 1.0})]
    assert sum(value < -2 for value in values) == pytest.approx(200, abs=40)
    assert all(isinstance(row["x"], int) for row in drawn(20, x={"low": 16, "high": 64}))


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
    ],
)
def test_what_cannot_be_tried_is_said(changes, words):
    with pytest.raises(Exception, match=words):
        tried_settings(LSTM, changes)


@pytest.mark.parametrize("space", [{"low": 2, "high": 1}, {"low": 0, "high": 1}, [0.1], {"low": 1}])
def test_a_space_needs_two_values(space):
    with pytest.raises(ValidationError):
        drawn(2, dropout=space)
