"""The power law of learning curves: it finds the law behind exact curves, and the least squares of noisy ones."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from textstudy.evaluate.power_law import fit_power_laws

DOCUMENTS = np.array([100.0, 200.0, 400.0, 700.0, 1000.0])


def law(documents, floor, drop, exponent):
    return floor + drop * (documents / 1000) ** -exponent


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 0.3), st.floats(0.01, 0.2), st.floats(0.1, 1.5))
def test_an_exact_law_is_found(floor, drop, exponent):
    assume(law(100.0, floor, drop, exponent) < 1)
    found = fit_power_laws(DOCUMENTS, law(DOCUMENTS, floor, drop, exponent)[None], np.ones(5))
    assert found.error([2000.0])[0, 0] == pytest.approx(law(2000.0, floor, drop, exponent), abs=1e-3)


def test_the_law_is_that_of_scipy():
    generator = np.random.default_rng(3)
    weights = np.array([1.0, 2.0, 2.0, 3.0, 4.0])
    errors = law(DOCUMENTS, 0.1, 0.1, 0.4) + 0.005 * generator.standard_normal((20, 5))
    found = fit_power_laws(DOCUMENTS, errors, weights)
    for place, row in enumerate(errors):
        bounds = ([0, -1, 0.05], [1, 1, 2.0])
        best, _ = curve_fit(law, DOCUMENTS, row, p0=(0.1, 0.1, 0.5), sigma=weights**-0.5, bounds=bounds)
        beyond = np.array([2000.0, 4000.0])
        assert found.error(beyond)[place] == pytest.approx(law(beyond, *best), abs=2e-3)


def test_an_error_that_does_not_fall_has_no_drop_and_one_that_rises_a_negative_one():
    flat, rising = fit_power_laws(DOCUMENTS, np.full((1, 5), 0.2), np.ones(5)), np.linspace(0.2, 0.3, 5)[None]
    assert flat.drop[0] == pytest.approx(0, abs=1e-9)
    assert fit_power_laws(DOCUMENTS, rising, np.ones(5)).drop[0] < 0


def test_the_error_stays_a_share():
    steep = fit_power_laws(DOCUMENTS, law(DOCUMENTS, -0.05, 0.06, 1.0)[None], np.ones(5))
    assert steep.floor[0] == 0
    assert steep.error([1.0, 1e9]).min() >= 0 and steep.error([1e-9]).max() <= 1
