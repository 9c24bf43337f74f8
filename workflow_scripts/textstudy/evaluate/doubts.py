"""Labels that the answers of models put in doubt."""

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores


def doubted_labels(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray | None:
    """Return the rows whose label confident learning doubts, the most doubtful first (Northcutt et al. 2021).

    None where a class has no document: the method (arXiv:1911.00068) has no threshold for it then.

    Args:
        labels: (documents,) int.
        probabilities: (documents, classes), of models that have not learned from these documents.
    """
    if len(np.unique(labels)) < probabilities.shape[1]:
        return None
    doubted = find_label_issues(labels, probabilities, filter_by="prune_by_noise_rate", n_jobs=1)
    quality = get_label_quality_scores(labels, probabilities, method="normalized_margin")
    rows = np.flatnonzero(doubted)
    return rows[np.argsort(quality[rows], kind="stable")]
