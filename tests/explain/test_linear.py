"""A linear model's attributions are its decision value, word by word."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textstudy.explain.linear import OCCURRENCES, LinearExplainer
from textstudy.models.linear import LinearTextClassifier

TEXTS = [
    "Good film, a very good film.",
    "Bad film; a waste of time.",
    "Not good. It's a bad, bad story!",
    "A story well told, and good.",
    "New York is not a film.",
    "bad New York story",
]
LABELS = ["good", "bad", "bad", "good", "city", "city"]


def fitted(classes=3, **changes) -> LinearTextClassifier:
    options = {
        "classifier": "svm",
        "word_ngrams": (1, 2),
        "character_ngrams": None,
        "minimum_document_frequency": 1,
        "sublinear": True,
        "stop_words": None,
        "class_weights": False,
        "regularization": (1.0,),
    } | changes
    labels = LABELS if classes == 3 else ["good" if label == "good" else "bad" for label in LABELS]
    return LinearTextClassifier(options).fit(TEXTS, labels, TEXTS, labels)


MODELS = [
    fitted(classifier="complement_nb"),
    fitted(classifier="logistic", sublinear=False, stop_words="english"),
    fitted(2, character_ngrams=(2, 4)),
    fitted(character_ngrams=(1, 3), word_ngrams=(1, 3)),
    fitted(character_ngrams=(1, 3), word_ngrams=None),
]
OTHERS = ["İstanbul", "\n", "x", "cafe\u0301", "film\u00ads", "film’s", "很好", "😀", "C++"]
texts = st.lists(st.sampled_from([*" ".join(TEXTS).split(), *OTHERS]), max_size=12).map(" ".join)


@settings(max_examples=40)
@given(text=texts | st.text(alphabet="abdfilmgo ,.'"))
@example(text="")
@example(text="İ good İİ film")
def test_attributions_sum_up_to_the_decision_value(text):
    for model in MODELS:
        scores = (model._features([text]) @ model.coefficients_.astype(np.float64).T)[0]  # without the intercept
        for target in range(len(scores)):
            found = LinearExplainer(model).explain(text, target)
            np.testing.assert_allclose(found.attributions.sum(), scores[target] - scores.mean(), atol=1e-9)
            assert abs(found.residual) < 1e-9


@settings(max_examples=40)
@given(text=texts)
def test_the_places_hold_what_the_vectorizer_counts(text):
    for model in MODELS:
        for kind, vectorizer in model.vectorizers_.items():
            counted = Counter(feature for feature, _ in OCCURRENCES[kind](vectorizer, text))
            row = vectorizer.transform([text])
            assert sorted(counted) == sorted(row.indices)
            # Values of a row have the ratios of the counts, weighted.
            counts = np.array([counted[feature] for feature in row.indices], float)
            weights = vectorizer.idf_[row.indices] * (1 + np.log(counts) if model.settings["sublinear"] else counts)
            np.testing.assert_allclose(row.data, weights / (np.linalg.norm(weights) or 1), rtol=1e-5)


def test_each_word_gets_its_weight_times_its_value_and_a_bigram_is_halved():
    model = fitted(2)
    model.coefficients_[:] = 0
    names = model.vectorizers_["words"].get_feature_names_out().tolist()
    for name, weight in {"good": 1.0, "very good": 3.0}.items():
        model.coefficients_[:, names.index(name)] = [-weight, weight]
    text = "a very good good time"
    row = model.vectorizers_["words"].transform([text]).toarray()[0]
    good, bigram = row[names.index("good")], 3 * row[names.index("very good")]
    expected = [0, bigram / 2, good / 2 + bigram / 2, good / 2, 0]
    np.testing.assert_allclose(LinearExplainer(model).explain(text, 1).attributions, expected, atol=1e-6)


def test_character_ngrams_stay_within_their_word():
    model = fitted(2, character_ngrams=(3, 3))
    words = len(model.vectorizers_["words"].idf_)
    model.coefficients_[:, :words] = 0
    found = LinearExplainer(model).explain("good zzz bad", 1)
    assert found.attributions[0] > 0 > found.attributions[2] and found.attributions[1] == 0


def test_a_model_without_words_has_characters_at_the_top():
    tops = LinearExplainer(fitted(character_ngrams=(3, 3), word_ngrams=None)).top_words([], 3, 2)
    assert all(len(ngram) == 3 for listed in tops for ngram, _ in listed) and len(tops) == 3


def test_the_largest_weights_are_a_class_top_words_whatever_moves_all_classes_alike():
    model = fitted(classifier="complement_nb", word_ngrams=(1, 1))
    tops = dict(zip(model.classes_, LinearExplainer(model).top_words([], 3, 2), strict=True))
    assert {word for word, _ in tops["city"]} == {"new", "york"}
    model.coefficients_ += np.arange(model.coefficients_.shape[1])
    moved = LinearExplainer(model).top_words([], 3, 2)
    for before, after in zip(tops.values(), moved, strict=True):
        assert dict(before) == pytest.approx(dict(after), abs=1e-5)
