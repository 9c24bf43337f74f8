"""What a server counts: figures for Prometheus, and the classes of the last hour."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
TEXTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
MINUTES = 60


class ClassMix:
    """How often a model answered each class in the last hour, by the minute: its memory does not grow."""

    def __init__(self, classes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._counts = np.zeros((MINUTES, classes), np.int64)
        self._minute, self._clock, self._lock = int(clock() // 60), clock, threading.Lock()

    def add(self, answers: np.ndarray) -> None:
        """Count answers, given as indices of classes."""
        with self._lock:
            self._forget()
            np.add.at(self._counts[self._minute % MINUTES], answers, 1)

    def counts(self) -> list[int]:
        """Return the number of answers of each class."""
        with self._lock:
            self._forget()
            return self._counts.sum(axis=0).tolist()

    def _forget(self) -> None:
        now = int(self._clock() // 60)
        gone = np.arange(self._minute + 1, min(now, self._minute + MINUTES) + 1) % MINUTES
        self._counts[gone] = 0
        self._minute = now


class Metrics:
    """The figures of one server.

    Attributes:
        mixes: model → the classes of its last hour.
    """

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        """Begin at zero; `classes` has the labels of each model."""
        self._registry = registry = CollectorRegistry()
        self._requests = Counter("textstudy_requests", "Answered requests", ["path", "status"], registry=registry)
        self._seconds = Histogram(
            "textstudy_request_seconds", "From the head of a request to its answer", ["path"], buckets=SECONDS,
            registry=registry,
        )  # fmt: skip
        self._batches = Histogram(
            "textstudy_batch_texts", "Texts predicted together", ["model"], buckets=TEXTS, registry=registry
        )
        self._answers = Counter("textstudy_answers", "Predicted texts", ["model", "label"], registry=registry)
        self.waiting = Gauge("textstudy_waiting_texts", "Texts in the queue", ["model"], registry=registry)
        self._classes = {name: list(labels) for name, labels in classes.items()}
        self.mixes = {name: ClassMix(len(labels)) for name, labels in classes.items()}

    def count_request(self, path: str, status: int, seconds: float) -> None:
        """Count a request by its route; status 0 is that of a client that went away."""
        self._requests.labels(path, status).inc()
        self._seconds.labels(path).observe(seconds)

    def count_batch(self, model: str, probabilities: np.ndarray) -> None:
        """Count what a model answered to a batch, given as its probabilities, (texts, classes)."""
        answers = probabilities.argmax(axis=1)
        self._batches.labels(model).observe(len(answers))
        self.mixes[model].add(answers)
        for place, count in zip(*np.unique(answers, return_counts=True), strict=True):
            self._answers.labels(model, self._classes[model][place]).inc(count)

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry)
