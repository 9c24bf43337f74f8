"""What the cheap networks are worth: averaged n-grams and static vectors beside TF-IDF and MiniLM, on three corpora.

    TEXTSTUDY_MIRROR=DIR python benchmarks/check_cheap.py [--corpora sst5 reviews newsgroups] [--rounds 3]

Each learns from the training documents of a published study, chooses its epoch on validation, and is measured on test.
Expected: an accuracy of at least the stated one, at most a minute of training for 10,000 documents, and at least 20
times as many predictions a second as MiniLM gives, from the text to the probabilities, side by side in each round.
Seconds are those of the processor, on one thread. MiniLM's accuracy is not measured here; it is that of the studies.
Status 1 where something is not as expected. Minutes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import pandas as pd
import torch

from textstudy.encode.distill import write_distilled
from textstudy.encode.ngrams import encode_ngrams
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.evaluate.efficiency import choose_texts
from textstudy.evaluate.predictors import Predict, load_predictor
from textstudy.fetch.fetch import fetch
from textstudy.machine.stopwatch import Lap
from textstudy.machine.threads import limited_threads
from textstudy.runs import Facts, Run, RunFiles, read_run, training_record, write_run
from textstudy.settings.data import NgramsEncoding
from textstudy.settings.models.base import ModelSettings
from textstudy.settings.models.fasttext import FasttextModel
from textstudy.settings.models.linear import LinearModel
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.settings.models.static import StaticModel
from textstudy.storage.files import read_json
from textstudy.storage.tables import SPLIT, read_table
from textstudy.train.build import build_network
from textstudy.train.linear import train_linear
from textstudy.train.network import train_network

ROOT = Path(__file__).parents[1]
LENGTH = 256  # subwords that MiniLM and the static vectors read
MOST_SECONDS, FASTER = 60, 20
MODELS: dict[str, ModelSettings] = {
    "TF-IDF": LinearModel(architecture="linear", classifier="svm"),
    "fasttext": FasttextModel(architecture="fasttext"),
    "static": StaticModel(architecture="static"),
}
MINILM = PretrainedModel(architecture="pretrained", strategy="full", pooling="mean", head="linear")


@dataclass(frozen=True)
class Corpus:
    """A study whose preparation is used, the accuracies expected on its test documents, and that of its MiniLM."""

    study: str
    expected: Mapping[str, float]
    minilm: float


CORPORA = {
    "sst5": Corpus("sst5-recurrent", {"fasttext": 0.40, "static": 0.40}, 0.490),
    "reviews": Corpus("reviews-robustness", {"fasttext": 0.86, "static": 0.85}, 0.923),
    "newsgroups": Corpus("newsgroups-backbones", {"fasttext": 0.65, "static": 0.65}, 0.731),
}


def main() -> None:
    """Print a table, and what was expected."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", nargs="+", choices=CORPORA, default=list(CORPORA))
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if "TEXTSTUDY_MIRROR" not in os.environ:
        sys.exit("There are no corpora: set TEXTSTUDY_MIRROR to the mirror with them.")
    failed = []
    with tempfile.TemporaryDirectory() as temporary, limited_threads(1):
        encoder = Path(temporary) / "encoder"
        fetch("minilm", encoder)
        for name in options.corpora:
            failed += check(name, Path(temporary) / name, encoder, options.rounds)
    print("\n".join(failed) or "All as expected.")
    sys.exit(bool(failed))


def check(name: str, folder: Path, encoder: Path, rounds: int) -> list[str]:
    """Print a row for each model on a corpus, and return what is not as expected."""
    corpus, split = CORPORA[name], prepare(name)
    test = split[split["split"] == "test"]
    counts = split["split"].value_counts()
    runs, seconds = {}, {}
    for kind, model in MODELS.items():
        runs[kind] = train(model, split, folder / kind, encoder)
        seconds[kind] = read_json(runs[kind].files.folder / "training.json")["cpu_seconds"]
    runs["MiniLM"] = untrained(MINILM, split, folder / "MiniLM", encoder)
    ask = {kind: load_predictor(run) for kind, run in runs.items()}
    rates = throughput(ask, choose_texts(test["text"].tolist()), rounds)
    print(f"\n{name}: {counts['train']:,} documents to learn from, {counts['test']:,} to test on")
    print(f"{'':10}{'accuracy':>9}{'expected':>9}{'seconds':>9}{'texts/s':>9}{'times MiniLM':>14}")
    failed = []
    for kind, rate in rates.items():
        times, expected = rate / rates["MiniLM"], corpus.expected.get(kind)
        accuracy = measure(ask[kind], test, runs[kind]) if kind in MODELS else corpus.minilm
        print(
            f"{kind:10}{accuracy:9.1%}{expected or float('nan'):9.1%}{seconds.get(kind, float('nan')):9.0f}{rate:9.0f}"
            f"{times:14.1f}"
        )
        if expected is None:
            continue
        allowed = MOST_SECONDS * max(1, counts["train"] / 10_000)
        for good, what in (
            (accuracy >= expected, f"an accuracy of {accuracy:.1%} and not {expected:.1%}"),
            (seconds[kind] <= allowed, f"{seconds[kind]:.0f} s of training and not {allowed:.0f}"),
            (times >= FASTER, f"{times:.1f} times the throughput of MiniLM and not {FASTER}"),
        ):
            failed += [] if good else [f"{name}: {kind} has {what}."]
    return failed


def prepare(name: str) -> pd.DataFrame:
    """Return the documents of a preparation, which the pipeline makes where they are not there."""
    path = f"results/prepared/{name}/split.parquet"
    overlay = ["--configfile", "config/cpu.yaml", "--config", f"studies=[{CORPORA[name].study}]"]
    subprocess.run([sys.executable, "-m", "snakemake", "--cores", "2", "--quiet", "all", *overlay, "--", path],
                   cwd=ROOT, check=True)  # fmt: skip
    return read_table(ROOT / path, SPLIT)


def train(model: ModelSettings, split: pd.DataFrame, folder: Path, encoder: Path) -> Run:
    """Encode the texts, train a model, and return its run."""
    run = new_run(model, folder)
    if model.learner == "linear":
        train_linear(run, split)
        return read_run(run.files)
    encoding, files = folder / "encoding", replace(run.files, encoding_folder=folder / "encoding")
    if model.encoding == "ngrams":
        encode_ngrams(split, NgramsEncoding(tokenizer="ngrams").model_dump(), encoding)
        reading = files
    else:
        encode_wordpieces(split, encoder, {"maximum_length": LENGTH}, encoding)
        files = replace(files, vectors_path=encoding / f"distilled-{model.embedding_size}.safetensors")
        write_distilled(encoding, encoder, files.vectors_path, name="minilm", dimension=model.embedding_size)
        reading = replace(files, encoder_folder=encoder)
    train_network(replace(run, files=files), checkpoint_root=folder / "checkpoints")
    return read_run(reading)


def untrained(model: ModelSettings, split: pd.DataFrame, folder: Path, encoder: Path) -> Run:
    """Return the run of a fine-tuned encoder that has learned nothing: it predicts as fast as one that has."""
    run = new_run(model, folder)
    files = replace(run.files, encoding_folder=folder / "encoding", encoder_folder=encoder)
    encode_wordpieces(split.groupby("split").head(20), encoder, {"maximum_length": LENGTH}, files.encoding_folder)
    labels = sorted(split["label"].unique())
    record = training_record(parameters={}, lap=Lap(0.0, 0.0, {}), load_average={})
    torch.manual_seed(0)
    weights = build_network(run.settings, files, classes=len(labels)).state_dict()
    write_run(replace(run, labels=labels), training=record, weights=weights)
    return read_run(files)


def new_run(model: ModelSettings, folder: Path) -> Run:
    """Return a run of a model with seed 1."""
    facts = Facts(**{field.name: getattr(model, field.name) for field in fields(Facts)})
    (folder / "run").mkdir(parents=True)
    return Run(RunFiles(folder / "run"), model.model_dump(mode="json"), facts, seed=1, code="benchmark")


def throughput(ask: Mapping[str, Predict], texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Return the texts predicted a second, the median over rounds in which all are asked in turn."""
    found: dict[str, list[float]] = {name: [] for name in ask}
    for number in range(-1, rounds):  # the first warms up
        for name in ask if number % 2 else reversed(ask):
            begun = process_time()
            ask[name](texts)
            if number >= 0:
                found[name].append(len(texts) / (process_time() - begun))
    return {name: median(rates) for name, rates in found.items()}


def measure(predict_proba: Predict, test: pd.DataFrame, run: Run) -> float:
    """Return the accuracy on test documents."""
    found = predict_proba(test["text"].tolist()).argmax(axis=1)
    return float(np.mean(np.array(run.labels)[found] == test["label"].to_numpy()))


if __name__ == "__main__":
    main()
