"""The training loop: epochs of bucketed batches, validation after each, the best epoch's weights at the end."""

import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm
from tqdm import tqdm

from textstudy.errors import StudyError
from textstudy.train.batches import Documents, epoch_batches
from textstudy.train.checkpoints import restore_checkpoint, save_checkpoint
from textstudy.train.diagnosis import diagnose
from textstudy.train.memory import peak_memory_mb
from textstudy.train.objective import Objective, balanced_class_weights, macro_f1
from textstudy.train.optimizers import make_optimizer
from textstudy.train.predict import predict_logits
from textstudy.train.progress import Progress, best_epoch, finished
from textstudy.train.schedules import plateau_factor, schedule_factor

logger = logging.getLogger(__name__)
SAVE_SECONDS = 60.0  # a checkpoint is due within an epoch after this long, and at the end of each epoch ...
SAVING_SHARE = 0.05  # ... unless saving would then take more than this share of the time


@dataclass(frozen=True)
class FitResult:
    """A finished run. Seconds are wall time over all its sittings; memory is the peak of the process."""

    history: list[dict[str, Any]]
    best_state: dict[str, Tensor]
    best_epoch: int
    seconds: float
    epoch_seconds: list[float]
    peak_memory_mb: float
    diagnosis: list[str]


def fit(
    model: nn.Module,
    train: Documents,
    validation: Documents,
    *,
    settings: Mapping[str, Any],
    classes: Sequence[str],
    seed: int,
    checkpoint_folder: Path | str,
) -> FitResult:
    """Train `model` in place, from its checkpoint where there is one; it ends with the best epoch's weights.

    Means in the history are over documents, never over batch means; with class weights the losses are weighted
    means, as in `torch.nn.CrossEntropyLoss(weight=...)`. Training loss and accuracy are those seen during the
    epoch, with dropout on.

    Args:
        settings: the `training` settings of the study.
        classes: label names by index.
        seed: decides the batches and the dropout.
        checkpoint_folder: where this very run (settings, data, code) keeps its checkpoint.

    Raises:
        StudyError: a split is empty, or a loss or a gradient became NaN or infinite.
    """
    for name, documents in (("training", train), ("validation", validation)):
        if not len(documents):
            raise StudyError(f"the {name} split has no documents: mend the split of this preparation.")
    torch.manual_seed(seed)
    run = _Run(model, train, validation, settings, classes, seed, Path(checkpoint_folder))
    run.resume()
    while not run.finished():
        run.train_epoch()
        run.end_epoch()
    run.bar.close()
    return run.result()


class _Run:
    def __init__(
        self,
        model: nn.Module,
        train: Documents,
        validation: Documents,
        settings: Mapping[str, Any],
        classes: Sequence[str],
        seed: int,
        folder: Path,
    ):
        device = next(model.parameters()).device
        self.model, self.settings, self.classes, self.seed, self.folder = model, settings, classes, seed, folder
        self.train, self.validation = train.to(device), validation.to(device)
        weights = balanced_class_weights(self.train.labels, classes=len(classes)) if settings["class_weights"] else None
        self.objective = Objective(class_weights=weights, label_smoothing=settings["label_smoothing"])
        self.optimizer = make_optimizer(model, settings)
        self.trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
        total = sum(len(self.windows(epoch)) for epoch in range(settings["epochs"]))
        self.steps = {"total_steps": total, "warmup_steps": math.ceil(settings["warmup_share"] * total)}
        self.progress, self.best_state = Progress(), {}
        self.bar = tqdm(total=total, disable=None, leave=False, unit="step")
        self.mark = self.saved = time.monotonic()
        self.saving = 0.0  # seconds that the last checkpoint took

    def windows(self, epoch: int) -> list[list[np.ndarray]]:
        """The epoch's batches in groups of `accumulation`, one optimizer step each."""
        batches = epoch_batches(self.train.lengths, settings=self.settings, seed=self.seed, epoch=epoch)
        size = self.settings["accumulation"]
        return [batches[start : start + size] for start in range(0, len(batches), size)]

    def train_epoch(self) -> None:
        self.model.train()
        for window in self.windows(len(self.progress.history))[self.progress.epoch_step :]:
            self.take_step(window)
            self.bar.update()
            self.save_if_due(after_seconds=SAVE_SECONDS)

    def take_step(self, window: list[np.ndarray]) -> None:
        """One optimizer step on the mean loss over all documents of the window."""
        progress = self.progress
        labels = [self.train.labels_of(rows) for rows in window]
        weight = self.objective.weight_sum(torch.cat(labels))
        losses, correct = [], []
        for rows, batch_labels in zip(window, labels, strict=True):
            logits = self.model(**self.train.batch(rows)).float()  # (batch, classes)
            loss = self.objective.loss_sum(logits, batch_labels)
            (loss / weight).backward()  # the window's weight, not the batch's: unequal batches add up to one large one
            losses.append(loss.detach())
            correct.append((logits.detach().argmax(dim=1) == batch_labels).sum())
        norm = get_total_norm([parameter.grad for parameter in self.trainable if parameter.grad is not None])
        # One transfer for every figure of the step: on a GPU each one waits for the device.
        figures = torch.stack([*losses, sum(losses), weight, sum(correct).float(), norm]).tolist()
        self.refuse_nonfinite(window, losses=figures[: len(window)], norm=figures[-1])
        if self.settings["gradient_clip"] is not None and figures[-1] > self.settings["gradient_clip"]:
            clip_grads_with_norm_(self.trainable, self.settings["gradient_clip"], norm)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(progress.step)
        self.optimizer.step()
        self.optimizer.zero_grad()
        loss, weight, correct, norm = figures[len(window) :]
        progress.add_step(loss, weight, correct, sum(map(len, window)), norm, 1)

    def learning_rate(self, step: int) -> float:
        settings = self.settings
        factor = schedule_factor(settings["schedule"], step=step, **self.steps)
        if settings["schedule"] == "plateau":
            losses = [entry["validation_loss"] for entry in self.progress.history]
            factor *= plateau_factor(losses, patience=settings["plateau_patience"], factor=settings["plateau_factor"])
        return settings["learning_rate"] * factor

    def refuse_nonfinite(self, window: list[np.ndarray], *, losses: list[float], norm: float) -> None:
        bad = [rows for rows, loss in zip(window, losses, strict=True) if not math.isfinite(loss)]
        if not bad and math.isfinite(norm):
            return
        names = ", ".join(self.train.ids[np.concatenate(bad or window)].tolist())
        raise StudyError(
            f"the {'loss' if bad else 'gradient'} became NaN or infinite at step {self.progress.step + 1} (epoch "
            f"{len(self.progress.history) + 1}) on the documents {names}: lower learning_rate "
            f"({self.settings['learning_rate']}) or set gradient_clip; the last checkpoint is in {self.folder}."
        )

    def end_epoch(self) -> None:
        """Validate, write the epoch into the history, keep its weights if they are the best so far."""
        entry, shares = self.measure(len(self.progress.history) + 1)
        self.tick()
        self.progress.add_epoch(entry, predicted_shares=shares)
        if self.best_epoch() == entry["epoch"]:
            self.best_state = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        figures = ", ".join(f"{name} {value:.4g}" for name, value in entry.items())
        logger.info("%s, seconds %.1f", figures, self.progress.epoch_seconds[-1])
        self.save_if_due(after_seconds=0.0)

    def measure(self, epoch: int) -> tuple[dict[str, Any], list[float]]:
        """The history's entry of the epoch just trained, and the share of validation documents given each class."""
        sums, labels = self.progress.sums, self.validation.labels
        logits = predict_logits(self.model, self.validation).to(labels.device)
        loss = float(self.objective.loss_sum(logits, labels) / self.objective.weight_sum(labels))
        if not math.isfinite(loss):
            raise StudyError(
                f"the validation loss became {loss} after epoch {epoch}: lower learning_rate "
                f"({self.settings['learning_rate']}) or set gradient_clip; the last checkpoint is in {self.folder}."
            )
        true, predicted = labels.cpu().numpy(), logits.argmax(dim=1).cpu().numpy()
        entry = {
            "epoch": epoch,
            "train_loss": sums["loss"] / sums["weight"],
            "train_accuracy": sums["correct"] / sums["documents"],
            "validation_loss": loss,
            "validation_accuracy": float((predicted == true).mean()),
            "validation_macro_f1": macro_f1(true, predicted, classes=len(self.classes)),
            "learning_rate": self.learning_rate(self.progress.step - 1),  # of the epoch's last step
            "gradient_norm": sums["norm"] / sums["steps"],  # mean over steps, before clipping
        }
        return entry, (np.bincount(predicted, minlength=len(self.classes)) / len(predicted)).tolist()

    def best_epoch(self) -> int:
        return best_epoch(self.progress.history, select_by=self.settings["select_by"])

    def finished(self) -> bool:
        return finished(
            self.progress.history, **{key: self.settings[key] for key in ("epochs", "patience", "select_by")}
        )

    def tick(self) -> None:
        now = time.monotonic()
        self.progress.elapsed += now - self.mark
        self.progress.peak_memory_mb = max(self.progress.peak_memory_mb, peak_memory_mb())
        self.mark = now

    def save_if_due(self, *, after_seconds: float) -> None:
        started = time.monotonic()
        if started - self.saved < max(after_seconds, self.saving / SAVING_SHARE):
            return
        self.tick()
        state = {"model": self.model, "optimizer": self.optimizer, "best_state": self.best_state}
        save_checkpoint(self.folder, **state, progress=asdict(self.progress))
        self.saved = time.monotonic()
        self.saving = self.saved - started

    def resume(self) -> None:
        restored = restore_checkpoint(self.folder, model=self.model, optimizer=self.optimizer)
        if restored is not None:
            progress, self.best_state = restored
            self.progress = Progress(**progress)
            self.bar.update(self.progress.step)
            logger.info("resumed at step %d, in epoch %d", self.progress.step, len(self.progress.history) + 1)

    def result(self) -> FitResult:
        progress, classes = self.progress, len(self.classes)
        best = self.best_epoch()
        self.model.load_state_dict(self.best_state)
        diagnosis = diagnose(
            progress.history,
            best_epoch=best,
            predicted_shares=progress.predicted_shares[best - 1],
            majority_share=float(torch.bincount(self.train.labels, minlength=classes).max() / len(self.train)),
            classes=self.classes,
            epochs=self.settings["epochs"],
        )
        return FitResult(
            history=progress.history,
            best_state=self.best_state,
            best_epoch=best,
            seconds=sum(progress.epoch_seconds),
            epoch_seconds=progress.epoch_seconds,
            peak_memory_mb=round(progress.peak_memory_mb, 1),
            diagnosis=diagnosis,
        )
