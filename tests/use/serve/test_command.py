"""`textstudy serve` as a process: what it says, what it takes, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2 as httpx
import numpy as np
import pytest

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.use.serve import command
from textstudy.use.serve.command import name_models, read_key, serve
from textstudy.use.serve.listening import bind, is_loopback

from .conftest import made_up_model, some_texts


@contextmanager
def started(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """A process `textstudy serve`, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "textstudy", "serve", *arguments, "--port", "0"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "workflow_scripts")} | environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process, process.stdout.readline().split()[2]
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_what_is_in_flight_and_ends(run_folder, model, number):
    texts = [" ".join(some_texts(400, seed)) for seed in range(64)]
    with started(str(run_folder), str(run_folder), TEXTSTUDY_API_KEY="secret") as (process, url):
        client = httpx.Client(headers={"authorization": "Bearer secret"}, timeout=60)
        assert [found["name"] for found in client.get(f"{url}/models").json()] == ["linear", "linear-2"]
        assert httpx.get(f"{url}/models").status_code == 401
        with ThreadPoolExecutor(3) as pool:
            asked = [pool.submit(client.post, f"{url}/predict", json={"texts": texts}) for _ in range(3)]
            while 'waiting_texts{model="linear"} 64.0' not in client.get(f"{url}/metrics").text:
                assert not all(response.done() for response in asked)
            process.send_signal(number)
            answers = [response.result() for response in asked]
        expected = model.predict_proba(texts)
        for response in answers:
            found = [list(answer["probabilities"].values()) for answer in response.json()["answers"]]
            np.testing.assert_allclose(found, expected, atol=1e-6)
        assert process.wait(30) in (0, -number)
        told = process.stdout.read()
        assert "linear: Naive Bayes, 3 classes" in told and "Traceback" not in told
        with pytest.raises(httpx.ConnectError):
            client.get(f"{url}/health")


def test_an_address_that_cannot_be_had_is_a_sentence(run_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StudyError, match=rf"port {port} of 127\.0\.0\.1 cannot be used .*--port"):
            serve([str(run_folder)], study=None, host="127.0.0.1", port=port)
    with pytest.raises(StudyError, match="192.0.2.1"):
        bind("192.0.2.1", 0)


def test_only_a_loopback_address_checks_the_names():
    hosts = ["127.0.0.1", "127.9.9.9", "::1", "localhost", "0.0.0.0", "::", "192.0.2.1", "example.org"]
    assert [is_loopback(host) for host in hosts] == [True] * 4 + [False] * 4


def test_a_key_must_be_one():
    assert read_key({}) is None and read_key({command.KEY: "k"}) == "k"
    with pytest.raises(StudyError, match="TEXTSTUDY_API_KEY is empty"):
        read_key({command.KEY: " "})


def test_there_must_be_something_to_serve():
    with pytest.raises(StudyError, match="--study"):
        serve([], study=None, host="127.0.0.1", port=0)
    with pytest.raises(StudyError, match="none of the models"):
        name_models([])
    first, second = made_up_model(), made_up_model()
    assert name_models([first, second]) == {"made up": first, "made up-2": second}


def test_of_a_study_what_cannot_be_loaded_is_told_and_the_rest_is_served(run_folder, tmp_path, monkeypatch, capsys):
    folders = {"broken": tmp_path, "linear": run_folder}
    monkeypatch.setattr(command, "read_report", lambda study: (tmp_path, {"models": {"broken": {}, "linear": {}}}))
    monkeypatch.setattr(command, "recommended", lambda study, report: "linear")
    monkeypatch.setattr(command, "first_run", lambda study, report, model: folders[model])
    models = command.load_study("small")
    assert next(models).name == "linear", "the recommended one first"
    assert list(models) == [] and f"Not served: {tmp_path} has no usage.json" in capsys.readouterr().err
