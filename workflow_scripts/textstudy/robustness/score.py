"""Predictions of one run for every perturbed sample: it is loaded once, and each distinct text is predicted once."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from time import perf_counter

import numpy as np
import pandas as pd
from tqdm import tqdm

from textstudy.errors import StudyError
from textstudy.evaluate.predictors import Predict, load_predictor
from textstudy.machine.threads import limited_threads
from textstudy.robustness.tokens import CountTokens, load_token_counter
from textstudy.runs import Run

PORTION = 1024  # texts predicted in one call; a network divides them further, by their tokens
_LOGGER = logging.getLogger(__name__)


def score_run(run: Run, samples: pd.DataFrame) -> pd.DataFrame:
    """Return the ROBUSTNESS table of a trained run, a row for each sample, in the order of the samples.

    On a CPU each core takes portions of its own with single-threaded arithmetic, so the number of cores does not change
    the numbers. Neither does the order of the samples; other samples beside a text change its last bits at most.

    Args:
        samples: the PERTURBED table of the corpus.

    Raises:
        StudyError: a sample has a label that the run does not know.
    """
    numbers = {name: number for number, name in enumerate(run.labels)}
    unknown = sorted(set(samples["label"]) - set(numbers))
    if unknown:
        raise StudyError(
            f"the perturbed samples have the label {unknown[0]!r}, the model only {', '.join(run.labels)}:"
            " name one of these in the study's perturbations."
        )
    predict_proba, count_tokens = load_predictor(run), load_token_counter(run)
    # Many perturbed texts are the same: as the original where nothing could be edited, or as another variant.
    positions, texts = pd.factorize(samples["text"])
    started = perf_counter()
    probabilities, counts = _score_texts(
        texts.tolist(), predict_proba, count_tokens, pool=_make_pool(run), classes=len(run.labels)
    )
    seconds = perf_counter() - started
    _LOGGER.info("%d samples, %d distinct texts in %.0f s", len(samples), len(texts), seconds)
    return pd.DataFrame(
        {
            "id": samples["id"].to_numpy(),
            "label": samples["label"].map(numbers).to_numpy().astype("int32"),
            **{name: samples[name].to_numpy() for name in ("perturbation", "share", "variant")},
            "predicted": probabilities.argmax(axis=1)[positions].astype("int32"),
            "probabilities": list(probabilities[positions]),
            "tokens": counts[positions, 0],
            "unknown": counts[positions, 1],
        }
    )


def _score_texts(
    texts: Sequence[str], predict_proba: Predict, count_tokens: CountTokens, *, pool: ThreadPoolExecutor, classes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities (texts, classes) float32 and token counts (texts, 2) int32 of distinct texts."""
    # Longest first: memory peaks early and the cores finish together. The text itself decides among equal lengths.
    order = sorted(range(len(texts)), key=lambda index: (-len(texts[index]), texts[index]))
    portions = [order[start : start + PORTION] for start in range(0, len(order), PORTION)]
    probabilities = np.empty((len(texts), classes), np.float32)
    counts = np.empty((len(texts), 2), np.int32)

    def work(rows: list[int]) -> int:
        chosen = [texts[row] for row in rows]
        probabilities[rows], counts[rows] = predict_proba(chosen), count_tokens(chosen)
        return len(rows)

    with (
        limited_threads(1),
        pool,
        tqdm(total=len(texts), desc="score", unit=" texts", disable=None) as progress,
    ):
        for done in pool.map(work, portions):
            progress.update(done)
    return probabilities, counts


def _make_pool(run: Run) -> ThreadPoolExecutor:
    """Return a worker for each core, of one thread each; a single one on a GPU, or where plain Python does the work."""
    if not run.facts.uses_torch:
        return ThreadPoolExecutor(1)
    torch = import_module("torch")  # not at the top: a linear model never needs it
    on_cpu = import_module("textstudy.machine.devices").choose_device().type == "cpu"
    cores = torch.get_num_threads() if on_cpu else 1
    return ThreadPoolExecutor(cores, initializer=torch.set_num_threads, initargs=(1,))
