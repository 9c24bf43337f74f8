"""Integrated gradients of a network's decision, on the vectors with which its words enter it.

Sundararajan et al. 2017 (arXiv:1703.01365): the gradients along the straight line from a document without words to the
document; their integral is the difference of the two scores. A document without words has the padding vector in each
place, which means "no word" to every model, and the same length, so that only the words differ.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext

import torch
from captum.attr import IntegratedGradients
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

STEPS = (16, 32, 64, 128, 256)  # points of the integral, tried until it is near enough:
TOLERANCE = 0.05  # the sum of the attributions misses the difference of the scores by at most this share of it …
SMALLEST = 0.02  # … or by this much in logits, which changes no probability by more than 0.01
BATCH_TOKENS = 4096  # points times tokens computed together


def word_table(model: nn.Module) -> tuple[str, nn.Embedding | nn.EmbeddingBag]:
    """Return the name and the module of the table in which a network looks up its token ids."""
    if isinstance(getattr(model, "embedding", None), (nn.Embedding, nn.EmbeddingBag)):
        wanted = model.embedding
    elif hasattr(model.encoder, "get_input_embeddings"):
        wanted = model.encoder.get_input_embeddings()
    else:  # the embeddings alone of an encoder: words are more than positions and kinds of token
        tables = [module for module in model.embeddings.modules() if isinstance(module, nn.Embedding)]
        wanted = max(tables, key=lambda table: table.num_embeddings)
    return next((name, module) for name, module in model.named_modules() if module is wanted)


def centre(logits: Tensor) -> Tensor:
    """Return the logits minus their mean, (batch, classes): adding the same to all of them changes no probability."""
    return logits - logits.mean(dim=1, keepdim=True)


class Integral:
    """A class's score along the straight line from a document without words to a document.

    The score is the logit minus the mean of all logits; see `centre`.
    """

    def __init__(
        self, model: nn.Module, batch: Mapping[str, Tensor], target: int, *, special: Tensor, padding_id: int
    ) -> None:
        """Prepare the line for one document.

        Args:
            model: in evaluation mode.
            batch: what its `forward` takes, for one document; `input_ids` (1, time).
            target: index of the class.
            special: boolean (time,), True for tokens that every document has; they are in the baseline too.
            padding_id: the token whose vector is the baseline.
        """
        self.model, self.batch, self.target = model, batch, target
        self.name, self.table = word_table(model)
        self.end = functional.embedding(batch["input_ids"], self.table.weight).detach()  # (1, time, embedding)
        self.start = torch.where(special[:, None], self.end, self.table.weight[padding_id].detach())

    def score(self, points: Tensor) -> Tensor:
        """Return the score, (points,), where `points` (points, time, embedding) are the document's word vectors."""
        logits = _logits(self.model, self.name, self.table.padding_idx, self.batch, points)
        return centre(logits)[:, self.target]

    def integrate(self) -> tuple[Tensor, float, int]:
        """Return the integrated gradients of the tokens, near enough to what they should sum up to.

        Returns:
            Attributions (time,); the difference of the scores that they should sum up to; the points of the integral.
        """
        with _gradients_of_vectors_alone(self.model):
            with torch.no_grad():
                difference = float(self.score(self.end) - self.score(self.start))
            explain, count = IntegratedGradients(self.score), max(1, BATCH_TOKENS // self.end.shape[1])
            for steps in STEPS:
                found = explain.attribute(self.end, self.start, n_steps=steps, internal_batch_size=count)
                attributions = found.sum(dim=-1)[0]  # (time,)
                if abs(float(attributions.sum()) - difference) <= max(TOLERANCE * abs(difference), SMALLEST):
                    break
        return attributions, difference, steps

    def sketch(self, shares: Tensor) -> Tensor:
        """Return a rough estimate of the integrated gradients, (time,), from a few points of the line.

        Where the points are drawn evenly, its expectation is the integral: the expected gradients of Erion et al. 2021
        (arXiv:1906.10670) from one baseline. For one document it is far off; the mean over many documents is near.

        Args:
            shares: (points,) how far along the line each point is, between 0 and 1.
        """
        way = self.end - self.start
        points = (self.start + shares[:, None, None] * way).requires_grad_(True)
        with _gradients_of_vectors_alone(self.model):
            gradients = torch.autograd.grad(self.score(points).sum(), points)[0]
        return (gradients * way).sum(dim=-1).mean(dim=0)


def _logits(model: nn.Module, name: str, padding: int | None, batch: Mapping[str, Tensor], points: Tensor) -> Tensor:
    """Return the model's logits, (points, classes), where `points` (points, time, embedding) are its word vectors.

    Instead of token ids the model gets a number for each place of the batch, and instead of its table of word vectors
    a table with the vectors of these places; so it does not matter how it arranges its batch. Numbers begin after the
    padding id: its row takes no gradient, and some encoders count positions from it.
    """
    first = 0 if padding is None else padding + 1
    count, time, width = points.shape
    numbers = first + torch.arange(count * time, device=points.device).view(count, time)
    table = torch.cat([points.new_zeros(first, width), points.reshape(-1, width)])
    rest = {key: value.expand(count, *value.shape[1:]) for key, value in batch.items() if key != "input_ids"}
    return functional_call(model, {f"{name}.weight": table}, kwargs={"input_ids": numbers, **rest})


@contextmanager
def _gradients_of_vectors_alone(model: nn.Module) -> Iterator[None]:
    """Compute no gradients of the weights, and without cuDNN: it has none for recurrent networks in evaluation."""
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    cuda = next(model.parameters()).device.type == "cuda"
    try:
        for parameter in learning:
            parameter.requires_grad_(False)
        with torch.backends.cudnn.flags(enabled=False) if cuda else nullcontext():
            yield
    finally:
        for parameter in learning:
            parameter.requires_grad_(True)
