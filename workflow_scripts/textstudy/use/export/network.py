"""A trained network as an ONNX graph of any batch and any length, and what torch says to the same documents."""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from textstudy.batching import longest_first
from textstudy.encode.windows import Windows
from textstudy.encode.wordpieces import WordpieceEncoder
from textstudy.errors import StudyError
from textstudy.models.ensemble import build as build_combiner
from textstudy.ragged import Ragged
from textstudy.runs import Run
from textstudy.storage.files import read_json
from textstudy.train.build import load_whole_network, read_weights
from textstudy.use.export.fused import fused_attention, straighten
from textstudy.use.graph import TOKENIZER, Inputs, pad
from textstudy.use.graph import load_encode as load_graph_encode

OPSET = 17
# torch's exporter of traces, because the other one unrolls a recurrent network to the length of its example.
EXPORTER = f"torch {torch.__version__}, from a trace"
_BATCH_TOKENS = 4096  # padded


def whole_network(run: Run) -> nn.Module:
    """Return a trained network that reads token ids, float32 on the CPU, ready to be traced."""
    network = load_whole_network(run).cpu()
    head = getattr(network, "head", None)
    if hasattr(head, "compare"):
        head.forward = head.compare  # a trace would keep how many blocks its example has
    return network


def write_graph(network: nn.Module, path: Path, *, weighted: bool) -> None:
    """Write a network as a graph from `input_ids` and `lengths`, and `weights` if it is `weighted`, to `logits`.

    Raises:
        StudyError: there is an operation in it that ONNX does not have.
    """
    lengths = torch.tensor([3, 5, 2])  # with padding, or the trace would have no masks
    real = torch.arange(5) < lengths[:, None]
    example = {"input_ids": real.long(), "lengths": lengths}
    if weighted:
        example["weights"] = real.float()
    axes = {name: {0: "batch", 1: "time"} for name in example} | {"lengths": {0: "batch"}}
    _trace(network, example, path, axes=axes)


def write_combiner(run: Run, path: Path, *, members: int) -> None:
    """Write the network of a learned ensemble as a graph from `features`, the members' probabilities, to `logits`."""
    size = members * len(run.labels)
    network = build_combiner({}, classes=len(run.labels), feature_size=size)
    network.load_state_dict(read_weights(run.files.folder))
    _trace(network.eval(), {"features": torch.zeros(3, size)}, path, axes={"features": {0: "batch"}})


def _trace(network: nn.Module, example: dict[str, Tensor], path: Path, *, axes: dict[str, dict[int, str]]) -> None:
    try:
        with warnings.catch_warnings(), fused_attention(OPSET):
            warnings.simplefilter("ignore")  # that sizes may be frozen: the comparison that follows finds out
            torch.onnx.export(
                network,
                tuple(example.values()),
                path,
                input_names=list(example),
                output_names=["logits"],
                dynamic_axes={**axes, "logits": {0: "batch"}},
                opset_version=OPSET,
                dynamo=False,
            )
    except (torch.onnx.errors.OnnxExporterError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise StudyError(f"this network cannot be a graph of ONNX ({reason}): export it as native.") from error
    straighten(path)


@torch.inference_mode()
def predict(network: nn.Module, inputs: Inputs) -> np.ndarray:
    """Return torch's probabilities, (documents, classes) float32."""
    batches = longest_first(inputs["input_ids"].lengths, tokens=_BATCH_TOKENS)
    found = [network(**{name: torch.from_numpy(part) for name, part in pad(inputs, rows).items()}) for rows in batches]
    return torch.cat(found).softmax(dim=1).numpy()[np.argsort(np.concatenate(batches))]


def load_encode(run: Run) -> Callable[[Sequence[str]], Inputs]:
    """Return a function from clean texts to what the network reads, by the tokenizer of the run."""
    if run.files.encoder_folder is None:
        return load_graph_encode(run, run.files.encoding_folder)
    tokenizer = WordpieceEncoder.load(run.files.encoding_folder, run.files.encoder_folder)
    return lambda texts: {"input_ids": Ragged.of(tokenizer.encode(texts))}


def write_tokenizer(run: Run, folder: Path) -> None:
    """Write the tokenizer of a run that reads subwords to `folder`."""
    tokenizer = WordpieceEncoder.load(run.files.encoding_folder, run.files.encoder_folder).tokenizer
    tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))


def made_up_inputs(run: Run, *, weighted: bool) -> list[Inputs]:
    """Return batches of random documents of sizes and lengths that an example does not have, up to the longest."""
    description, generator = read_json(run.files.encoding_folder / "encoding.json"), np.random.default_rng(0)
    windows = Windows.of(description)
    longest = windows.size * windows.maximum if windows.size else 1000  # where texts of any length are read
    batches = []
    for lengths in ([1], [longest], [4, 4, 4, 4], [longest, 1, 2], [1] * 9, list(range(1, min(longest, 20)))):
        count = sum(lengths)
        ids = generator.integers(1, description["vocabulary_size"], count, dtype=np.int32)
        inputs = {"input_ids": Ragged.of_lengths(ids, np.array(lengths))}
        if weighted:
            weights = generator.uniform(0.5, 2, count).astype(np.float32)
            inputs["weights"] = Ragged.of_lengths(weights, np.array(lengths))
        batches.append(inputs)
    return batches
