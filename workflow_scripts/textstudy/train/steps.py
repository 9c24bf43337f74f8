"""One optimizer step: forward and backward over its batches, clipping, the current learning rate."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from textstudy.errors import StudyError
from textstudy.train.documents import Documents
from textstudy.train.objective import Objective
from textstudy.train.optimizers import make_optimizer
from textstudy.train.precision import Precision
from textstudy.train.schedules import plateau_factor, schedule_factor


class Stepper:
    """Takes the steps of a run.

    Attributes:
        optimizer: its state, that of `precision` and the weights are all that the next step needs.
        precision: of the arithmetic.
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

    def take(self, window: list[np.ndarray], *, step: int, history: Sequence[Mapping[str, Any]]) -> list[float]:
        """Take the step numbered `step` from 0, on the mean loss over all documents of the window.

        Args:
            window: rows of each batch whose gradients make this step.
            history: entries of the epochs before this one.

        Returns:
            Sums over the window: loss, weight, documents predicted right; then the gradient's norm before clipping.

        Raises:
            StudyError: a loss or the gradient is NaN or infinite.
        """
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
        self.precision.unscale(self.optimizer)
        norm = get_total_norm([parameter.grad for parameter in self.learned if parameter.grad is not None])
        # All figures of the step in one transfer: on a GPU each transfer waits for the device.
        figures = torch.stack([*losses, sum(losses), weight, sum(correct).float(), norm]).tolist()
        self._check_finite(window, figures[: len(window)], norm=figures[-1], step=step, epoch=len(history) + 1)
        clip = self.settings["gradient_clip"]
        if clip is not None and figures[-1] > clip and math.isfinite(figures[-1]):
            clip_grads_with_norm_(self.learned, clip, norm)
        rate = self.learning_rate(step, history)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["factor"]
        self.precision.step(self.optimizer)
        self.optimizer.zero_grad()
        return figures[len(window) :]

    def learning_rate(self, step: int, history: Sequence[Mapping[str, Any]]) -> float:
        """Return the learning rate of a step; the layers' own rates are multiples of it."""
        settings = self.settings
        factor = schedule_factor(settings["schedule"], step=step, **self.course)
        if settings["schedule"] == "plateau":
            losses = [entry["validation_loss"] for entry in history]
            factor *= plateau_factor(losses, patience=settings["plateau_patience"], factor=settings["plateau_factor"])
        return settings["learning_rate"] * factor

    def _check_finite(
        self, window: list[np.ndarray], losses: Sequence[float], *, norm: float, step: int, epoch: int
    ) -> None:
        bad = [rows for rows, loss in zip(window, losses, strict=True) if not math.isfinite(loss)]
        if not bad and (math.isfinite(norm) or self.precision.has_overflowed(norm)):
            return
        names = ", ".join(self.documents.ids[np.concatenate(bad or window)].tolist())
        raise StudyError(
            f"the {'loss' if bad else 'gradient'} became NaN or infinite at step {step + 1} (epoch {epoch}) on the "
            f"documents {names}: lower learning_rate ({self.settings['learning_rate']}) or set gradient_clip; the last "
            f"checkpoint is in {self.checkpoint_folder}."
        )
