"""Where the time of a fine-tuning step goes on this CPU, and what our attention and dropout save.

    python benchmarks/training_step.py [--documents 16] [--lengths 64 128 256] [--rounds 3]

A step of the packaged MiniLM with a linear head, in the precision that `auto` means here, on random tokens of one
length: forward, backward, clipping, AdamW. It is taken with what PyTorch and `transformers` do by themselves, and with
what textstudy puts in its place: attention by blocks, dropout from fewer random numbers. Each way has a process of its
own, in turn, several times. The share of the peak is that of the step's matrix products and attention, counted, in what
a large product alone reaches here. Nothing else should run.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import torch
from rich.console import Console
from rich.table import Table
from torch import nn
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from textstudy.encode.encoders import load_encoder
from textstudy.fetch.fetch import fetch
from textstudy.machine.devices import resolve_precision
from textstudy.models import pretrained
from textstudy.models.dropout import replace_dropout
from textstudy.train.precision import Precision

WAYS = ("PyTorch's", "ours")
CPU = torch.device("cpu")
# Names of PyTorch's operators, or their beginnings, by what they do.
PARTS = {
    "products": ("aten::mm", "aten::addmm", "aten::mkldnn", "aten::linear"),
    "attention": ("aten::_scaled_dot", "_Blocks", "aten::bmm", "aten::_softmax"),
    "dropout": ("aten::bernoulli", "aten::random", "aten::native_dropout"),
}


def step_of(way: str, encoder: Path, documents: int, length: int) -> Callable[[], None]:
    """Return a function that takes one step."""
    torch.manual_seed(0)
    settings = {
        "head": "linear", "dropout": 0.1, "standardize": False, "pooling": "mean", "layer_rates": None,
        "layer_decay": None, "gradient_checkpointing": False,
    }  # fmt: skip
    loaded = load_encoder(encoder, attention_dropout=0.0)
    model = pretrained.build(settings, classes=20, encoder=loaded).train()
    if way == "ours":
        replace_dropout(model)
    else:
        loaded.set_attn_implementation("sdpa")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
    input_ids, lengths = torch.randint(1000, 20_000, (documents, length)), torch.full((documents,), length)
    labels, precision = torch.randint(20, (documents,)), Precision(resolve_precision("auto", CPU), CPU)

    def step() -> None:
        with precision.autocast():
            logits = model(input_ids=input_ids, lengths=lengths)
        nn.functional.cross_entropy(logits.float(), labels).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    return step


def measure(way: str, encoder: Path, documents: int, length: int) -> dict[str, float]:
    """Return the milliseconds of a step, and of its parts."""
    step = step_of(way, encoder, documents, length)
    for _ in range(3):
        step()
    milliseconds = [1000 * seconds(step) for _ in range(9)]
    with profile(activities=[ProfilerActivity.CPU]) as recorded:
        step()
    events = recorded.key_averages()
    found = {"step": median(milliseconds)}
    for part, names in PARTS.items():
        found[part] = sum(event.self_cpu_time_total for event in events if event.key.startswith(names)) / 1000
    return found


def operations(encoder: Path, documents: int, length: int) -> float:
    """Return the operations of a step's products, attention included."""
    with FlopCounterMode(display=False) as counted:
        step_of(WAYS[0], encoder, documents, length)()
    return float(counted.get_total_flops())


def seconds(work: Callable[[], Any]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def peak() -> float:
    """Return the operations a second of a large product of matrices, in the precision of the step."""
    kind = getattr(torch, resolve_precision("auto", CPU))
    left, right = torch.randn(4096, 1536).to(kind), torch.randn(1536, 1536).to(kind)
    times = [seconds(lambda: left @ right) for _ in range(40)][20:]  # the first ones warm up
    return 2 * 4096 * 1536 * 1536 / median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=16)
    parser.add_argument("--lengths", type=int, nargs="+", default=[64, 128, 256])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=2, metavar=("WAY", "ENCODER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one[0], Path(options.one[1]), options.documents, options.lengths[0])))
        return
    most = peak()
    table = Table("tokens", "attention, dropout", "ms a step", *(f"ms {part}" for part in PARTS), "% of peak")
    table.title = f"{options.documents} documents, {torch.get_num_threads()} threads, {resolve_precision('auto', CPU)}"
    table.caption = f"the peak is {most / 1e9:.0f} · 10⁹ operations a second"
    with tempfile.TemporaryDirectory() as encoder:
        fetch("minilm", Path(encoder))
        for length in options.lengths:
            needed = operations(Path(encoder), options.documents, length)
            found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
            for _ in range(options.rounds):
                for way in WAYS:
                    size = ["--documents", str(options.documents), "--lengths", str(length)]
                    call = [sys.executable, __file__, *size, "--one", way, encoder]
                    found[way].append(json.loads(subprocess.run(call, check=True, capture_output=True).stdout))
            for way in WAYS:
                middle = {key: median(each[key] for each in found[way]) for key in found[way][0]}
                share = 100 * needed / most / middle["step"] * 1000
                table.add_row(str(length), way, *(f"{value:.0f}" for value in middle.values()), f"{share:.0f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
