"""A network as an ONNX graph: from texts to probabilities with onnxruntime and tokenizers, where there is no torch."""

import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
import onnxruntime
from scipy.special import softmax
from tokenizers import Tokenizer

from textstudy.batching import longest_first
from textstudy.encode.windows import Windows
from textstudy.encode.word_encoder import WordEncoder
from textstudy.evaluate.predictors import Predict, at_temperature
from textstudy.ragged import Ragged
from textstudy.runs import Run
from textstudy.storage.files import read_json
from textstudy.train.combiners import Combine, side_by_side

TOKENIZER = "tokenizer.json"
_BATCH_TOKENS = 512  # padded: what a core's cache has room for; with more than that, matrices wait for the memory
Inputs = Mapping[str, Ragged]  # `input_ids` of each document and, where the network reads them, `weights`


class Graph:
    """A network in a file.

    Args:
        path: of the graph.
        alone: whether each document is a batch of its own. An INT8 network scales its activations by the largest of a
            batch, so an answer would depend on the documents beside it.
    """

    def __init__(self, path: Path, *, alone: bool = False) -> None:
        self._session = _start(path)
        self._tokens = 1 if alone else _BATCH_TOKENS

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Return the probability of each class for each document, (documents, classes) float32."""
        batches = longest_first(inputs["input_ids"].lengths, tokens=self._tokens)
        logits = np.concatenate([self._session.run(None, pad(inputs, rows))[0] for rows in batches])
        return softmax(logits[np.argsort(np.concatenate(batches))], axis=1)


def pad(inputs: Inputs, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return what a network reads of the documents of `rows` (batch,): `lengths` (batch,), the others (batch, time)."""
    lengths = inputs["input_ids"].lengths[rows]
    real = np.arange(lengths.max()) < lengths[:, None]  # (batch, time)
    batch = {"lengths": lengths}
    for name, values in inputs.items():
        batch[name] = np.zeros(real.shape, np.int64 if name == "input_ids" else np.float32)
        batch[name][real] = values.take(rows).values
    return batch


def load_graph(path: Path, run: Run, *, alone: bool) -> Predict:
    """Return a function from clean texts to probabilities (documents, classes) float32.

    Args:
        path: of the graph.
        run: what it was made from: its encoding, with `tokenizer.json` for subwords, and its temperature.
        alone: as for `Graph`.
    """
    graph, encode = Graph(path, alone=alone), load_encode(run, run.files.encoding_folder)
    return at_temperature(lambda texts: graph.predict(encode(texts)), run)


def load_encode(run: Run, folder: Path) -> Callable[[Sequence[str]], Inputs]:
    """Return a function from clean texts to what the graph of a run reads.

    Args:
        run: with its settings.
        folder: the encoding of a bundle.
    """
    description = read_json(folder / "encoding.json")
    if description["tokenizer"] == "words":
        words = WordEncoder.load(folder)
        names = ("input_ids", "weights") if run.settings.get("tfidf_weighting") else ("input_ids",)
        return lambda texts: dict(zip(names, words.encode(texts), strict=False))
    if description["tokenizer"] == "ngrams":
        ngrams = import_module("textstudy.encode.ngram_encoder").NgramEncoder.of(description)
        return lambda texts: {"input_ids": ngrams.encode(texts)}
    tokenizer, windows = load_tokenizer(folder)
    return lambda texts: {"input_ids": Ragged.of([*map(windows.ids, tokenizer.encode_batch_fast(list(texts)))])}


def load_tokenizer(folder: Path) -> tuple[Tokenizer, Windows]:
    """Return the tokenizer of subwords of a bundle, which cuts texts as the graph reads them, and how it cuts."""
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_padding()
    windows = Windows.of(read_json(folder / "encoding.json"))
    windows.limit(tokenizer)
    tokenizer.encode_special_tokens = True  # no text can forge one
    return tokenizer, windows


def load_combiner(path: Path) -> Combine:
    """Return the function that joins the probabilities of members, as `train.combiners.method` does, from its graph."""
    session = _start(path)

    def combine(_: Mapping[str, np.ndarray], probabilities: np.ndarray) -> np.ndarray:
        features = side_by_side(probabilities).astype(np.float32)
        return softmax(session.run(None, {"features": features})[0], axis=1)

    return combine


def _start(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or usable_cores())
    slow = ["SkipLayerNormFusion"]  # on processors, an addition and a norm take several times as long fused as apart
    return onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=slow
    )


def usable_cores() -> int:
    """Return the cores that this process may use: in a container, fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
