"""Whether a GPU computes what the CPU computes, how fast, and within its memory: expected against measured, in minutes.

    python benchmarks/check_gpu.py               # make check-gpu
    python benchmarks/check_gpu.py --device cpu  # tries the script itself, on tiny networks

The networks have random weights and read random tokens; the accuracies are those of a network trained on the demo. The
peak is that of a large matrix product on the same device in the same precision. Exit status: 0 if all is as expected, 1
if something is not, 3 if PyTorch can use no GPU here.
"""

import argparse
import copy
import logging
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import torch
from torch import nn
from training import SETTINGS, encoded

from textstudy.batching import epoch_batches
from textstudy.corpora import demo
from textstudy.encode.words import build_vocabulary
from textstudy.machine.devices import choose_device, resolve_precision, unused_gpu, uses_tf32
from textstudy.models import pretrained, recurrent, transformer
from textstudy.train.documents import Documents
from textstudy.train.loop import fit
from textstudy.train.objective import Objective
from textstudy.train.precision import Precision
from textstudy.train.predict import predict_logits
from textstudy.train.steps import Stepper
from textstudy.words import find_tokens

NO_GPU = 3
CLASSES, VOCABULARY = 4, 5000
TRAINING = {
    "epochs": 1, "batch_tokens": 16_384, "batch_size": None, "accumulation": 1, "learning_rate": 1e-3,
    "optimizer": "adamw", "weight_decay": 0.01, "betas": (0.9, 0.999), "epsilon": 1e-8, "schedule": "constant",
    "warmup_share": 0.0, "plateau_patience": 0, "plateau_factor": 0.5, "label_smoothing": 0.0, "class_weights": False,
    "gradient_clip": 1.0, "patience": None, "select_by": "loss", "precision": "auto",
}  # fmt: skip
HEAD = {"head": "linear", "head_size": None, "activation": "relu", "standardize": False, "dropout": 0.1,
        "pooling": "mean", "layer_rates": None, "layer_decay": None, "gradient_checkpointing": False}  # fmt: skip


class Size(NamedTuple):
    """How much work there is."""

    layers: int  # of the encoder
    width: int
    documents: int
    compared: int  # documents that the CPU reads as well
    demo: int
    epochs: int  # on the demo
    square: int  # side of the matrices whose product measures the peak
    room: int  # bytes beside the weights where memory is made scarce


GPU = Size(12, 768, documents=2000, compared=24, demo=2000, epochs=8, square=8192, room=150_000_000)
CPU = Size(2, 64, documents=20, compared=5, demo=200, epochs=1, square=256, room=0)


def own_precision(device: torch.device) -> str:
    """Return the precision that suits a GPU; float32 on a CPU, where few have another that is quick."""
    return "float32" if device.type == "cpu" else resolve_precision("auto", device)


class Check:
    """Prints what is expected and measured, and counts what is not as expected."""

    failed = 0

    def show(self, what: str, measured: float, *, unit: str = "", least: float = -math.inf, most: float = math.inf):
        """Print a figure; without limits it is only told."""
        limits = [f"{word} {limit:.3g}" for word, limit in (("≥", least), ("≤", most)) if math.isfinite(limit)]
        held = least <= measured <= most
        self.failed += not held
        mark = ("ok" if held else "FAIL") if limits else ""
        print(f"{mark:5}{measured:>12,.4g} {unit:9} {' '.join(limits):10} {what}", flush=True)


def random_documents(count: int) -> Documents:
    """Return documents of 20 to 200 random tokens."""
    generator = np.random.default_rng(0)
    lengths = generator.integers(20, 201, count)
    return Documents(
        ids=np.arange(count).astype(str),
        labels=torch.from_numpy(generator.integers(0, CLASSES, count)),
        lengths=lengths,
        starts=np.cumsum(lengths) - lengths,
        tokens=torch.from_numpy(generator.integers(5, VOCABULARY, lengths.sum()).astype(np.int32)),
    )


def networks(size: Size) -> dict[str, Callable[[], nn.Module]]:
    """Return name → what builds a network, always with the same weights."""

    def encoder() -> nn.Module:
        from transformers import BertConfig, BertModel

        shape = {"hidden_size": size.width, "num_hidden_layers": size.layers, "num_attention_heads": size.width // 64}
        bert = BertModel(BertConfig(vocab_size=VOCABULARY, intermediate_size=4 * size.width, **shape))
        return pretrained.build(HEAD, classes=CLASSES, encoder=bert)

    def seeded(build: Callable[..., nn.Module], *arguments, **options) -> Callable[[], nn.Module]:
        def build_seeded() -> nn.Module:
            torch.manual_seed(1)
            return build(*arguments, **options)

        return build_seeded

    small = {"classes": CLASSES, "vocabulary_size": VOCABULARY}
    return {
        "BiLSTM": seeded(recurrent.build, SETTINGS["bilstm"], **small),
        "Transformer": seeded(transformer.build, SETTINGS["transformer"], **small),
        f"encoder of {size.layers} layers": seeded(encoder),
    }


def allow_tf32(allowed: bool) -> None:
    """Allow or forbid TF32 in matrix products and in cuDNN's recurrent layers."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed


def check_parity(check: Check, size: Size, device: torch.device) -> None:
    """Compare logits with those of the CPU, as shares of their standard deviation."""
    documents = random_documents(size.compared)
    half = own_precision(device)
    for name, build in networks(size).items():
        model = build()
        expected = predict_logits(model, documents)
        model.to(device)
        for precision, allowed, most in (("float32", False, 1e-3), ("float32", True, 0.05), (half, True, 0.2)):
            allow_tf32(allowed)
            found = predict_logits(model, documents, precision=precision)
            label = f"{precision}{' with TF32' if allowed and precision == 'float32' else ''}"
            difference = float((found - expected).abs().max() / expected.std())
            check.show(f"{name}: largest difference from the CPU, {label}", difference, unit="std", most=most)


def stepper(model: nn.Module, documents: Documents, device: torch.device) -> Stepper:
    """Return what takes the training steps of a model."""
    precision = Precision(own_precision(device), device)
    objective = Objective(class_weights=None, label_smoothing=0.0)
    options = {"settings": TRAINING, "objective": objective, "total_steps": 100, "checkpoint_folder": "nowhere"}
    return Stepper(model.to(device).train(), documents.to(device), precision=precision, **options)


def train(taking: Stepper) -> float:
    """Train one epoch and return its seconds; the figures are read as in the training loop."""
    start = perf_counter()
    for rows in epoch_batches(taking.documents.lengths, settings=TRAINING, seed=0, epoch=0):
        taking.take([rows], step=0, history=[])
        if len(taking.unread) >= taking.most_unread:
            taking.read()
    taking.read()
    return perf_counter() - start


def peak_flops(device: torch.device, square: int) -> float:
    """Return the operations a second of a large matrix product in the device's own precision."""
    kind = getattr(torch, own_precision(device))
    factors = [torch.randn(square, square, device=device).to(kind) for _ in range(2)]
    seconds = []
    for _ in range(6):
        start = perf_counter()
        (factors[0] @ factors[1])[0, 0].item()  # waits for the product
        seconds.append(perf_counter() - start)
    return 2 * square**3 / min(seconds)


def check_speed(check: Check, size: Size, device: torch.device) -> None:
    """Measure tokens a second, and what share of the peak they are for the encoder."""
    documents = random_documents(size.documents)
    tokens, peak = int(documents.lengths.sum()), peak_flops(device, size.square)
    check.show("peak, measured by a matrix product", peak / 1e12, unit="TFLOPS")
    for name, build in networks(size).items():
        taking = stepper(build(), documents, device)
        train(taking)
        seconds = {"training": train(taking)}
        predict_logits(taking.model, taking.documents, precision="auto")
        start = perf_counter()
        predict_logits(taking.model, taking.documents, precision="auto")
        seconds["prediction"] = perf_counter() - start
        for work, spent in seconds.items():
            check.show(f"{name}: {work}", tokens / spent, unit="tokens/s")
        if name.startswith("encoder"):
            weights = sum(part.numel() for key, part in taking.model.named_parameters() if "embeddings" not in key)
            for work, operations in (("training", 6), ("prediction", 2)):
                share = operations * weights * tokens / seconds[work] / peak
                check.show(f"{name}: {work}, share of the peak", share, least=0.1 if device.type == "cuda" else 0.0)
            if device.type == "cuda":
                used, there = torch.cuda.max_memory_allocated(device), torch.cuda.mem_get_info(device)[1]
                check.show(f"{name}: memory", used / 1e9, unit="GB", most=0.9 * there / 1e9)
                check.show(f"{name}: memory of weights, gradients, optimizer", 16 * weights / 1e9, unit="GB")
                taking.most_unread = 1
                check.show(f"{name}: speed-up by late reading", train(taking) / seconds["training"], least=0.95)


def check_memory(check: Check, size: Size, device: torch.device) -> None:
    """Compare predictions where the corpus is sent to the GPU, and where memory is scarce; train there."""
    documents, build = random_documents(max(64, size.documents // 8)), list(networks(size).values())[-1]
    model = build().to(device)
    expected = predict_logits(model, documents)
    with patch("textstudy.train.documents.fits", lambda tensors, device: False):
        found = predict_logits(model, documents)
    check.show("corpus in main memory: largest difference", float((found - expected).abs().max()), most=1e-3)
    if device.type != "cuda":
        return
    total = torch.cuda.get_device_properties(device).total_memory
    for work in ("predictions", "training"):
        torch.cuda.empty_cache()
        taking = stepper(copy.deepcopy(model), documents, device)
        room = size.room if work == "predictions" else size.room + 16 * sum(p.numel() for p in model.parameters())
        torch.cuda.set_per_process_memory_fraction(min(1.0, (torch.cuda.memory_reserved(device) + room) / total))
        try:
            if work == "predictions":
                found = predict_logits(model, documents)
                check.show("scarce memory: largest difference", float((found - expected).abs().max()), most=0.01)
            else:
                train(taking)
                check.show("scarce memory: training in parts of", taking.most_tokens or 0, unit="tokens", least=1)
        finally:
            torch.cuda.set_per_process_memory_fraction(1.0)
        del taking


def check_accuracy(check: Check, size: Size, device: torch.device) -> None:
    """Train on the demo in float32 and in the device's own precision, and compare the accuracies."""
    frame = demo.read(None, {"documents": size.demo, "seed": 1})
    classes, words = (
        sorted(frame["label"].unique()),
        Counter(w for t in frame["text"] for w in find_tokens(t, lowercase=True)),
    )
    ids = {word: number for number, word in enumerate(build_vocabulary(words, VOCABULARY, 1))}
    parts = [encoded(frame[frame["official_split"] == split], ids, classes) for split in ("train", "test")]
    accuracies = {}
    for precision in ("float32", own_precision(device)):
        torch.manual_seed(1)
        model = transformer.build(SETTINGS["transformer"], classes=len(classes), vocabulary_size=VOCABULARY).to(device)
        with tempfile.TemporaryDirectory() as folder:
            settings = TRAINING | {"precision": precision, "batch_tokens": 2048, "epochs": size.epochs}
            result = fit(model, *parts, settings=settings, classes=classes, seed=1, checkpoint_folder=folder)
        accuracies[precision] = result.history[result.best_epoch - 1]["validation_accuracy"]
    exact, rounded = accuracies["float32"], list(accuracies.values())[-1]
    error = math.sqrt(2 * exact * (1 - exact) / len(parts[1])) + 0.005
    check.show("demo: accuracy in float32", exact, least=0.0 if device.type == "cpu" else 2 / len(classes))
    check.show(f"demo: accuracy in {list(accuracies)[-1]}", rounded, least=exact - 2 * error)


def main() -> int:
    """Check the GPU, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--device", choices=["cpu"], help="try the script itself")
    wanted = parser.parse_args().device
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    device = torch.device("cpu") if wanted else choose_device()
    if device.type == "cpu" and not wanted:
        reason = unused_gpu() or "there is none"
        print(f"PyTorch {torch.__version__} can use no GPU here, so nothing was checked: {reason}.")
        return NO_GPU
    size, check, start = CPU if device.type == "cpu" else GPU, Check(), perf_counter()
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    print(f"{name}, PyTorch {torch.__version__}, {own_precision(device)}, TF32: {uses_tf32(device)}")
    for part in (check_parity, check_speed, check_memory, check_accuracy):
        part(check, size, device)
    print(f"{check.failed} not as expected, {perf_counter() - start:.0f} s")
    return min(check.failed, 1)


if __name__ == "__main__":
    sys.exit(main())
