"""What is measured of each document, old or new: its length and language, and what the model makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from textstudy.prepare.languages import identify_languages
from textstudy.robustness.tokens import CountTokens
from textstudy.use.classifier import TextClassifier

BATCH = 250  # documents predicted at a time, for the progress bar


@dataclass(frozen=True)
class Measured:
    """Documents and what was measured of each.

    Attributes:
        texts: clean.
        probabilities: (documents, classes).
        frame: of each document `length` (words), `unknown` (share of its tokens), `language`, `predicted`, `confidence`
            (the largest probability) and `entropy` (of the probabilities, in nats).
    """

    texts: list[str]
    probabilities: np.ndarray
    frame: pd.DataFrame = field(repr=False)

    def __len__(self) -> int:
        return len(self.texts)


def measure(
    texts: Sequence[str], classifier: TextClassifier, counters: Sequence[CountTokens], *, progress: str
) -> Measured:
    """Return clean texts, none of them empty, with what is measured of them.

    Args:
        counters: of the tokens of the model, or of each member of an ensemble, of which the one counts that knows least
            of a text.
        progress: what to call the documents while they are predicted.
    """
    from tqdm import tqdm

    starts = tqdm(range(0, len(texts), BATCH), desc=progress, unit="batch", disable=None)
    found = [classifier.predict_proba(texts[start : start + BATCH], clean=False) for start in starts]
    probabilities = np.concatenate(found)
    logarithms = np.log(np.maximum(probabilities.astype(float), np.finfo(float).tiny))
    tokens = np.stack([counter(texts) for counter in counters])  # (members, documents, 2)
    frame = pd.DataFrame(
        {
            "length": [len(text.split()) for text in texts],
            "unknown": (tokens[..., 1] / np.maximum(tokens[..., 0], 1)).max(axis=0),
            "language": list(identify_languages(texts)),
            "predicted": classifier.classes_[probabilities.argmax(axis=1)],
            "confidence": probabilities.max(axis=1),
            "entropy": -(probabilities * logarithms).sum(axis=1),
        }
    )
    return Measured(list(texts), probabilities, frame)
