"""Whether INT8 is worth it: a short fine-tuning of MiniLM on reviews, its network in torch, as ONNX and as INT8.

    TEXTSTUDY_MIRROR=DIR python benchmarks/check_exports.py [--train 1200] [--test 2000] [--rounds 7] [--results DIR]

Expected: INT8 answers one document at least 2.5 times as soon as torch does, in float32 and in bfloat16, and its
accuracy is shown to be within one percentage point (paired over the test documents). Each round asks all forms for the
same documents one by one, in turn from the first and from the last, from the clean text to the probabilities. Status 1
where something is not as expected; on a busy machine, the ratios of a form's medians still mean something.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import torch

import textstudy
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.evaluate.predictors import Predict
from textstudy.evaluate.uncertainty import documents_error, judge
from textstudy.fetch.fetch import fetch
from textstudy.runs import Facts, Run, RunFiles
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.storage.tables import SPLIT, write_table
from textstudy.train import predict as prediction
from textstudy.train.network import train_network
from textstudy.use.export.bundle import export
from textstudy.use.usage import FILE, write_usage

FASTER = 2.5
SINGLE = 40  # documents asked one by one in a round
LENGTH = 128
CLEAN = {"headers": False, "quotes": False, "signatures": False, "blocks": False, "maximum_words": 400}
TRAINING = {"epochs": 1, "batch_size": 16, "learning_rate": 2e-4, "weight_decay": 0.01}


def main() -> None:
    """Print accuracy and latency of each form, and what was expected."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=int, default=1200, help="documents to learn from")
    parser.add_argument("--test", type=int, default=2000, help="documents to compare the accuracy on")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--results", type=Path, help="a folder to keep the run in, or to take it from")
    options = parser.parse_args()
    mirror = os.environ.get("TEXTSTUDY_MIRROR")
    if mirror is None:
        sys.exit("There are no reviews: set TEXTSTUDY_MIRROR to the mirror with them.")
    with tempfile.TemporaryDirectory() as temporary:
        results = options.results or Path(temporary) / "results"
        split = draw(Path(mirror), options.train, options.test)
        run = results / "models/reviews/minilm/1"
        if not (run / FILE).is_file():
            fine_tune(run, results, split)
        forms = {"torch float32": textstudy.load(run), "torch bfloat16": textstudy.load(run)}
        for form in ("onnx", "int8"):
            bundle = Path(temporary) / form
            print(export(run, bundle, form=form)["comparison"], f"{size(bundle):.1f} MB")
            forms[form] = textstudy.load(bundle)
        ask = {name: partial(model.predict_proba, clean=False) for name, model in forms.items()}
        for precision in ("float32", "bfloat16"):
            ask[f"torch {precision}"] = in_precision(precision, ask[f"torch {precision}"])
        test = split[split["split"] == "test"]
        milliseconds = time_in_turn(ask, test["text"].tolist()[:SINGLE], options.rounds)
        answers = {name: predict(test["text"].tolist()) for name, predict in ask.items()}
    sys.exit(0 if report(answers, test["label"].to_numpy(), milliseconds) else 1)


def draw(mirror: Path, train: int, test: int) -> pd.DataFrame:
    """Return a SPLIT table of reviews."""
    table = pd.read_csv(mirror / "reviews/amazon-reviews-16k.csv.gz", dtype=str).sample(
        train + test + 200, random_state=0
    )
    names = ["train"] * train + ["validation"] * 200 + ["test"] * test
    text = (table["title"].fillna("") + "\n" + table["text"]).str.split().str[:400].str.join(" ")
    ids = [f"review-{number}" for number in range(len(table))]
    return pd.DataFrame({"id": ids, "text": text.array, "label": table["label"].array, "split": names, "cluster": ids})


def fine_tune(folder: Path, results: Path, split: pd.DataFrame) -> None:
    """Write a run of MiniLM and what its study would have beside it."""
    encoder, encoding = results / "encoder", results / "encoded/reviews/wordpieces"
    fetch("minilm", encoder)
    write_table(split, results / "prepared/reviews/split.parquet", SPLIT)
    encode_wordpieces(split, encoder, {"maximum_length": LENGTH}, encoding)
    model = PretrainedModel(
        architecture="pretrained", strategy="full", pooling="mean", head="linear", training=TRAINING
    )
    facts = Facts(learner="network", uses_torch=True, holds_encoder=True, reads_states=False)
    files = RunFiles(folder, encoding_folder=encoding, encoder_folder=encoder)
    begun = perf_counter()
    train_network(
        Run(files, model.model_dump(mode="json"), facts, seed=1, code="benchmark"),
        checkpoint_root=results / "checkpoints",
    )
    print(f"fine-tuned in {perf_counter() - begun:.0f} s")
    settings = {"clean": CLEAN, "corpus": {}, "deduplicate": {}, "split": {"test": "official", "by": "label"}}
    described = {
        "model": "minilm", "title": "MiniLM", "seed": 1, "study": "reviews", "stop_words": None, "members": {},
        "files": {"encoding": str(encoding / "encoding.arrow"), "encoder": str(encoder)}, "refits": None,
        "preparation": settings, "split": str(results / "prepared/reviews/split.parquet"),
    }  # fmt: skip
    write_usage(folder / FILE, described)


def in_precision(name: str, predict: Predict) -> Predict:
    """Return the predictor with torch's arithmetic in this precision, whatever the training had."""

    def set_precision(texts: Sequence[str]) -> np.ndarray:
        usual = prediction.arithmetic
        prediction.arithmetic = lambda precision, device: name
        try:
            return predict(texts)
        finally:
            prediction.arithmetic = usual

    return set_precision


def time_in_turn(ask: Mapping[str, Predict], texts: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Return the median milliseconds for one document of each round."""
    found: dict[str, list[float]] = {name: [] for name in ask}
    for number in range(-1, rounds):  # the first warms up
        for name in ask if number % 2 else reversed(ask):
            times = []
            for text in texts:
                begun = perf_counter()
                ask[name]([text])
                times.append(1000 * (perf_counter() - begun))
            if number >= 0:
                found[name].append(float(np.median(times)))
    return found


def report(answers: Mapping[str, np.ndarray], labels: np.ndarray, milliseconds: Mapping[str, list[float]]) -> bool:
    """Print the table and return whether all is as expected."""
    classes = np.unique(labels)
    right = {name: classes[found.argmax(axis=1)] == labels for name, found in answers.items()}
    exact, good = "torch float32", True
    print(f"{torch.get_num_threads()} threads, {len(labels)} test documents")
    print(f"{'form':<16}{'accuracy':>9}{'ms':>8}{'times as fast':>15}  accuracy against {exact}")
    for name in answers:
        gains = right[name].astype(float) - right[exact]
        difference = float(gains.mean())
        verdict = judge(difference, documents_error(gains - difference, pseudo=2.0), 1)
        ratio = np.median(milliseconds[exact]) / np.median(milliseconds[name])
        shown = f"{100 * difference:+.2f} points ({100 * verdict.low:+.2f} to {100 * verdict.high:+.2f})"
        print(
            f"{name:<16}{right[name].mean():>9.2%}{np.median(milliseconds[name]):>8.1f}{ratio:>15.2f}  {shown}"
            f"{', equivalent within 1 point' if verdict.equivalent else ''}"
        )
        if name in ("onnx", "int8"):
            good &= verdict.equivalent
    int8 = np.array(milliseconds["int8"])
    for name in (exact, "torch bfloat16"):
        ratios = np.array(milliseconds[name]) / int8
        good &= bool(np.median(ratios) >= FASTER)
        print(
            f"INT8 against {name}: {np.median(ratios):.2f} times as fast ({ratios.min():.2f} to {ratios.max():.2f} "
            f"over {len(ratios)} rounds); expected at least {FASTER}"
        )
    return good


def size(folder: Path) -> float:
    """Return the megabytes of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main()
