"""Ways to join probabilities, against scipy and scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from textstudy.errors import StudyError
from textstudy.train.combiners import (
    FLOOR,
    METHODS,
    average,
    fit_pool,
    fit_stacked,
    logarithms,
    pool,
    regression,
    side_by_side,
    stack,
    stratified_folds,
)
from train.members import REGULARIZATION, complementary, random_members

OPTIONS = {"members": ["even", "odd"], "settings": {"regularization": REGULARIZATION}, "seed": 1}


def cross_entropy(probabilities, labels):
    return -np.log(probabilities[np.arange(len(labels)), labels]).mean()


def accuracy(probabilities, labels):
    return (probabilities.argmax(axis=1) == labels).mean()


@pytest.mark.parametrize("method", METHODS)
def test_members_that_complete_each_other_are_better_together(method):
    labels = np.random.default_rng(0).integers(0, 3, size=120)
    members = complementary(labels)
    assert [accuracy(member, labels) for member in members] == [0.5, 0.5]
    fit, combine = METHODS[method]
    fitted = fit(members, labels, **OPTIONS)
    others = np.random.default_rng(1).integers(0, 3, size=60)
    assert accuracy(combine(fitted.arrays, complementary(others)), others) == 1.0


def test_the_average_by_hand():
    members = np.array([[[0.9, 0.1]], [[0.2, 0.8]]], dtype=np.float32)
    assert average({}, members) == pytest.approx(np.array([[0.55, 0.45]]))


def test_a_pool_of_equal_weights_is_the_mean_of_logarithms():
    members, _ = random_members(50, seed=0)
    means = np.log(members).mean(axis=0)
    expected = np.exp(means - logsumexp(means, axis=1, keepdims=True))
    np.testing.assert_allclose(pool({"weights": np.array([0.5, 0.5])}, members), expected, rtol=1e-5)


def test_weights_of_a_pool_minimise_the_cross_entropy():
    members, labels = random_members(400, seed=0, skills=(1.5, 0.7, 0.0))
    fitted = fit_pool(members, labels, members=["good", "fair", "useless"])

    def loss(weights):
        pooled = pool({"weights": weights}, members).astype(np.float64)
        return cross_entropy(pooled, labels) + ((weights - 1 / 3) ** 2).sum() / 2 / len(labels)

    reference = minimize(loss, np.ones(3), method="Nelder-Mead", bounds=[(0, None)] * 3)
    np.testing.assert_allclose(fitted.arrays["weights"], reference.x, atol=0.01)
    assert list(fitted.chosen["weights"]) == ["good", "fair", "useless"]
    assert fitted.parameters == 3


def test_a_pool_beats_its_members_on_other_documents():
    fitted = fit_pool(*random_members(500, seed=0), **OPTIONS)
    members, labels = random_members(2000, seed=1)
    pooled = cross_entropy(pool(fitted.arrays, members), labels)
    assert pooled < min(cross_entropy(member, labels) for member in members)


def test_a_member_that_misleads_gets_no_weight_and_an_oversure_one_little():
    members, labels = random_members(500, seed=0, skills=(1.5, -1.5))
    assert fit_pool(members, labels, **OPTIONS).arrays["weights"][1] == 0.0
    sure, labels = random_members(500, seed=0, skills=(1.0,))
    sharpened = np.exp(2 * np.log(sure)) / np.exp(2 * np.log(sure)).sum(axis=2, keepdims=True)
    weight, weight_of_sharpened = (
        float(fit_pool(member, labels, members=["one"]).arrays["weights"][0]) for member in (sure, sharpened)
    )
    assert weight == pytest.approx(2 * weight_of_sharpened, rel=0.05)


def test_weights_of_a_pool_stay_finite_where_members_are_certain_and_right():
    labels = np.array([0, 1, 2, 1])
    members = np.stack([np.eye(3)[labels]] * 2)
    weights = fit_pool(members, labels, **OPTIONS).arrays["weights"]
    assert weights == pytest.approx(np.full(2, 0.5), abs=0.01)


def test_stacking_is_the_regression_that_scikit_learn_chooses():
    members, labels = random_members(150, seed=0)
    fitted = fit_stacked(members, labels, **OPTIONS)
    features = side_by_side(logarithms(members))
    search = GridSearchCV(
        LogisticRegression(max_iter=5000, tol=1e-8),
        {"C": REGULARIZATION},
        scoring="neg_log_loss",
        cv=StratifiedKFold(5, shuffle=True, random_state=1),
    ).fit(features, labels)
    assert fitted.chosen == {"regularization": search.best_params_["C"]}
    assert search.best_params_["C"] != REGULARIZATION[0]  # else taking the first would pass
    np.testing.assert_allclose(stack(fitted.arrays, members), search.predict_proba(features), atol=2e-3)
    assert fitted.parameters == 3 * 6 + 3


def test_a_regression_with_two_classes_and_with_classes_that_no_document_has():
    generator = np.random.default_rng(0)
    features, labels = generator.normal(size=(60, 4)), generator.integers(0, 2, size=60)
    expected = LogisticRegression(C=0.5, tol=1e-8).fit(features, labels).predict_proba(features)
    arrays = regression(features, labels, classes=2, strength=0.5)
    scores = features @ arrays["coefficients"].T + arrays["intercept"]
    np.testing.assert_allclose(np.exp(scores - logsumexp(scores, axis=1, keepdims=True)), expected, atol=2e-3)
    wider = regression(features, 2 * labels, classes=3, strength=0.5)
    members = generator.dirichlet(np.ones(3), size=(1, 5))
    arrays = {"coefficients": wider["coefficients"][:, :3], "intercept": wider["intercept"]}
    assert (stack(arrays, members)[:, 1] == 0.0).all()
    one = regression(features[:, :3], np.full(60, 2), classes=3, strength=0.5)
    assert (stack(one, members) == [0.0, 0.0, 1.0]).all()


def test_features_stand_member_by_member():
    members = np.arange(12).reshape(2, 2, 3)  # (members, documents, classes)
    assert side_by_side(members).tolist() == [[0, 1, 2, 6, 7, 8], [3, 4, 5, 9, 10, 11]]


def test_one_certain_mistake_does_not_decide():
    members = np.array([[[1.0, 0.0]], [[1e-5, 1 - 1e-5]], [[0.01, 0.99]]])
    assert pool({"weights": np.ones(3)}, members)[0, 0] < 0.5
    assert logarithms(members).min() == np.log(FLOOR)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=8, max_size=20), st.integers(0, 100))
def test_probabilities_sum_to_one_though_members_are_certain_and_wrong(method, rows, seed):
    labels, *answers = np.array(rows + [(0, 0, 1), (0, 1, 1), (1, 2, 0), (1, 0, 0)]).T
    members = np.stack([np.eye(3, dtype=np.float32)[answer] for answer in answers])
    fit, combine = METHODS[method]
    joined = combine(fit(members, labels, **OPTIONS | {"seed": seed}).arrays, members)
    assert joined.dtype == np.float32 and np.isfinite(joined).all() and (joined >= 0).all()
    np.testing.assert_allclose(joined.sum(axis=1), 1.0, rtol=1e-5)


def test_folds_are_seeded_and_even():
    labels = np.repeat([0, 1, 2], [50, 25, 10])
    folds = stratified_folds(labels, seed=1)
    for label, each in ((0, 10), (1, 5), (2, 2)):
        assert np.bincount(folds[labels == label]).tolist() == [each] * 5
    assert np.array_equal(stratified_folds(labels, seed=1), folds)
    assert not np.array_equal(stratified_folds(labels, seed=2), folds)


@pytest.mark.parametrize("labels", [[], [0, 1, 2]])
def test_documents_that_are_too_few_to_fit_on_are_said(labels):
    with pytest.raises(StudyError, match="too few"):
        stratified_folds(np.array(labels, dtype=np.int64), seed=1)
