"""What is measured of each document, old or new: its length and language, and what the model makes of it."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import entr
from tqdm import tqdm

from textstudy.prepare.languages import identify_languages
from textstudy.robustness.tokens import CountTokens, load_token_counter
from textstudy.runs import RunFiles, read_run
from textstudy.use.load import load_run
from textstudy.use.usage import Usage, read_usage
from textstudy.use.watch.states import kept_states

BATCH = 250  # documents predicted at a time, for the progress bar


@dataclass(frozen=True)
class Measured:
    """Documents and what was measured of each.

    Attributes:
        texts: clean.
        probabilities: (documents, classes).
        frame: of each document `length` (words), `unknown` (share of its tokens), `language`, `predicted`, `confidence`
            (the largest probability) and `entropy` (of the probabilities, in nats).
        states: (documents, size) of the network, in no order; None where the model has none.
    """

    texts: list[str]
    probabilities: np.ndarray = field(repr=False)
    frame: pd.DataFrame = field(repr=False)
    states: np.ndarray | None = field(repr=False, default=None)

    def __len__(self) -> int:
        return len(self.texts)


class Gauge:
    """Measures documents with a model.

    Attributes:
        classifier: the model.
    """

    def __init__(self, usage: Usage) -> None:
        """Load the model of a run."""
        self.classifier, self._counters = load_run(usage.folder), _counters(usage)
        # The members of an ensemble have states of their own, which are not those of one network.
        run = None if usage.members else read_run(RunFiles.from_inputs(usage.folder, usage.files))
        self._is_network = run is not None and run.facts.uses_torch and run.facts.learner != "prompted"

    def measure(self, texts: Sequence[str], progress: str) -> Measured:
        """Return clean texts, none of them empty, with what is measured of them.

        Args:
            progress: what to call the documents while they are predicted.
        """
        classes = len(self.classifier.classes_)
        starts = tqdm(range(0, len(texts), BATCH), desc=progress, unit="batch", disable=None)
        with kept_states(classes) if self._is_network else nullcontext({}) as kept:
            found = [self.classifier.predict_proba(texts[start : start + BATCH], clean=False) for start in starts]
        probabilities = np.concatenate(found)
        # The member of an ensemble counts that knows least of a text.
        tokens = np.stack([counter(texts) for counter in self._counters])  # (members, documents, 2)
        frame = pd.DataFrame(
            {
                "length": [len(text.split()) for text in texts],
                "unknown": (tokens[..., 1] / np.maximum(tokens[..., 0], 1)).max(axis=0),
                "language": list(identify_languages(texts)),
                "predicted": self.classifier.classes_[probabilities.argmax(axis=1)],
                "confidence": probabilities.max(axis=1),
                "entropy": entr(probabilities.astype(float)).sum(axis=1),
            }
        )
        states = np.concatenate(list(kept.values())[-1]) if kept else None
        return Measured(list(texts), probabilities, frame, states)


def _counters(usage: Usage) -> list[CountTokens]:
    """Return a counter of tokens of the model, or one of each member of an ensemble."""
    if usage.members:
        return [counter for folder in usage.members.values() for counter in _counters(read_usage(folder))]
    return [load_token_counter(read_run(RunFiles.from_inputs(usage.folder, usage.files)))]
