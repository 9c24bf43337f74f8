"""What `textstudy serve` takes and gives, beside the plain way to serve the same model: expected against measured.

    python benchmarks/check_serve.py                      # make check-serve
    python benchmarks/check_serve.py --folder DIR         # keeps the models that it trains
    python benchmarks/check_serve.py --fuzz schemathesis  # also with random requests of this program

It trains a linear model and fine-tunes the packaged encoder on the demo corpus, for about a minute, and serves them,
the encoder also as an ONNX bundle and in 8 bits. Others should not use the machine. Exit status: 0 if all is as
expected, else 1.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import psutil
from check_gpu import Check
from load_generator import put_load
from scale import ROOT, copy_project

import textstudy
from textstudy.corpora import demo

CLIENTS = (1, 8, 64)
NAME = "serve"
PLAIN = {"encoder": ("pipeline", "queued"), "linear": ("predictor",)}
GOALS = {"onnx": 2.0, "int8": 3.0}  # times the answers a second of the plain way, of an encoder with the most clients
SHORT = 20  # words of a short text
TOLERANCE = 1e-4  # of a probability, whatever its company in the batch


def prepare(folder: Path) -> dict[str, Path]:
    """Train both models in a copy of the project, unless they are there; return their folders."""
    copy_project(folder)
    training = {"epochs": 1, "learning_rate": 2.0e-4, "batch_size": 16}
    study = {
        "title": "Models to serve",
        "preparation": {"name": NAME, "corpus": {"kind": "demo", "name": NAME, "documents": 800}},
        "encodings": {"wordpieces": {"tokenizer": "wordpieces", "encoder": "bert-base-uncased", "maximum_length": 256}},
        "seeds": [1],
        "models": {
            "linear": {"architecture": "linear"},
            "encoder": {"architecture": "pretrained", "strategy": "full", "pooling": "mean", "training": training},
        },
    }
    (folder / "config" / "studies" / f"{NAME}.yaml").write_text(json.dumps(study))  # JSON is YAML
    runs = {name: folder / "results" / "models" / NAME / name / "1" for name in study["models"]}
    wanted = [str((run / "usage.json").relative_to(folder)) for run in runs.values()]
    options = ["--cores", "1", "--configfile", "config/cpu.yaml", "--config", f"studies=[{NAME}]"]
    environment = os.environ | {"PYTHONPATH": str(folder / "workflow_scripts")}
    make = [sys.executable, "-m", "snakemake", *wanted, *options, "--quiet", "all"]
    subprocess.run(make, cwd=folder, env=environment, check=True)
    bundles = {form: folder / form for form in GOALS}
    for form, bundle in bundles.items():
        if not bundle.exists():
            export = [sys.executable, "-m", "textstudy", "export", str(runs["encoder"]), "--out", str(bundle)]
            subprocess.run([*export, "--format", form], env=environment, check=True)
    return runs | bundles


@contextmanager
def started(*command: str) -> Iterator[tuple[int, psutil.Process, float]]:
    """Start a server whose command lacks its port; yield the port, the process and the seconds to its first answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command, str(port)], env=os.environ, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                put_load(port, ["A first text."], clients=1, requests=1)
                break
            except OSError:
                if process.poll() is not None:
                    sys.exit(f"{' '.join(command)} did not start")
                time.sleep(0.02)
        yield port, psutil.Process(process.pid), time.perf_counter() - begin
    finally:
        process.terminate()
        process.wait()


def serve(run: Path) -> tuple[str, ...]:
    """Return the command of our server, up to its port."""
    return ("-m", "textstudy", "serve", str(run), "--port")


def some_texts(count: int) -> dict[str, list[str]]:
    """Return different demo messages, whole and shortened."""
    messages = demo.read(None, {"documents": count, "seed": 2})["text"].tolist()
    last = [" ".join(message.split()[-SHORT:]) for message in messages]
    numbered = {"short texts": last, "messages": messages}
    return {kind: [f"{text} {place}" for place, text in enumerate(found)] for kind, found in numbered.items()}


def compare(check: Check, name: str, ours: dict[str, Path], texts: list[str], kind: str, seconds: float) -> None:
    """Put the same load on our server, with a run and with what was made of it, and on each plain one."""
    servers = {f"ours, {form}": serve(folder) for form, folder in ours.items()}
    plain = [str(ROOT / "benchmarks" / "plain_server.py")]
    servers |= {f"plain, {way}": (*plain, way, str(ours["run"])) for way in PLAIN[name]}
    rates = {}
    for server, command in servers.items():
        with started(*command) as (port, process, cold):
            check.show(f"{name}, {server}: from its start to its first answer", cold, unit="s")
            for clients in CLIENTS:
                load = put_load(port, texts, clients=clients, seconds=seconds)
                rates[server, clients] = load.rate
                p50, p99 = load.percentile(0.5), load.percentile(0.99)
                within = f"half within {p50:.3g} ms, 99 % within {p99:.3g} ms"
                check.show(f"{name}, {server}: {kind}, {clients} clients; {within}", load.rate, unit="answers/s")
            check.show(f"{name}, {server}: memory", process.memory_info().rss / 1e6, unit="MB")
    for form in ours:
        server = f"ours, {form}"
        for clients in CLIENTS:
            ratio = rates[server, clients] / max(rates[f"plain, {way}", clients] for way in PLAIN[name])
            least = GOALS.get(form, 0.8) if clients == max(CLIENTS) else 0.8
            check.show(f"{name}, {server}: {kind}, {clients} clients, beside the best plain way", ratio, least=least)


def check_answers(check: Check, name: str, run: Path, texts: list[str], requests: int) -> None:
    """Send many requests of 64 clients, and compare each answer with that of the model in this process."""
    model = textstudy.load(run)
    expected = model.predict_proba(texts)

    def right(place: int, content: dict) -> bool:
        (answer,) = content["answers"]
        found = np.array([answer["probabilities"][label] for label in model.classes_])
        best = expected[place, model.classes_.tolist().index(answer["label"])]
        return bool(np.abs(found - expected[place]).max() < TOLERANCE and best > expected[place].max() - TOLERANCE)

    with started(*serve(run)) as (port, process, _):
        before = process.memory_info().rss
        load = put_load(port, texts, clients=max(CLIENTS), requests=requests, check=right)
        grown = process.memory_info().rss - before
    check.show(f"{name}: answers, each compared with the model's", len(load.seconds), least=requests)
    check.show(f"{name}: of these lost or wrong", load.wrong, most=0)
    check.show(f"{name}: memory that they left behind", grown / 1e6, unit="MB", most=200)


def fuzz(check: Check, program: str, run: Path, requests: int) -> None:
    """Let schemathesis send requests of all kinds, until there are as many; count what the server says of them."""
    with started(*serve(run)) as (port, _, _):
        url, counted = f"http://127.0.0.1:{port}", Counter()
        command = [*program.split(), "run", f"{url}/openapi.json", "--checks", "not_a_server_error", "--no-color"]
        for seed in range(1, 100):
            if counted.total() >= requests:
                break
            # It ends early where it finds nothing new.
            subprocess.run([*command, "--seed", str(seed), "--max-examples", "500"], stdout=subprocess.DEVNULL)
            with urlopen(f"{url}/metrics") as figures:
                lines = re.findall(
                    r'^textstudy_requests_total\{.*status="(\d+)"\} (\S+)', figures.read().decode(), re.M
                )
            counted = Counter()
            for status, number in lines:
                counted[status] += int(float(number))
    told = ", ".join(f"{number} × {status}" for status, number in sorted(counted.items()))
    check.show(f"random requests of schemathesis: {told}", counted.total(), least=requests)
    check.show("of these answered 5xx", sum(n for status, n in counted.items() if status[0] == "5"), most=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where the models are trained, and kept")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each load; 0: none")
    parser.add_argument("--requests", type=int, default=100_000, help="whose answers are compared; 0: none")
    parser.add_argument("--fuzz", help="how to call schemathesis")
    parser.add_argument("--fuzz-requests", type=int, default=10_000)
    arguments = parser.parse_args()
    check = Check()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        runs, texts = prepare(folder), some_texts(2000)
        if arguments.seconds:
            for kind, found in texts.items():
                encoders = {"run": runs["encoder"], **{form: runs[form] for form in GOALS}}
                compare(check, "encoder", encoders, found, kind, arguments.seconds)
            compare(check, "linear", {"run": runs["linear"]}, texts["messages"], "messages", arguments.seconds)
        if arguments.requests:
            check_answers(check, "linear", runs["linear"], texts["messages"], arguments.requests)
            for name in runs.keys() - {"linear"}:
                check_answers(check, name, runs[name], texts["short texts"], arguments.requests // 50)
        if arguments.fuzz:
            fuzz(check, arguments.fuzz, runs["linear"], arguments.fuzz_requests)
    sys.exit(1 if check.failed else 0)


if __name__ == "__main__":
    main()
