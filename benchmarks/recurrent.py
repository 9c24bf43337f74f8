"""How fast a recurrent network trains on padded batches with length-aware reversal, against packed sequences.

Side by side on this machine, the same batches, the same weights: a two-layer bidirectional network, 128 units a
direction, forward and backward over documents whose lengths are log-normal (median 80, at most 256), in batches of like
length. Both sides do the same arithmetic on real steps; their gradients are compared before anything is timed. The two
take turns batch by batch, so that a busy machine slows both.

    python benchmarks/recurrent.py [--cell lstm|gru|rnn] [--batch-tokens 4096] [--documents 512] [--threads 2]
"""

import argparse
import math
from statistics import median
from time import perf_counter

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from textstudy.batching import cut
from textstudy.models.recurrent import CELLS, RecurrentEncoder

HIDDEN_SIZE, LAYERS = 128, 2
MEDIAN_LENGTH, MAXIMUM_LENGTH, SPREAD = 80, 256, 0.8


class PackedEncoder(nn.Module):
    """The plain way: `torch.nn` network, two layers, two directions, on packed sequences."""

    def __init__(self, cell: str, input_size: int) -> None:
        super().__init__()
        self.network = CELLS[cell](input_size, HIDDEN_SIZE, LAYERS, bidirectional=True)

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        """Return the states, (time, batch, directions · hidden), of inputs (time, batch, features)."""
        states, _ = self.network(pack_padded_sequence(inputs, lengths, enforce_sorted=False))
        return pad_packed_sequence(states)[0]


def copy_weights(packed: PackedEncoder, ours: RecurrentEncoder) -> None:
    """Give `ours` the weights of `packed`."""
    weights = packed.network.state_dict()
    for index, layer in enumerate(ours.layers):
        for network, suffix in ((layer.ahead, ""), (layer.back, "_reverse")):
            names = network.state_dict()
            network.load_state_dict({name: weights[name.replace("l0", f"l{index}") + suffix] for name in names})


def make_batches(documents: int, *, batch_tokens: int, input_size: int, trainable: bool) -> list[tuple[Tensor, Tensor]]:
    """Return batches of random word vectors (time, batch, features) and lengths, documents of like length together."""
    generator = np.random.default_rng(0)
    lengths = generator.lognormal(math.log(MEDIAN_LENGTH), SPREAD, documents).astype(int).clip(1, MAXIMUM_LENGTH)
    order = np.argsort(lengths + generator.uniform(-0.1, 0.1, documents) * lengths)
    batches = []
    for rows in cut(order, lengths, tokens=batch_tokens, documents=None):
        sizes = torch.from_numpy(lengths[rows])
        batches.append((torch.randn(int(sizes.max()), len(sizes), input_size, requires_grad=trainable), sizes))
    return batches


def step(encoder: nn.Module, inputs: Tensor, lengths: Tensor) -> float:
    """Return the seconds of one forward and backward pass; the loss reads real steps only."""
    real = (torch.arange(len(inputs)).unsqueeze(1) < lengths).unsqueeze(-1)
    encoder.zero_grad()
    inputs.grad = None
    start = perf_counter()
    (encoder(inputs, lengths) * real).square().sum().backward()
    return perf_counter() - start


def largest_difference(packed: PackedEncoder, ours: RecurrentEncoder, inputs: Tensor, lengths: Tensor) -> float:
    """Return the largest difference between gradients of the input weights, as a share of the largest gradient."""
    step(packed, inputs, lengths)
    step(ours, inputs, lengths)
    expected, found = packed.network.weight_ih_l0.grad, ours.layers[0].ahead.weight_ih_l0.grad
    return float((expected - found).abs().max() / expected.abs().max())


def compare(cell: str, *, input_size: int, trainable: bool, arguments: argparse.Namespace) -> None:
    """Print documents per second of both ways and the ratio."""
    torch.manual_seed(0)
    packed = PackedEncoder(cell, input_size)
    ours = RecurrentEncoder(cell, input_size, HIDDEN_SIZE, layers=LAYERS, bidirectional=True, dropout=0.0)
    copy_weights(packed, ours)
    sizes = {"batch_tokens": arguments.batch_tokens, "input_size": input_size, "trainable": trainable}
    batches = make_batches(arguments.documents, **sizes)
    difference = largest_difference(packed, ours, *batches[0])
    assert difference < 1e-3, f"the two ways disagree: gradients differ by {difference:.1e}"
    seconds: dict[str, list[list[float]]] = {"packed": [], "padded": []}
    for inputs, lengths in batches:
        rounds = [(step(packed, inputs, lengths), step(ours, inputs, lengths)) for _ in range(arguments.rounds)]
        for name, values in zip(seconds, zip(*rounds, strict=True), strict=True):
            seconds[name].append(list(values))
    # The median round of each batch: a pause of the machine hits single rounds.
    packed_rate, padded_rate = (
        arguments.documents / sum(median(rounds) for rounds in seconds[name]) for name in ("packed", "padded")
    )
    vectors = "trainable" if trainable else "frozen"
    print(
        f"{cell:4}  {input_size:3}-d {vectors:9}  packed {packed_rate:6.0f} documents/s   "
        f"padded {padded_rate:6.0f} documents/s   ratio {padded_rate / packed_rate:.2f}",
        flush=True,
    )


def main() -> None:
    """Compare both ways for word vectors of 50 and 300 dimensions, frozen and trainable."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cell", choices=sorted(CELLS), default="lstm")
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--documents", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    capability, available = torch.backends.cpu.get_cpu_capability(), torch.backends.mkldnn.is_available()
    print(f"torch {torch.__version__}, {arguments.threads} threads, {capability}, oneDNN {available}")
    for input_size in (50, 300):
        for trainable in (False, True):
            compare(arguments.cell, input_size=input_size, trainable=trainable, arguments=arguments)


if __name__ == "__main__":
    main()
