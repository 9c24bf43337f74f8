"""Linear classifiers on TF-IDF weighted n-grams: the baseline that every network must beat.

Complement naive Bayes (Rennie et al. 2003), logistic regression and the linear support vector machine find their
weights in different ways. Once fitted, each is IDF weights, a matrix and an intercept. So all three are saved as arrays
and a vocabulary, and loaded without scikit-learn or pickle: only what learns imports it.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from scipy.special import log_softmax

from textstudy.character_ngrams import CharacterVectorizer
from textstudy.ngrams import NgramVectorizer
from textstudy.storage.files import read_json, read_tensors, write_json, write_tensors

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

logger = logging.getLogger(__name__)

Vectorizer = NgramVectorizer | CharacterVectorizer  # of words, of characters


class LinearTextClassifier:
    """TF-IDF features and a linear classifier; validation chooses its regularisation and the scale of its scores.

    Attributes (after `fit` or `load`):
        classes_: the labels, sorted.
        vectorizers_: those of `words` and `characters`, as far as there are features of each kind.
        regularization_: the chosen value of the grid.
        tried_: after `fit`, the validation accuracy of each value of the grid.
        coefficients_: (classes, features) float32.
        intercept_: (classes,) float32.
        scale_: factor of the scores in front of the softmax.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Keep the settings.

        Args:
            settings: classifier (complement_nb, logistic, svm); word_ngrams, as [shortest, longest];
                character_ngrams (within word boundaries), the same or None; minimum_document_frequency; sublinear
                (1 + log tf instead of tf); stop_words (english or None); regularization, the grid of values to try
                (the smoothing alpha of complement_nb; C of logistic and svm, where smaller is stronger);
                class_weights (every class counts the same, whatever its size).
        """
        self.settings = dict(settings)

    def fit(
        self,
        texts: Iterable[str],
        labels: Iterable[str],
        validation_texts: Iterable[str],
        validation_labels: Iterable[str],
    ) -> "LinearTextClassifier":
        """Fit on `texts`; choose regularisation (accuracy, first of equals) and scale (log-loss) on validation."""
        features, targets = self._learn_features(texts, labels)
        validation_features = self._features(validation_texts)
        validation_labels = np.asarray(validation_labels, dtype=object).astype(str)
        best, self.tried_ = -1.0, {}
        for value in self.settings["regularization"]:
            coefficients, intercept = self._learn_scores(features, targets, value)
            scores = validation_features @ coefficients.T + intercept
            accuracy = float(np.mean(self.classes_[scores.argmax(axis=1)] == validation_labels))
            self.tried_[value] = accuracy
            if accuracy > best:
                best, validation_scores = accuracy, scores
                self.regularization_, self.coefficients_, self.intercept_ = value, coefficients, intercept
        self.scale_ = fit_scale(validation_scores, np.searchsorted(self.classes_, validation_labels))
        return self

    def refit(
        self, texts: Iterable[str], labels: Iterable[str], *, like: "LinearTextClassifier"
    ) -> "LinearTextClassifier":
        """Fit on `texts` with the regularisation and the scale that `like` has chosen."""
        self.regularization_, self.scale_, self.tried_ = like.regularization_, like.scale_, {}
        self.coefficients_, self.intercept_ = self._learn_scores(
            *self._learn_features(texts, labels), self.regularization_
        )
        return self

    def predict_proba(self, texts: Iterable[str]) -> np.ndarray:
        """Return the probability of each class for each text, (texts, classes) float32."""
        scores = self._features(texts) @ self.coefficients_.T + self.intercept_  # (texts, classes)
        return np.exp(log_softmax(scores * np.float32(self.scale_), axis=1))

    def predict(self, texts: Iterable[str]) -> np.ndarray:
        """Return the most probable label of each text."""
        return self.classes_[self.predict_proba(texts).argmax(axis=1)]

    def save(self, folder: Path | str) -> None:
        """Write weights.safetensors, vocabulary.json and classifier.json to `folder`."""
        folder = Path(folder)
        vectorizers = self.vectorizers_
        tensors = {f"idf_{kind}": vectorizer.idf_ for kind, vectorizer in vectorizers.items()}
        tensors |= {"coefficients": self.coefficients_, "intercept": self.intercept_}
        vocabulary = {}
        if "words" in vectorizers:
            vocabulary["words"], tensors["ngrams"] = vectorizers["words"].words, vectorizers["words"].ngrams
        if "characters" in vectorizers:
            vocabulary["characters"] = vectorizers["characters"].ngrams
        write_tensors(folder / "weights.safetensors", tensors)
        write_json(folder / "vocabulary.json", vocabulary)
        description = {
            "classes": self.classes_.tolist(),
            "features": {kind: len(vectorizer.idf_) for kind, vectorizer in vectorizers.items()},
            "regularization": self.regularization_,
            "scale": self.scale_,
            "settings": self.settings,
        }
        write_json(folder / "classifier.json", description)

    def count_tokens(self, texts: Sequence[str]) -> np.ndarray:
        """Return the words of each text and those that are in no n-gram of the vocabulary, (texts, 2) int32.

        For a model of characters alone, the same for characters.
        """
        if "words" in self.vectorizers_:
            numbers = self.vectorizers_["words"].number(texts)
            unknown = np.bincount(numbers.rows[numbers.values < 0], minlength=len(numbers))
            return np.stack([numbers.lengths, unknown], axis=1).astype(np.int32)
        analyze = CharacterVectorizer([1, 1]).analyze
        known = {character for ngram in self.vectorizers_["characters"].ngrams for character in ngram}
        rows = [analyze(text) for text in texts]
        return np.array([(len(row), sum(one not in known for one in row)) for row in rows], np.int32).reshape(-1, 2)

    def _learn_features(self, texts: Iterable[str], labels: Iterable[str]) -> tuple[csr_matrix, np.ndarray]:
        """Fit the vectorizers; return features (documents, features) and class indices (documents,)."""
        self.classes_, targets = np.unique(np.asarray(labels, dtype=object).astype(str), return_inverse=True)
        self.vectorizers_, parts, failure = {}, [], None
        for kind, vectorizer in make_vectorizers(self.settings).items():
            try:
                parts.append(vectorizer.fit_transform(texts))
                self.vectorizers_[kind] = vectorizer
            except ValueError as error:  # no n-gram is frequent enough
                failure = error
                logger.warning("no %s to learn from (%s)", kind, error)
        if not parts:
            raise failure
        return stack(parts), targets

    def _learn_scores(
        self, features: csr_matrix, targets: np.ndarray, regularization: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return coefficients (classes, features) and intercept (classes,) for this regularisation."""
        from sklearn.utils.class_weight import compute_sample_weight

        sample_weight = compute_sample_weight("balanced", targets) if self.settings["class_weights"] else None
        classifier = make_classifier(self.settings["classifier"], regularization)
        return linear_form(classifier.fit(features, targets, sample_weight=sample_weight))

    def _features(self, texts: Iterable[str]) -> csr_matrix:
        return stack([vectorizer.transform(texts) for vectorizer in self.vectorizers_.values()])


def load(folder: Path | str) -> LinearTextClassifier:
    """Return the classifier that was saved to `folder`; its probabilities are the same bit for bit.

    Raises:
        StudyError: a file is missing or damaged.
    """
    folder = Path(folder)
    tensors = read_tensors(folder / "weights.safetensors")
    description = read_json(folder / "classifier.json")
    model = LinearTextClassifier(description["settings"])
    model.classes_ = np.array(description["classes"])
    model.regularization_, model.scale_ = description["regularization"], description["scale"]
    model.coefficients_, model.intercept_ = np.asfortranarray(tensors["coefficients"]), tensors["intercept"]
    vocabulary = read_json(folder / "vocabulary.json")
    model.vectorizers_ = {kind: made for kind, made in make_vectorizers(model.settings).items() if kind in vocabulary}
    if "words" in vocabulary:
        model.vectorizers_["words"].restore(vocabulary["words"], tensors["ngrams"], tensors["idf_words"])
    if "characters" in vocabulary:
        model.vectorizers_["characters"].restore(vocabulary["characters"], tensors["idf_characters"])
    return model


def make_vectorizers(settings: Mapping[str, Any]) -> dict[str, Vectorizer]:
    """Return the unfitted TF-IDF vectorizers that the settings ask for, `words` and `characters`."""
    least, sublinear = settings["minimum_document_frequency"], settings["sublinear"]
    vectorizers: dict[str, Vectorizer] = {}
    if settings["word_ngrams"]:
        vectorizers["words"] = NgramVectorizer(
            settings["word_ngrams"],
            minimum_document_frequency=least,
            sublinear=sublinear,
            stop_words=settings["stop_words"],
        )
    if settings["character_ngrams"]:
        vectorizers["characters"] = CharacterVectorizer(
            settings["character_ngrams"], minimum_document_frequency=least, sublinear=sublinear
        )
    return vectorizers


def stack(parts: list[csr_matrix]) -> csr_matrix:
    """Return the feature matrices side by side, (documents, features)."""
    return parts[0] if len(parts) == 1 else hstack(parts, format="csr")


def make_classifier(name: str, regularization: float) -> "ClassifierMixin":
    """Return the unfitted scikit-learn classifier; random numbers change the result of none of the three."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import ComplementNB
    from sklearn.svm import LinearSVC

    if name == "complement_nb":
        return ComplementNB(alpha=regularization)
    if name == "logistic":
        return LogisticRegression(C=regularization, max_iter=200, tol=1e-3)
    return LinearSVC(C=regularization, random_state=0)


def linear_form(classifier: "ClassifierMixin") -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (classes, features) and intercept (classes,), float32, of a fitted classifier."""
    if hasattr(classifier, "feature_log_prob_"):  # naive Bayes
        coefficients, intercept = classifier.feature_log_prob_, np.zeros(len(classifier.classes_))
    else:
        coefficients, intercept = classifier.coef_, classifier.intercept_
        if len(intercept) == 1:
            # Two classes have one score s, the second class's log-odds: the softmax of -s/2 and s/2 gives them back.
            coefficients = np.concatenate([-coefficients, coefficients]) / 2
            intercept = np.concatenate([-intercept, intercept]) / 2
    # Those of a feature stand together in memory: else SciPy copies all of them for each product with features.
    return np.asfortranarray(coefficients, np.float32), intercept.astype(np.float32)


def fit_scale(scores: np.ndarray, targets: np.ndarray) -> float:
    """Return the factor of `scores` (documents, classes) that minimises the log-loss of the softmax.

    Temperature scaling (Guo et al. 2017, arXiv:1706.04599): one number for all classes, so no prediction changes. The
    log-loss is convex in it. It is between 0.01 and 1000: for a very easy validation set no factor is large enough.
    """
    scores = scores.astype(np.float64)
    documents = np.arange(len(targets))

    def log_loss(logarithm: float) -> float:
        return -float(log_softmax(scores * np.exp(logarithm), axis=1)[documents, targets].mean())

    return float(np.exp(minimize_scalar(log_loss, bounds=(np.log(0.01), np.log(1000)), method="bounded").x))
