"""A trained model at work: raw texts in, labels and probabilities out, as from a fitted classifier of scikit-learn."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from textstudy.errors import StudyError
from textstudy.evaluate.promises import USUAL_ERROR


@dataclass(frozen=True)
class Explanation:
    """What each word of a text adds to the score of a label.

    Attributes:
        text: the clean text, as far as the model reads it.
        label: that the words are for or against.
        words: (start, end, weight) of each word and punctuation mark in `text`.
    """

    text: str
    label: str
    words: list[tuple[int, int, float]]


class TextClassifier:
    """A trained model that predicts raw texts, which it cleans as those were cleaned that it learned from.

    Attributes:
        name: of the model in its study.
        title: its name for readers.
        classes_: (classes,) labels, in the order of the probabilities.
        columns: role → column of the study's corpus that holds it: `text`, `title`, `identifier`, those that it has.
        thresholds: wanted share of errors among its answers → the confidence from which on it may answer, above 1 where
            no answer is good enough. Chosen on validation documents; empty where that was not done.
    """

    _estimator_type = "classifier"

    def __init__(
        self,
        *,
        name: str,
        title: str,
        labels: Sequence[str],
        clean: Callable[[str], str],
        predict_clean: Callable[[Sequence[str]], np.ndarray],
        load_explainer: Callable[[], Any] | None,
        find_full: Callable[[Sequence[str]], np.ndarray] | None = None,
        columns: Mapping[str, Any] | None = None,
        find_digest: Callable[[], str] = str,
        thresholds: Mapping[float, float] | None = None,
    ) -> None:
        self.name, self.title, self.classes_ = name, title, np.array(labels, dtype=str)
        self._clean, self._predict_clean = clean, predict_clean
        self._load_explainer, self._explainer = load_explainer, None
        self._find_full, self.columns, self._find_digest = find_full, columns or {}, find_digest
        self.thresholds = dict(thresholds or {})

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {self.title}, {len(self.classes_)} classes>"

    @cached_property
    def digest(self) -> str:
        """A digest of the files that it was loaded from; "" where none is known."""
        return self._find_digest()

    @property
    def can_explain(self) -> bool:
        """Whether `explain` can say which words decided."""
        return self._load_explainer is not None

    def clean(self, texts: Iterable[str]) -> list[str]:
        """Return texts as the model reads them; nothing may be left of one.

        Raises:
            StudyError: one of them is no text.
        """
        return [self._clean(text) for text in _checked(texts)]

    def fill(self, texts: Iterable[str]) -> np.ndarray:
        """Return which clean texts fill all that the model reads, so that it reads no more of them, (texts,) bool."""
        texts = list(texts)
        return self._find_full(texts) if self._find_full and texts else np.zeros(len(texts), bool)

    def predict_proba(self, texts: Iterable[str], *, clean: bool = True) -> np.ndarray:
        """Return the probability of each class for each text, (texts, classes) float32.

        Args:
            texts: raw texts, or clean ones with `clean=False`.
            clean: whether they are cleaned first.

        Raises:
            StudyError: one of them is no text.
        """
        texts = self.clean(texts) if clean else _checked(texts)
        if not texts:
            return np.empty((0, len(self.classes_)), np.float32)
        return self._predict_clean(texts)

    def predict(self, texts: Iterable[str], *, clean: bool = True) -> np.ndarray:
        """Return the most probable label of each text, (texts,)."""
        return self.classes_[self.predict_proba(texts, clean=clean).argmax(axis=1)]

    @property
    def threshold(self) -> float | None:
        """The confidence from which on it may answer for at most USUAL_ERROR errors; None where none was chosen."""
        return self.thresholds.get(USUAL_ERROR)

    def unsure(self, probabilities: np.ndarray, *, error: float = USUAL_ERROR) -> np.ndarray:
        """Return which texts are better left to a person, (texts,), so that of the others few are wrong.

        Args:
            probabilities: what `predict_proba` returned.
            error: the share of errors among the answers that is wanted, one of `thresholds`.

        Raises:
            StudyError: no threshold was chosen for this share of errors.
        """
        if error not in self.thresholds:
            known = ", ".join(f"{each:g}" for each in self.thresholds)
            raise StudyError(
                f"the model {self.name} has no threshold for a share of errors of {error:g}: "
                + (f"there are {known}." if known else "run `make report` again, which chooses some.")
            )
        return probabilities.max(axis=1) < self.thresholds[error]

    def score(self, texts: Iterable[str], labels: Sequence[str]) -> float:
        """Return the share of texts whose most probable label is the one given."""
        return float(np.mean(self.predict(texts) == np.asarray(labels)))

    def explain(self, text: str, label: str | None = None, *, clean: bool = True) -> Explanation:
        """Return which words of a text speak for a label, by default the most probable one.

        Raises:
            StudyError: the model cannot be explained, or does not know the label.
        """
        if self._load_explainer is None:
            raise StudyError(
                f"the model {self.name} cannot be explained: an ensemble is explained by its members, a network by its "
                "run or its native bundle, and a language model with a prompt not at all."
            )
        if self._explainer is None:
            self._explainer = self._load_explainer()
        text = self.clean([text])[0] if clean else text
        if label is None:
            label = str(self.predict([text], clean=False)[0])
        known = self.classes_.tolist()
        if label not in known:
            raise StudyError(f"the model {self.name} has no label {label!r}, only {', '.join(known)}.")
        found = self._explainer.explain(text, known.index(label))
        spans = zip(found.words, found.attributions.tolist(), strict=True)
        return Explanation(found.text, label, [(start, end, weight) for (start, end), weight in spans])

    def fit(self, texts: Iterable[str], labels: Sequence[str]) -> "TextClassifier":
        """Refuse: scikit-learn takes for a classifier what has this method.

        Raises:
            StudyError: always.
        """
        raise StudyError(f"the model {self.name} is trained already: put it into scikit-learn's FrozenEstimator.")

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        reads = InputTags(one_d_array=True, two_d_array=False, string=True)
        return Tags(
            estimator_type="classifier", target_tags=TargetTags(required=True), classifier_tags=ClassifierTags(),
            input_tags=reads,
        )  # fmt: skip


def _checked(texts: Iterable[str]) -> list[str]:
    """Return texts with "?" for lone surrogates, which no tokenizer takes."""
    if isinstance(texts, str):
        raise StudyError(f"texts is the one text {texts[:40]!r}: put it into a list.")
    texts = list(texts)
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            raise StudyError(
                f"texts[{position}] is {text!r}, a {type(text).__name__}: give a string for each text, or leave it out."
            )
    return [text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8") for text in texts]
