"""What a prediction costs, measured from the text to the probabilities, on one thread."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

WARM_UP = 5
LATENCY_DOCUMENTS = 60
THROUGHPUT_DOCUMENTS = 200


def measure(
    predict_proba: Callable[[Sequence[str]], np.ndarray], texts: Sequence[str], *, threads: int
) -> dict[str, Any]:
    """Return latency for one document (median and 95th percentile, milliseconds) and throughput (documents/s).

    The time covers everything from the text to the probabilities: tokenization, and the encoder where there is one.

    Args:
        texts: documents are taken evenly from them, the same for every model.
        threads: to which the caller has limited the libraries; only reported.
    """
    chosen = [
        texts[index] for index in np.linspace(0, len(texts) - 1, min(len(texts), THROUGHPUT_DOCUMENTS)).astype(int)
    ]
    single = chosen[:: max(1, len(chosen) // LATENCY_DOCUMENTS)][:LATENCY_DOCUMENTS]
    for text in single[:WARM_UP]:
        predict_proba([text])
    milliseconds = []
    for text in single:
        start = time.perf_counter()
        predict_proba([text])
        milliseconds.append(1000 * (time.perf_counter() - start))
    start = time.perf_counter()
    predict_proba(chosen)
    elapsed = time.perf_counter() - start
    return {
        "latency_ms_median": float(np.median(milliseconds)),
        "latency_ms_p95": float(np.quantile(milliseconds, 0.95)),
        "documents_per_second": float(len(chosen) / elapsed),
        "threads": threads,
        "documents": len(chosen),
    }
