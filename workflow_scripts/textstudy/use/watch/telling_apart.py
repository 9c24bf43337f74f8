"""The classifier two-sample test (Lopez-Paz and Oquab 2017, arXiv:1610.06545): can new documents be told from old ones?

A classifier learns from half of the documents which are new. If it finds the new ones among the other half better than
chance, they differ in something that it sees. The paper counts right answers. Here scores are ranked instead, because
that needs no threshold, and not as many old as new documents.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from scipy.stats import mannwhitneyu, norm, rankdata
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from textstudy.use.watch.changes import Change
from textstudy.use.watch.groups import design_effect
from textstudy.words import find_words

LEAST = 20  # documents on either side; fewer teach a classifier nothing
FEATURES = 20_000  # words, the most frequent ones
SEED = 0


def describe(texts: Sequence[str], numbers: np.ndarray) -> csr_matrix:
    """Return features of old and new documents together, (documents, features).

    Args:
        texts: clean.
        numbers: (documents, some) that count beside their words.
    """
    words = TfidfVectorizer(analyzer=find_words, max_features=FEATURES, sublinear_tf=True, dtype=np.float32)
    return hstack([words.fit_transform(texts), scale(numbers)], "csr")


def scale(numbers: np.ndarray) -> csr_matrix:
    """Return numbers (documents, some) of the size that the weights of words have."""
    return csr_matrix(StandardScaler().fit_transform(numbers) / 10)


def tell_apart(
    feature: str, features: csr_matrix, is_new: np.ndarray, groups: Sequence[np.ndarray] = ()
) -> Change | None:
    """Return the test; its effect is how often a new document has a higher score than an old one, 0.5 by chance.

    None where there are too few documents on either side. The p-value is that of the ranks of the second half alone
    (Mann and Whitney 1947), of which the classifier has not seen which are new.

    Args:
        features: (documents, features), the old documents first.
        is_new: (documents,).
        groups: of each kind the number of the group of each old document.
    """
    if min(is_new.sum(), (~is_new).sum()) < LEAST:
        return None
    learns, generator = np.zeros(len(is_new), bool), np.random.default_rng(SEED)
    for side in (is_new, ~is_new):  # half of each
        places = generator.permutation(np.flatnonzero(side))
        learns[places[: len(places) // 2]] = True
    classifier = LogisticRegression(C=10, class_weight="balanced", max_iter=200)
    scores = classifier.fit(features[learns], is_new[learns]).decision_function(features[~learns])
    new, old = scores[is_new[~learns]], scores[~is_new[~learns]]
    found = mannwhitneyu(new, old, alternative="greater")
    area = float(found.statistic) / (len(new) * len(old))
    ranks, tested = rankdata(np.concatenate([new, old]))[len(new) :], np.flatnonzero(~learns[~is_new])
    effect = design_effect(ranks, [numbers[tested] for numbers in groups])
    p_value = float(found.pvalue if effect == 1 else norm.sf(norm.isf(found.pvalue) / np.sqrt(effect)))
    return Change(feature, "new one told from an old one", 0.5, area, area, p_value)
