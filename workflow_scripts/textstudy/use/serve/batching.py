"""One thread for each model, which answers together what waits for it.

A request that meets an idle model is answered at once; while the model works, requests gather, and the next batch takes
as many of them as fit. So batches grow with the load, and nobody waits for company.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from textstudy.use.classifier import Explanation, TextClassifier
from textstudy.use.serve.limits import Limits


class QueueFullError(Exception):
    """Too many texts wait for a model."""


class StoppedError(Exception):
    """The server is shutting down."""


@dataclass(frozen=True)
class Job:
    """Texts of one request.

    Attributes:
        alone: what to do with them, where that is not a prediction that others may share.
        future: of the answer; whoever gives up waiting cancels it.
    """

    texts: Sequence[str]
    alone: Callable[[], Any] | None = None
    future: Future = field(default_factory=Future)


@dataclass(frozen=True)
class Predictions:
    """What a model says of some texts.

    Attributes:
        probabilities: (texts, classes).
        empty: whether cleaning left nothing of each text.
    """

    probabilities: np.ndarray
    empty: list[bool]


class Worker:
    """Answers for one model.

    Attributes:
        name: of the model on this server.
        model: the model itself.
        waiting: number of texts in its queue.
    """

    def __init__(
        self, name: str, model: TextClassifier, limits: Limits, count_batch: Callable[[str, np.ndarray], None]
    ) -> None:
        """Make a worker that `start` sets to work; `count_batch` hears its name and the probabilities of each batch."""
        self.name, self.model, self.waiting = name, model, 0
        self._limits, self._count_batch = limits, count_batch
        self._jobs: deque[Job] = deque()
        self._changed, self._stopping = threading.Condition(), False
        self._thread = threading.Thread(target=self._work, name=f"model {name}", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what waits, take nothing new, and return when all is done."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def predict(self, texts: Sequence[str]) -> "Future[Predictions]":
        """Return the future answer to raw texts.

        Raises:
            QueueFullError: too many texts wait.
            StoppedError: the worker takes nothing new.
        """
        return self._submit(Job(texts))

    def explain(self, text: str, label: str | None) -> "Future[Explanation]":
        """Return the future explanation of a raw text; raises as `predict` does."""
        return self._submit(Job([text], alone=lambda: self.model.explain(text, label)))

    def _submit(self, job: Job) -> Future:
        with self._changed:
            if self._stopping:
                raise StoppedError
            if self.waiting + len(job.texts) > self._limits.waiting_texts:
                raise QueueFullError
            self._jobs.append(job)
            self.waiting += len(job.texts)
            self._changed.notify()
        return job.future

    def _work(self) -> None:
        while jobs := self._take():
            wanted = [job for job in jobs if job.future.set_running_or_notify_cancel()]
            if wanted:
                self._answer(wanted)

    def _take(self) -> list[Job]:
        """Wait for jobs, and return those at the head of the queue that fit into one batch; none at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._stopping)
            jobs, texts, characters = [], 0, 0
            while self._jobs:
                job = self._jobs[0]
                texts += len(job.texts)
                characters += sum(map(len, job.texts))
                too_large = texts > self._limits.batch_texts or characters > self._limits.batch_characters
                if jobs and (too_large or job.alone or jobs[0].alone):
                    break
                jobs.append(self._jobs.popleft())
                self.waiting -= len(job.texts)
            return jobs

    def _answer(self, jobs: list[Job]) -> None:
        try:
            if jobs[0].alone:
                jobs[0].future.set_result(jobs[0].alone())
                return
            found = self._predict([text for job in jobs for text in job.texts])
        except Exception as error:
            if len(jobs) == 1:
                jobs[0].future.set_exception(error)
            else:  # the others are not to suffer for the one that cannot be answered
                for job in jobs:
                    self._answer([job])
            return
        start = 0
        for job in jobs:
            part = slice(start, start + len(job.texts))
            job.future.set_result(Predictions(found.probabilities[part], found.empty[part]))
            start = part.stop

    def _predict(self, texts: list[str]) -> Predictions:
        clean = self.model.clean(texts)
        probabilities = np.empty((len(clean), len(self.model.classes_)), np.float32)
        for rows in alike(clean):
            probabilities[rows] = self.model.predict_proba([clean[row] for row in rows], clean=False)
        self._count_batch(self.name, probabilities)
        return Predictions(probabilities, [not text.strip() for text in clean])


def alike(texts: Sequence[str]) -> list[list[int]]:
    """Return the places of texts in groups, none of which has a text twice as long as another.

    A network pads what it reads together to the longest text, so that one long message would cost as much as all.
    """
    groups: dict[int, list[int]] = {}
    for place, text in enumerate(texts):
        groups.setdefault(len(text).bit_length(), []).append(place)
    return list(groups.values())
