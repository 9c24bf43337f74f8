"""A small linear model, trained and loaded as a user's, and a server of models on a free port."""

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from described_runs import write_description
from small_runs import run_of
from textstudy.settings.models.linear import LinearModel
from textstudy.train.linear import train_linear
from textstudy.use.classifier import TextClassifier
from textstudy.use.load import load_run
from textstudy.use.serve.app import create_app
from textstudy.use.serve.limits import Limits
from textstudy.use.serve.listening import bind, listen

TOPICS = {
    "astro": "orbit star moon rocket comet",
    "books": "novel page author plot verse",
    "films": "scene actor cut set",
}
SPLITS = ("train", "train", "validation", "test")
JSON = {"content-type": "application/json"}


def some_texts(count: int, seed: int = 0) -> list[str]:
    """Different texts, to each of which a model gives probabilities of its own."""
    draw, words = random.Random(seed), " ".join(TOPICS.values()).split()
    return [" ".join([*draw.choices(words, k=draw.randint(1, 30)), f"number{place}"]) for place in range(count)]


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory) -> Path:
    """The folder of a trained run, with its usage.json."""
    draw, folder = random.Random(1), tmp_path_factory.mktemp("served") / "run"
    rows = [
        {"id": f"{label}{place}", "cluster": f"{label}{place}", "label": label,
         "text": " ".join(draw.choices(words.split(), k=12)), "split": SPLITS[place % 4]}
        for label, words in TOPICS.items() for place in range(20)
    ]  # fmt: skip
    train_linear(run_of(LinearModel(architecture="linear"), folder), pd.DataFrame(rows))
    write_description(folder, "linear", title="Naive Bayes")
    return folder


@pytest.fixture(scope="session")
def model(run_folder) -> TextClassifier:
    return load_run(run_folder)


@pytest.fixture
def client(model) -> Iterator[TestClient]:
    """A client of a server of that model; what the server raises is an answer, as for a real client."""
    with TestClient(create_app({"linear": model}), raise_server_exceptions=False) as client:
        yield client


def made_up_model(
    predict: Callable[[Sequence[str]], np.ndarray] = lambda texts: np.tile([0.75, 0.25], (len(texts), 1)),
    labels: Sequence[str] = ("long", "short"),
) -> TextClassifier:
    """A model that predicts as a function does, at the pace of the test."""
    return TextClassifier(
        name="made up", title="Made up", labels=labels, clean=str.strip, predict_clean=predict, load_explainer=None
    )


@contextmanager
def served(models: Mapping[str, TextClassifier], *, limits: Limits | None = None, **options) -> Iterator[str]:
    """The address of a real server in a thread of the test."""
    limits = limits or Limits()
    with bind("127.0.0.1", 0) as listener:
        server = listen(create_app(models, limits=limits, **options), listener, limits)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
