"""What waits is predicted together, and each request gets the answers to its own texts."""

import threading
from concurrent.futures import Future

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textstudy.use.serve.batching import QueueFullError, StoppedError, Worker
from textstudy.use.serve.limits import Limits

from .conftest import made_up_model, some_texts


class Held:
    """Predicts the length of each text, as soon as the test lets it."""

    def __init__(self):
        self.batches: list[list[str]] = []
        self.entered, self.go = threading.Semaphore(0), threading.Event()

    def __call__(self, texts):
        self.batches.append(list(texts))
        self.entered.release()
        self.go.wait(10)
        if "poison" in texts:
            raise ValueError("poison")
        return np.array([[len(text), 0] for text in texts], dtype=np.float32)


def started(predict, count=lambda name, found: None, **limits) -> Worker:
    worker = Worker("made up", made_up_model(predict), Limits(**limits), count)
    worker.start()
    return worker


def lengths(future: Future) -> list[float]:
    return future.result(10).probabilities[:, 0].tolist()


@settings(max_examples=25)
@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=30), texts=st.integers(1, 12), most=st.integers(1, 400))
def test_every_request_gets_its_own_answers_in_batches_within_the_limits(sizes, texts, most):
    held, counted = Held(), []
    worker = started(held, lambda name, found: counted.append(len(found)), batch_texts=texts, batch_characters=most)
    asked = [["x" * (37 * place % 101 + number + 1) for number in range(size)] for place, size in enumerate(sizes)]
    futures = [worker.predict(request) for request in asked]
    held.go.set()
    assert [lengths(future) for future in futures] == [[len(text) for text in request] for request in asked]
    worker.stop()
    assert sorted(sum(held.batches, [])) == sorted(sum(asked, [])), "none twice"
    assert all(max(map(len, batch)) < 2 * max(1, min(map(len, batch))) for batch in held.batches)
    largest, longest = max(map(len, asked)), max(sum(map(len, request)) for request in asked)
    assert max(counted) <= max(texts, largest) and sum(counted) == sum(map(len, asked))
    assert all(sum(map(len, batch)) <= max(most, longest) for batch in held.batches)


def test_what_gathers_while_the_model_works_is_one_batch():
    held, counted = Held(), []
    worker = started(held, lambda name, found: counted.append(len(found)))
    futures = [worker.predict(["first"])]
    held.entered.acquire()
    futures += [worker.predict([text]) for text in some_texts(20)]
    assert worker.waiting == 20
    held.go.set()
    worker.stop()
    assert all(future.done() for future in futures) and counted == [1, 20]


def test_a_full_queue_and_a_stopped_worker_take_nothing():
    held = Held()
    worker = started(held, waiting_texts=3)
    worker.predict(["first"])
    held.entered.acquire()
    waiting = worker.predict(["a", "b"])
    with pytest.raises(QueueFullError):
        worker.predict(["c", "d"])
    held.go.set()
    worker.stop()
    assert lengths(waiting) == [1, 1], "stopping answers what waits"
    with pytest.raises(StoppedError):
        worker.predict(["e"])


def test_what_nobody_waits_for_any_more_is_not_predicted():
    held = Held()
    worker = started(held)
    worker.predict(["first"])
    held.entered.acquire()
    assert worker.predict(["given up"]).cancel()
    held.go.set()
    worker.stop()
    assert held.batches == [["first"]] and worker.waiting == 0


def test_a_text_that_breaks_the_model_spoils_no_other_answer():
    held = Held()
    worker = started(held)
    worker.predict(["first"])
    held.entered.acquire()
    good, bad, last = worker.predict(["good"]), worker.predict(["poison"]), worker.predict(["last one"])
    held.go.set()
    worker.stop()
    assert lengths(good) == [4] and lengths(last) == [8] and isinstance(bad.exception(), ValueError)
