"""Probabilities at a temperature: one number makes them more or less confident (Guo et al. 2017, arXiv:1706.04599).

The logits are divided by the temperature. They are only known up to a constant, which the softmax takes out again, so
the logarithms of the probabilities do as well. The order of the classes stays, and with it every answer.
"""

import numpy as np
from scipy.special import softmax

_TINY = np.finfo(np.float32).tiny  # a probability that was rounded to 0


def scale(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Return probabilities (documents, classes) at a temperature; above 1 they are less confident. The dtype stays."""
    return softmax(to_logits(probabilities) / temperature, axis=1).astype(probabilities.dtype)


def to_logits(probabilities: np.ndarray) -> np.ndarray:
    """Return logits with these probabilities (documents, classes), float64."""
    return np.log(np.maximum(probabilities, _TINY, dtype=np.float64))
