"""What an exported network gains and loses: answers, time and memory beside those of the network in torch.

Each form predicts in a new process of its own, which imports only what it needs, on one thread and without a GPU; in
rounds over all forms, in turn from the first and from the last.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from tqdm import tqdm

from textstudy.errors import StudyError
from textstudy.evaluate.efficiency import choose_texts, measure
from textstudy.evaluate.uncertainty import Error, judge
from textstudy.machine.memory import peak_memory_mb
from textstudy.machine.threads import limited_threads
from textstudy.storage.files import read_json, read_tensors, write_tensors
from textstudy.use.export.parity import compare
from textstudy.use.load import load

ORIGINAL = "torch"
ROUNDS = 5
ONE_DOCUMENT = 2.0  # pseudo-documents of a difference of accuracies, as between models (evaluate.uncertainty)
_ALONE = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


def measure_exports(
    models: Mapping[str, Mapping[str, Path]],
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    find_error: Callable[..., tuple[Error, str | None]],
) -> list[dict[str, Any]]:
    """Return a row for each form of each model, first that of `torch`.

    Args:
        models: model → form → the folder of its run (torch) or bundle.
        texts: clean test documents, all of which each form answers once.
        labels: theirs.
        find_error: from influences (documents,) and `pseudo` to the error of their mean over other documents, and the
            kind of group behind it (`evaluate.comparison.Split.error`).

    Returns:
        Rows of {model, format, accuracy, megabytes, start_seconds, memory_mb, latency_ms, latency_ms_low,
        latency_ms_high, documents_per_second, against}. `against` is None for torch, else how the form compares with
        it: the difference of accuracies with its 95 % interval and whether it is shown to be within one percentage
        point, the kind of group whose documents vary together or None, the share of documents with the same label, the
        largest difference of a probability, and how many times as fast one document is answered, the median over
        rounds with the lowest and the highest.
    """
    rows = []
    for model, forms in models.items():
        classes = read_json(forms[ORIGINAL] / "settings.json")["labels"]
        rounds: dict[str, list[dict[str, float]]] = {form: [] for form in forms}
        answers: dict[str, np.ndarray] = {}
        with tempfile.TemporaryDirectory() as temporary:
            for number in tqdm(range(ROUNDS), f"measure {model}", unit=" rounds", disable=None):
                for form in forms if number % 2 == 0 else reversed(forms):
                    place = Path(temporary) / f"{form}.safetensors"
                    rounds[form].append(_ask(forms[form], texts, answers=None if number else place))
                    if not number:
                        answers[form] = read_tensors(place)["probabilities"]
        targets = np.array([classes.index(label) for label in labels])
        rows += [
            {
                "model": model,
                "format": form,
                "accuracy": float(np.mean(answers[form].argmax(axis=1) == targets)),
                "megabytes": None if form == ORIGINAL else _megabytes(forms[form]),
                **_over_rounds(rounds[form]),
                "against": None if form == ORIGINAL else _against(answers, rounds, form, targets, find_error),
            }
            for form in forms
        ]
    return rows


def _ask(place: Path, texts: Sequence[str], *, answers: Path | None) -> dict[str, float]:
    """Return the figures of one round of one form; its answers to all texts go into a file, where there is one."""
    command = [sys.executable, "-m", "textstudy.use.export.measure", str(place), *([str(answers)] if answers else [])]
    asked = list(texts) if answers else choose_texts(texts)
    paths = os.pathsep.join(filter(None, [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, **_ALONE, "PYTHONPATH": paths}
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, env=environment)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it was killed, as when memory runs out"])[-1]
        raise StudyError(f"{place} could not be measured ({last}): run `textstudy predict` with it to see more.")
    return json.loads(done.stdout.splitlines()[-1])


def _measure(place: str, answers: str | None) -> None:
    """Print the figures of the model in a folder, for the texts on standard input."""
    texts, begun = json.loads(sys.stdin.read()), perf_counter()
    model = load(place)
    started = perf_counter() - begun

    def predict_proba(asked: Sequence[str]) -> np.ndarray:
        return model.predict_proba(asked, clean=False)

    with limited_threads(1):  # whatever other variables of the environment say; torch is imported by now
        figures: dict[str, Any] = measure(predict_proba, choose_texts(texts))
    figures |= {"start_seconds": started, "memory_mb": peak_memory_mb()}
    if answers:
        write_tensors(answers, {"probabilities": predict_proba(texts)})
    print(json.dumps(figures))


def _over_rounds(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    latencies = [found["latency_ms"] for found in rounds]
    names = ("latency_ms", "documents_per_second", "start_seconds", "memory_mb")
    return {
        **{name: median(found[name] for found in rounds) for name in names},
        "latency_ms_low": min(latencies),
        "latency_ms_high": max(latencies),
    }


def _against(
    answers: Mapping[str, np.ndarray],
    rounds: Mapping[str, Sequence[Mapping[str, float]]],
    form: str,
    targets: np.ndarray,
    find_error: Callable[..., tuple[Error, str | None]],
) -> dict[str, Any]:
    """Return how a form compares with the network in torch, on the same documents and in the same rounds."""
    before, after = (answers[name].argmax(axis=1) == targets for name in (ORIGINAL, form))
    gains = after.astype(float) - before
    difference = float(gains.mean())
    error, kind = find_error(gains - difference, pseudo=ONE_DOCUMENT)
    verdict = judge(difference, error, 1)
    faster = [old["latency_ms"] / new["latency_ms"] for old, new in zip(rounds[ORIGINAL], rounds[form], strict=True)]
    return {
        "difference": difference,
        "low": verdict.low,
        "high": verdict.high,
        "equivalent": verdict.equivalent,
        "grouped_by": kind,
        **compare(answers[ORIGINAL], answers[form]),
        "times_as_fast": median(faster),
        "times_as_fast_low": min(faster),
        "times_as_fast_high": max(faster),
        "documents": len(targets),
    }


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    _measure(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
