"""What a prediction costs, measured once, from the text to the probabilities."""

import time
from collections.abc import Callable, Sequence

import numpy as np

WARM_UP = 5  # predictions that are not timed: caches fill, kernels are chosen
SINGLE_DOCUMENTS = 40  # predicted one at a time, for the latency
BATCH_DOCUMENTS = 100  # predicted together, for the throughput
MINIMUM_SECONDS = 0.5  # a quick model predicts the single documents again and again for so long


def choose_texts(texts: Sequence[str]) -> list[str]:
    """Return the documents to measure on, taken evenly: the same for every model, in every round."""
    return [texts[index] for index in evenly(len(texts), BATCH_DOCUMENTS)]


def measure(predict_proba: Callable[[Sequence[str]], np.ndarray], texts: Sequence[str]) -> dict[str, float]:
    """Return what one round of measurements gives.

    The time covers everything from the text to the probabilities: tokenization, and the encoder where there is one.

    Args:
        texts: what `choose_texts` returns.

    Returns:
        `latency_ms` and `latency_ms_p95`: median and 95th percentile of the milliseconds for one document alone.
        `cpu_ms`: milliseconds that the processors work for it, all threads together, mean.
        `documents_per_second`: of all texts predicted in one call.
    """
    single = [texts[index] for index in evenly(len(texts), SINGLE_DOCUMENTS)]
    for text in single[:WARM_UP]:
        predict_proba([text])
    milliseconds: list[float] = []
    begin, cpu_begin = time.perf_counter(), time.process_time()
    while not milliseconds or time.perf_counter() - begin < MINIMUM_SECONDS:
        for text in single:
            start = time.perf_counter()
            predict_proba([text])
            milliseconds.append(1000 * (time.perf_counter() - start))
    cpu_ms = 1000 * (time.process_time() - cpu_begin) / len(milliseconds)
    start = time.perf_counter()
    predict_proba(texts)
    elapsed = time.perf_counter() - start
    return {
        "latency_ms": float(np.median(milliseconds)),
        "latency_ms_p95": float(np.quantile(milliseconds, 0.95)),
        "cpu_ms": cpu_ms,
        "documents_per_second": len(texts) / elapsed,
    }


def evenly(count: int, wanted: int) -> np.ndarray:
    """Return so many places, evenly spaced among `count`, or all of them."""
    return np.linspace(0, count - 1, min(count, wanted)).astype(int)
