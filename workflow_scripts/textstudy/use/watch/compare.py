"""All tests of new documents against old ones, corrected together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from textstudy.evaluate.significance import holm
from textstudy.use.watch.changed_words import Word, compare_words
from textstudy.use.watch.changes import Change, compare_categories, compare_numbers
from textstudy.use.watch.measure import Measured
from textstudy.use.watch.telling_apart import LEAST, describe, scale, tell_apart

NUMBERS = ("length", "unknown", "confidence", "entropy")
CATEGORIES = ("language", "predicted")
STATES, TOGETHER = "states", "all together"


@dataclass(frozen=True)
class Comparison:
    """What the tests say.

    Attributes:
        changes: one for each feature, by name.
        adjusted: their p-values, corrected for all of them (Holm 1979).
        words: those that changed.
        left_out: feature → why it was not compared.
        features: (new documents, features) as the classifier two-sample test reads them.
    """

    changes: Mapping[str, Change]
    adjusted: Mapping[str, float]
    words: list[Word]
    left_out: Mapping[str, str]
    features: csr_matrix = field(repr=False)


def compare(old: Measured, new: Measured, groups: Sequence[np.ndarray] = ()) -> Comparison:
    """Compare new documents with old ones, feature by feature and all together.

    Args:
        groups: of each kind the number of the group of each old document.
    """
    words_together, words = compare_words(old.texts, new.texts)
    found = [words_together]
    found += [compare_numbers(name, *(side.frame[name].to_numpy() for side in (old, new)), groups) for name in NUMBERS]
    found += [compare_categories(name, old.frame[name], new.frame[name], groups) for name in CATEGORIES]
    features, is_new = _describe(old, new), np.repeat([False, True], [len(old), len(new)])
    apart, left_out = {}, {}
    if old.states is None or new.states is None:
        left_out[STATES] = "the model is no single network with a last layer"
    else:
        apart[STATES] = scale(np.concatenate([old.states, new.states]))
    apart[TOGETHER] = features
    for name, each in apart.items():
        change = tell_apart(name, each, is_new, groups)
        if change is None:
            left_out[name] = f"there are fewer than {LEAST} documents on one side, too few to learn from"
        else:
            found.append(change)
    changes = {change.feature: change for change in found}
    adjusted = dict(zip(changes, holm([change.p_value for change in found]), strict=True))
    return Comparison(changes, adjusted, words, left_out, features[len(old) :])


def _describe(old: Measured, new: Measured) -> csr_matrix:
    numbers = np.concatenate([side.frame[list(NUMBERS)].to_numpy() for side in (old, new)])
    numbers[:, NUMBERS.index("length")] = np.log1p(numbers[:, NUMBERS.index("length")])
    return describe([*old.texts, *new.texts], numbers)
