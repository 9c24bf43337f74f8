"""Why a linear model decided so: its weights times the values of its features, on the words of these features."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from textstudy.character_ngrams import CharacterVectorizer
from textstudy.explain.spans import Explained, Span, place_in_text, spread, to_lower_case, to_normal_form, words_of
from textstudy.models.linear import LinearTextClassifier, load
from textstudy.ngrams import NgramVectorizer
from textstudy.runs import Run
from textstudy.words import word_spans

Occurrence = tuple[int, list[Span]]  # a feature, and the places of its parts


class LinearExplainer:
    """The explanation of a linear model: exact, because its score is a sum over n-grams."""

    method = "weights"
    attention_is = None

    def __init__(self, model: LinearTextClassifier) -> None:
        self.model = model
        # Adding the same amount to every class's score changes no probability, and it is most of a naive Bayes score.
        # So the mean of all classes' weights is subtracted.
        weights = model.coefficients_.astype(np.float64, order="C")
        self.weights = weights - weights.mean(axis=0)  # (classes, features)

    def explain(self, text: str, target: int) -> Explained:
        """Return what each word adds to the score of a class, above the mean of all classes' scores."""
        pieces, values, first = [], [], 0
        for kind, vectorizer in self.model.vectorizers_.items():
            row = vectorizer.transform([text])
            weighed = dict(zip(row.indices.tolist(), row.data.astype(np.float64), strict=True))
            occurrences = list(OCCURRENCES[kind](vectorizer, text))
            features, counts = np.unique([feature for feature, _ in occurrences], return_counts=True)
            count_of = dict(zip(features.tolist(), counts.tolist(), strict=True))
            for feature, parts in occurrences:
                value = self.weights[target, first + feature] * weighed[feature] / count_of[feature]
                pieces += parts
                values += [value / len(parts)] * len(parts)
            first += row.shape[1]
        words = words_of(text)
        attributions = spread(pieces, np.array(values), words)
        return Explained(text, target, words, attributions, self._difference(text, target), 0)

    def attention(self, explained: Explained) -> None:
        """Return None: a linear model has no attention."""

    def top_words(
        self, documents: Sequence[tuple[str, int]], classes: int, count: int
    ) -> list[list[tuple[str, float]]]:
        """Return for each class the n-grams of the largest weights, the largest first; documents do not matter.

        They are n-grams of words, or of characters where the model has no others.
        """
        first = next(iter(self.model.vectorizers_.values()))  # the words, where the model counts them
        names = first.get_feature_names_out()
        return [
            [
                (str(names[column]), float(row[column]))
                for column in np.argsort(-row, kind="stable")[:count]
                if row[column] > 0
            ]
            for row in self.weights[:, : len(names)]
        ]

    def _difference(self, text: str, target: int) -> float:
        """Return the class's score minus that of a text without n-grams, which is the intercept."""
        parts = [vectorizer.transform([text]) for vectorizer in self.model.vectorizers_.values()]
        ends = np.cumsum([part.shape[1] for part in parts])[:-1]
        weights = np.split(self.weights[target], ends)
        return float(sum((part @ weight)[0] for part, weight in zip(parts, weights, strict=True)))


def word_ngrams(vectorizer: NgramVectorizer, text: str) -> Iterator[Occurrence]:
    """Yield the word n-grams that are features, each with the places of its words."""
    lower, places = to_lower_case(text)
    normal, origins = to_normal_form(lower)
    spans = [span for span in word_spans(normal) if normal[slice(*span)] not in vectorizer.stop_words]
    found = [place_in_text(place_in_text(span, origins), places) for span in spans]
    for feature, start, end in vectorizer.occurrences([normal[slice(*span)] for span in spans]):
        yield feature, found[start:end]


def character_ngrams(vectorizer: CharacterVectorizer, text: str) -> Iterator[Occurrence]:
    """Yield the character n-grams that are features; the vectorizer puts a space before and after each word."""
    lower, origins = to_lower_case(text)
    shortest, longest = vectorizer.ngram_range
    for match in re.finditer(r"\S+", lower):
        padded = f" {match.group()} "
        for size in range(shortest, longest + 1):
            for start in range(max(1, len(padded) - size + 1)):
                left = max(match.start(), match.start() - 1 + start)
                right = min(match.end(), match.start() - 1 + start + size)
                span = (left, right) if left < right else match.span()  # a space alone counts for the word beside it
                feature = vectorizer.vocabulary_.get(padded[start : start + size])
                if feature is not None:
                    yield feature, [place_in_text(span, origins)]
            if size >= len(padded):  # a word that is shorter than its n-grams counts once
                break


OCCURRENCES = {"words": word_ngrams, "characters": character_ngrams}


def load_explainer(run: Run) -> LinearExplainer:
    """Return the explainer of a run's linear model."""
    return LinearExplainer(load(run.files.folder))
