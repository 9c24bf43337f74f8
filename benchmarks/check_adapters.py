"""Adapters against full fine-tuning, and two processes against one: expected against measured, in minutes.

    python benchmarks/check_adapters.py [--mirror DIR] [--documents 1500] [--epochs 1] [--threads 2]

On documents of 20 Newsgroups as the pipeline prepares them, with the packaged MiniLM. All trainings have the same
documents, batches, epochs and number of threads in all; learning rates are those of `RATES`. The two processes share
what the one computes, without dropout. Seconds are those of whole runs as a rule starts them, with checkpoints and
files. Exit status: 0 if all is as expected, 1 if something is not.
"""

import json
import sys
from argparse import Namespace
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from fine_tuning import make_task, read_options, timed

from textstudy.runs import Facts, Run, RunFiles
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.storage.files import read_json, read_tensors
from textstudy.train.network import train_network

RATES = {"full": 2e-4, "lora": 2e-3}
LARGEST_TIME, MOST_POINTS_LOST, LARGEST_SHARE, LARGEST_DIFFERENCE = 0.9, 5.0, 0.03, 2e-3


def train(name: str, folder: Path, files: RunFiles, options: Namespace, **changes) -> dict[str, float]:
    """Train one run and return its figures."""
    strategy = changes.pop("strategy", "lora")
    training = {"epochs": options.epochs, "batch_size": options.batch_size, "learning_rate": RATES[strategy]}
    training["precision"] = options.precision
    settings = {"architecture": "pretrained", "strategy": strategy, "pooling": "mean", "training": training} | changes
    model = PretrainedModel(**settings)
    facts = Facts(**{field.name: getattr(model, field.name) for field in fields(Facts)})
    made_from = RunFiles(folder / name, files.encoding_folder, encoder_folder=files.encoder_folder)
    run = Run(made_from, model.model_dump(mode="json"), facts, seed=1, code="")
    _, seconds = timed(lambda: train_network(run, checkpoint_root=folder / "checkpoints"))
    history, record = (read_json(folder / name / f"{file}.json") for file in ("history", "training"))
    figures = {
        "seconds": seconds,
        "processor seconds": record["cpu_seconds"],
        "accuracy": 100 * history[record["best_epoch"] - 1]["validation_accuracy"],
        "megabytes": (folder / name / "weights.safetensors").stat().st_size / 1e6,
        "trained": record["parameters"]["trainable"],
    }
    print(f"{name:>14}: " + ", ".join(f"{key} {value:,.1f}" for key, value in figures.items()), flush=True)
    return figures


def difference(folder: Path) -> float:
    """Return the largest difference between the weights of the one process and those of the two."""
    one, two = (read_tensors(folder / name / "weights.safetensors") for name in ("one process", "two processes"))
    return max(float(np.abs(one[name] - two[name]).max()) for name in one)


def main() -> None:
    options = read_options()
    torch.set_num_threads(options.threads)
    with TemporaryDirectory() as name:
        folder = Path(name)
        task = make_task(folder, options)
        files = RunFiles(folder, encoding_folder=task.encoding_folder, encoder_folder=task.encoder)
        full = train("full", folder, files, options, strategy="full")
        lora = train("lora", folder, files, options)
        still = {"dropout": 0.0}
        path = task.encoder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"hidden_dropout_prob": 0.0}))
        options.precision = "float32"
        one = train("one process", folder, files, options, **still)
        two = train("two processes", folder, files, options, gpu=2, **still)
        checks = [
            ("processor seconds of lora / full", lora["processor seconds"] / full["processor seconds"], LARGEST_TIME),
            ("points that lora loses", full["accuracy"] - lora["accuracy"], MOST_POINTS_LOST),
            ("size of a run of lora / full", lora["megabytes"] / full["megabytes"], LARGEST_SHARE),
            ("difference of weights, two processes", difference(folder), LARGEST_DIFFERENCE),
            ("points of two processes less one", abs(one["accuracy"] - two["accuracy"]), 1.0),
        ]
    print(
        f"seconds of two processes / one, on the same {options.threads} threads: {two['seconds'] / one['seconds']:.2f}"
    )
    for what, measured, most in checks:
        print(f"{what}: expected at most {most:g}, measured {measured:.4g}{'' if measured <= most else '  <-- not'}")
    sys.exit(any(measured > most for _, measured, most in checks))


if __name__ == "__main__":
    main()
