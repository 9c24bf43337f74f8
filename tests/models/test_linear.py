"""The linear classifiers against scikit-learn's own pipelines, and a round trip through files."""

import tracemalloc

import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import LinearSVC

from textstudy.models.linear import LinearTextClassifier, fit_scale, load
from textstudy.words import find_words

SETTINGS = {
    "classifier": "complement_nb",
    "word_ngrams": [1, 2],
    "character_ngrams": None,
    "minimum_document_frequency": 2,
    "sublinear": True,
    "stop_words": None,
    "regularization": [0.3],
    "class_weights": False,
}
WORDS = {"tokenizer": find_words, "token_pattern": None, "lowercase": False, "ngram_range": (1, 2)}
REFERENCES = {
    "complement_nb": lambda v: ComplementNB(alpha=v),
    "logistic": lambda v: LogisticRegression(C=v),
    "svm": lambda v: LinearSVC(C=v),
}
TOPICS = {
    "space": "orbit rocket moon launch shuttle satellite engine",
    "hockey": "goal ice team puck season playoff engine",
    "crypto": "key cipher secure chip escrow launch season",
}


def corpus(documents, *, seed, topics=tuple(TOPICS)):
    """Return noisy texts and labels: most words of a text belong to its topic, some to any."""
    generator = np.random.default_rng(seed)
    every = " ".join(TOPICS.values()).split() + ["the", "a", "of", "it", "and", "über", "naïve"]
    labels = generator.choice(topics, documents, p=np.array([3, 2, 1])[: len(topics)] / sum([3, 2, 1][: len(topics)]))
    texts = [
        " ".join(np.concatenate([generator.choice(TOPICS[label].split(), 3), generator.choice(every, 6)]))
        for label in labels
    ]
    return texts, labels


@pytest.fixture(scope="module")
def data():
    return (*corpus(240, seed=1), *corpus(90, seed=2))


@pytest.mark.parametrize("characters", [None, [2, 4]])
@pytest.mark.parametrize("classifier", sorted(REFERENCES))
def test_predictions_are_those_of_the_plain_pipeline(data, classifier, characters):
    texts, labels, *validation = data
    model = LinearTextClassifier(SETTINGS | {"classifier": classifier, "character_ngrams": characters})
    model.fit(texts, labels, *validation)
    parts = [("words", TfidfVectorizer(**WORDS, min_df=2, sublinear_tf=True))]
    if characters:
        parts.append(
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True))
        )
    reference = make_pipeline(FeatureUnion(parts), REFERENCES[classifier](0.3)).fit(texts, labels)
    unseen, _ = corpus(300, seed=3)
    assert (model.predict(unseen) == reference.predict(unseen)).mean() >= 0.995  # ties in float32 aside
    assert list(model.classes_) == list(reference.classes_)


@pytest.mark.parametrize("topics", [("space", "hockey"), ("space", "hockey", "crypto")])
def test_unscaled_logistic_probabilities_are_scikit_learns(topics):
    texts, labels = corpus(200, seed=1, topics=topics)
    model = LinearTextClassifier(SETTINGS | {"classifier": "logistic"}).fit(texts, labels, texts, labels)
    model.scale_ = 1.0
    vectorizer = TfidfVectorizer(**WORDS, min_df=2, sublinear_tf=True)
    reference = make_pipeline(vectorizer, LogisticRegression(C=0.3, tol=1e-6, max_iter=1000)).fit(texts, labels)
    unseen, _ = corpus(50, seed=3, topics=topics)
    np.testing.assert_allclose(model.predict_proba(unseen), reference.predict_proba(unseen), atol=2e-3)


@pytest.mark.parametrize("characters", [None, [2, 3]])
@pytest.mark.parametrize("classifier", sorted(REFERENCES))
def test_saved_and_loaded_gives_the_same_bits(data, classifier, characters, tmp_path):
    chosen = SETTINGS | {"classifier": classifier, "character_ngrams": characters, "stop_words": "english"}
    model = LinearTextClassifier(chosen).fit(*data)
    model.save(tmp_path)
    loaded = load(tmp_path)
    unseen = [*corpus(40, seed=4)[0], "", "words nobody knows", "<b>&amp;</b> \x00 \U0001f600"]
    assert np.array_equal(model.predict_proba(unseen), loaded.predict_proba(unseen))
    assert loaded.settings == chosen and loaded.regularization_ == model.regularization_
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "classifier.json",
        "vocabulary.json",
        "weights.safetensors",
    ]


def test_fitting_twice_writes_the_same_bytes(data, tmp_path):
    for folder in ("first", "second"):
        LinearTextClassifier(SETTINGS | {"classifier": "svm"}).fit(*data).save(tmp_path / folder)
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


@pytest.mark.parametrize("classifier", sorted(REFERENCES))
def test_probabilities_sum_to_one_and_the_scale_lowers_the_log_loss(data, classifier):
    model = LinearTextClassifier(SETTINGS | {"classifier": classifier}).fit(*data)
    texts, labels = data[2:]
    probabilities = model.predict_proba(texts)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    fitted, predicted = log_loss(labels, probabilities), model.predict(texts)
    best = model.scale_
    for factor in (0.8, 1.25):
        model.scale_ = best * factor
        assert log_loss(labels, model.predict_proba(texts)) > fitted
        assert np.array_equal(model.predict(texts), predicted)


def test_scale_recovers_the_temperature_that_labels_were_drawn_with():
    generator = np.random.default_rng(0)
    scores = generator.normal(size=(20_000, 3))
    drawn = np.exp(log_softmax(scores * 4.0, axis=1)).cumsum(axis=1)
    targets = (generator.random((20_000, 1)) > drawn).sum(axis=1).clip(max=2)
    assert fit_scale(scores, targets) == pytest.approx(4.0, rel=0.05)


def test_regularisation_is_chosen_on_validation_and_the_first_of_equals_wins(data):
    texts, labels, validation_texts, validation_labels = data
    grid = [1e-4, 1.0, 1.0000001]
    accuracies = []
    for value in grid:
        model = LinearTextClassifier(SETTINGS | {"classifier": "logistic", "regularization": [value]}).fit(*data)
        accuracies.append((model.predict(validation_texts) == validation_labels).mean())
    chosen = LinearTextClassifier(SETTINGS | {"classifier": "logistic", "regularization": grid}).fit(*data)
    assert accuracies[0] < accuracies[1] == accuracies[2]
    assert chosen.regularization_ == 1.0


@pytest.mark.parametrize("classifier", sorted(REFERENCES))
def test_class_weights_make_every_class_count_the_same(data, classifier):
    texts, labels, *validation = data
    model = LinearTextClassifier(SETTINGS | {"classifier": classifier, "class_weights": True}).fit(*data)
    features = TfidfVectorizer(**WORDS, min_df=2, sublinear_tf=True).fit_transform(texts)
    counts = {label: (labels == label).sum() for label in TOPICS}
    balanced = np.array([len(labels) / (3 * counts[label]) for label in labels])
    reference = REFERENCES[classifier](0.3).fit(features, labels, sample_weight=balanced)
    expected = reference.feature_log_prob_ if classifier == "complement_nb" else reference.coef_
    np.testing.assert_allclose(model.coefficients_, expected, atol=1e-2)
    plain = LinearTextClassifier(SETTINGS | {"classifier": classifier}).fit(*data)
    assert np.abs(plain.coefficients_ - expected).max() > 0.05


@pytest.mark.parametrize("classifier", sorted(REFERENCES))
def test_a_refit_learns_from_more_texts_and_chooses_nothing(data, classifier):
    texts, labels, validation_texts, validation_labels = data
    settings = SETTINGS | {"classifier": classifier, "regularization": [0.3, 1.0]}
    chosen = LinearTextClassifier(settings).fit(texts, labels, validation_texts, validation_labels)
    everything = [*texts, *validation_texts], [*labels, *validation_labels]
    refitted = LinearTextClassifier(settings).refit(*everything, like=chosen)
    assert (refitted.regularization_, refitted.scale_) == (chosen.regularization_, chosen.scale_)
    alone = LinearTextClassifier(settings | {"regularization": [chosen.regularization_]})
    alone.fit(*everything, validation_texts, validation_labels)
    np.testing.assert_array_equal(refitted.coefficients_, alone.coefficients_)


@pytest.mark.parametrize("words", [None, [1, 2]], ids=["not asked for", "all rare"])
def test_a_model_of_characters_needs_no_word(words, tmp_path):
    """Each text is a single word of its own; its characters tell the classes apart."""
    texts = ["".join(np.random.default_rng(seed).permutation(list("abcdefgh"))) + "xy"[seed % 2] for seed in range(40)]
    labels = ["xy"[seed % 2] for seed in range(40)]
    settings = SETTINGS | {"classifier": "svm", "word_ngrams": words, "character_ngrams": [1, 2]}
    model = LinearTextClassifier(settings).fit(texts, labels, texts, labels)
    assert list(model.vectorizers_) == ["characters"]
    assert (model.predict(texts) == labels).all()
    model.save(tmp_path)
    loaded = load(tmp_path)
    assert np.array_equal(model.predict_proba([*texts, ""]), loaded.predict_proba([*texts, ""]))
    # Tokens are characters then, with the two spaces that stand around a word; z is unknown.
    assert loaded.count_tokens(["ab", "azb", ""]).tolist() == [[4, 0], [5, 1], [0, 0]]


def test_without_words_and_characters_there_is_nothing_to_learn():
    texts = ["a b", "c d", "e f", "g h"]
    with pytest.raises(ValueError, match="no n-gram of words is in 2 of the 4 texts"):
        LinearTextClassifier(SETTINGS).fit(texts, list("xyxy"), texts, list("xyxy"))


HINDI = {"a": "दिन अच्छा था", "b": "दीन अच्छे थे"}  # the words differ in their vowel signs only
CHINESE = {"a": "这家酒店很好", "b": "这家酒店不好"}  # a clause without spaces
EMOJI = {"a": "so 😀", "b": "so 😡"}


@pytest.mark.parametrize("language", [HINDI, CHINESE, EMOJI], ids=["Hindi", "Chinese", "emoji"])
def test_words_of_any_script_tell_classes_apart(language):
    texts, labels = list(language.values()) * 5, list(language) * 5
    model = LinearTextClassifier(SETTINGS).fit(texts, labels, texts, labels)
    assert (model.predict(texts) == labels).all()


def test_a_single_text_copies_no_coefficients(tmp_path):
    """A model of many classes and words would take most of its time for that."""
    texts = [" ".join(f"w{number}x{place}" for place in range(200)) for number in range(60)]
    labels = [f"class {number}" for number in range(60)]
    settings = {**SETTINGS, "word_ngrams": [1, 1], "minimum_document_frequency": 1}
    fitted = LinearTextClassifier(settings).fit(texts, labels, texts[:3], labels[:3])
    fitted.save(tmp_path)
    for model in (fitted, load(tmp_path)):
        model.predict_proba(texts[:1])
        tracemalloc.start()
        model.predict_proba(texts[:1])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < model.coefficients_.nbytes / 2
