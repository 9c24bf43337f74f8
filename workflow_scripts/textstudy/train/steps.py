"""One optimizer step: forward and backward over its batches, clipping, the current learning rate."""

import logging
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from textstudy.batching import cut
from textstudy.errors import StudyError
from textstudy.fitting import halved_tokens
from textstudy.train.documents import Documents
from textstudy.train.objective import Objective
from textstudy.train.optimizers import make_optimizer
from textstudy.train.precision import Precision
from textstudy.train.schedules import plateau_factor, schedule_factor

logger = logging.getLogger(__name__)
UNREAD_STEPS = 16  # on a GPU, which goes on computing while nobody reads


def most_unread(device: torch.device, precision: str) -> int:
    """Return how many steps may go by before their figures are read; each reading waits for the GPU.

    A CPU has computed them anyway, and float16 looks at the gradients of each step.
    """
    return UNREAD_STEPS if device.type == "cuda" and precision != "float16" else 1


class Taken(NamedTuple):
    """A step whose figures nobody has read yet.

    Attributes:
        number: of the step, from 0.
        epoch: from 1.
        may_overflow: whether a gradient that is not finite only means that the step was skipped.
        figures: (batches + 4,) the loss of each batch; then what `Stepper.read` returns, without the documents.
    """

    window: list[np.ndarray]
    number: int
    epoch: int
    may_overflow: bool
    figures: Tensor


class Stepper:
    """Takes the steps of a run.

    Attributes:
        optimizer: its state, that of `precision` and the weights are all that the next step needs.
        precision: of the arithmetic.
        unread: steps whose figures `read` has not returned yet.
        most_unread: so many steps may be unread.
        most_tokens: the largest padded size that the GPU had memory for, None as long as all batches fit.
    """

    def __init__(
        self,
        model: nn.Module,
        documents: Documents,
        *,
        settings: Mapping[str, Any],
        objective: Objective,
        precision: Precision,
        total_steps: int,
        checkpoint_folder: Path,
    ) -> None:
        self.model, self.documents, self.settings, self.objective = model, documents, settings, objective
        self.precision, self.checkpoint_folder = precision, checkpoint_folder
        self.optimizer = make_optimizer(model, settings)
        self.learned = [parameter for group in self.optimizer.param_groups for parameter in group["params"]]
        self.course = {"total_steps": total_steps, "warmup_steps": math.ceil(settings["warmup_share"] * total_steps)}
        self.unread: list[Taken] = []
        self.most_unread = most_unread(documents.labels.device, precision.name)
        self.most_tokens: int | None = None

    def take(self, window: list[np.ndarray], *, step: int, history: Sequence[Mapping[str, Any]]) -> None:
        """Take the step numbered `step` from 0, on the mean loss over all documents of the window.

        Batches that are too large for the GPU's memory are cut; the mean stays that over the window.

        Args:
            window: rows of each batch whose gradients make this step.
            history: entries of the epochs before this one.

        Raises:
            StudyError: there is not memory enough for a single document.
        """
        lengths = self.documents.lengths
        while True:
            window = [part for rows in window for part in cut(rows, lengths, tokens=self.most_tokens, documents=None)]
            try:
                figures = self._add_gradients(window)
                break
            except torch.OutOfMemoryError as error:
                # The error holds the tensors of the failed attempt until this block ends.
                failed = str(error).partition("\n")[0]
            self.optimizer.zero_grad()
            self.most_tokens = halved_tokens(window, lengths, failed)
            logger.warning("batches are too large for the GPU: gradients of %d tokens at once", self.most_tokens)
        self.precision.unscale(self.optimizer)
        norm = get_total_norm([_numbers(each) for each in self.learned if each.grad is not None])
        clip = self.settings["gradient_clip"]
        if clip is not None:  # without asking the GPU for the norm; a norm of 0 leaves the gradients as they are
            exceeds = (norm > clip) & norm.isfinite()
            clip_grads_with_norm_(self.learned, clip, torch.where(exceeds, norm, 0.0))
        figures = torch.stack([*figures, norm])
        self.unread.append(Taken(window, step, len(history) + 1, self.precision.may_overflow(), figures))
        rate = self.learning_rate(step, history)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["factor"]
        self.precision.step(self.optimizer)
        self.optimizer.zero_grad()

    def read(self) -> list[list[float]]:
        """Return the figures of each unread step: loss, weight and right predictions, summed over its documents; the
        number of its documents; the gradient's norm before clipping. On a GPU this waits until they are computed.

        Raises:
            StudyError: a loss or the gradient is NaN or infinite.
        """
        taken, self.unread = self.unread, []
        if not taken:
            return []
        numbers = iter(torch.cat([step.figures for step in taken]).tolist())  # one transfer
        found = []
        for step in taken:
            losses = [next(numbers) for _ in step.window]
            loss, weight, correct, norm = (next(numbers) for _ in range(4))
            self._check_finite(step, losses, norm)
            found.append([loss, weight, correct, sum(map(len, step.window)), norm])
        return found

    def _add_gradients(self, window: list[np.ndarray]) -> list[Tensor]:
        """Add up the gradients of the mean loss; return all figures of `Taken` but the norm."""
        labels = [self.documents.labels_of(rows) for rows in window]
        weight = self.objective.weight_sum(torch.cat(labels))
        losses, correct = [], []
        for rows, batch_labels in zip(window, labels, strict=True):
            with self.precision.autocast():
                logits = self.model(**self.documents.batch(rows))  # (batch, classes)
            logits = logits.float()
            loss = self.objective.loss_sum(logits, batch_labels)
            # The window's weight, not the batch's: the sum over batches is then that of one large batch.
            self.precision.backward(loss / weight)
            losses.append(loss.detach())
            correct.append((logits.detach().argmax(dim=1) == batch_labels).sum())
        return [*losses, sum(losses), weight, sum(correct).float()]

    def learning_rate(self, step: int, history: Sequence[Mapping[str, Any]]) -> float:
        """Return the learning rate of a step; the layers' own rates are multiples of it."""
        settings = self.settings
        factor = schedule_factor(settings["schedule"], step=step, **self.course)
        if settings["schedule"] == "plateau":
            losses = [entry["validation_loss"] for entry in history]
            factor *= plateau_factor(losses, patience=settings["plateau_patience"], factor=settings["plateau_factor"])
        return settings["learning_rate"] * factor

    def _check_finite(self, step: Taken, losses: Sequence[float], norm: float) -> None:
        bad = [rows for rows, loss in zip(step.window, losses, strict=True) if not math.isfinite(loss)]
        if not bad and (math.isfinite(norm) or step.may_overflow):
            return
        names = ", ".join(self.documents.ids[np.concatenate(bad or step.window)].tolist())
        raise StudyError(
            f"the {'loss' if bad else 'gradient'} became NaN or infinite at step {step.number + 1} (epoch "
            f"{step.epoch}) on the documents {names}: lower learning_rate ({self.settings['learning_rate']}) or set "
            f"gradient_clip; the last checkpoint is in {self.checkpoint_folder}."
        )


def _numbers(parameter: nn.Parameter) -> Tensor:
    """Return the numbers of a gradient, in place: of a sparse one those of its rows, each once."""
    if not parameter.grad.is_sparse:
        return parameter.grad
    parameter.grad = parameter.grad.coalesce()
    return parameter.grad.values()
