"""A trained model at work: raw texts in, labels and probabilities out, as from a fitted classifier of scikit-learn."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
        thresholds: Mapping[float, float] | None = None,
    ) -> None:
        self.name, self.title, self.classes_ = name, title, np.array(labels, dtype=str)
        self._clean, self._predict_clean = clean, predict_clean
        self._load_explainer, self._explainer = load_explainer, None
        self.thresholds = dict(thresholds or {})

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {self.title}, {len(self.classes_)} classes>"

    def clean(self, texts: Iterable[str]) -> list[str]:
        """Return texts as the model reads them; nothing may be left of one."""
        return [self._clean(text) for text in texts]

    def predict_proba(self, texts: Iterable[str], *, clean: bool = True) -> np.ndarray:
        """Return the probability of each class for each text, (texts, classes) float32.

        Args:
            texts: raw texts, or clean ones with `clean=False`.
            clean: whether they are cleaned first.
        """
        texts = self.clean(texts) if clean else list(texts)
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
            raise StudyError(f"the model {self.name} cannot be explained: explain one of its members.")
        if self._explainer is None:
            self._explainer = self._load_explainer()
        text = self._clean(text) if clean else text
        if label is None:
            label = str(self.predict([text], clean=False)[0])
        known = self.classes_.tolist()
        if label not in known:
            raise StudyError(f"the model {self.name} has no label {label!r}, only {', '.join(known)}.")
        found = self._explainer.explain(text, known.index(label))
        spans = zip(found.words, found.attributions.tolist(), strict=True)
        return Explanation(found.text, label, [(start, end, weight) for (start, end), weight in spans])

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        reads = InputTags(one_d_array=True, two_d_array=False, string=True)
        return Tags(
            estimator_type="classifier", target_tags=TargetTags(required=True), classifier_tags=ClassifierTags(),
            input_tags=reads,
        )  # fmt: skip
