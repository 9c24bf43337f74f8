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
from tqdm import tqdm

from textstudy.errors import StudyError
from textstudy.machine.devices import resolve_precision
from textstudy.machine.energy import EnergyMeter, Joules
from textstudy.machine.memory import peak_memory_mb
from textstudy.train.batches import Documents, epoch_batches
from textstudy.train.checkpoints import restore_checkpoint, save_checkpoint
from textstudy.train.diagnosis import diagnose
from textstudy.train.objective import Objective, balanced_class_weights, macro_f1
from textstudy.train.precision import Precision
from textstudy.train.predict import predict_logits
from textstudy.train.progress import Progress, best_epoch, finished
from textstudy.train.steps import Stepper

logger = logging.getLogger(__name__)
SAVE_SECONDS = 60.0  # a checkpoint is due within an epoch after this long, and at the end of each epoch ...
SAVING_SHARE = 0.05  # ... unless saving would then take more than this share of the time


@dataclass(frozen=True)
class FitResult:
    """A finished run. Seconds and joules are over all its sittings; memory is the peak of the process."""

    history: list[dict[str, Any]]
    best_state: dict[str, Tensor]
    best_epoch: int
    seconds: float
    epoch_seconds: list[float]
    peak_memory_mb: float
    energy_joules: Joules
    precision: str
    diagnosis: list[str]


def fit(
    model: nn.Module,
    train: Documents,
    validation: Documents | None,
    *,
    settings: Mapping[str, Any],
    classes: Sequence[str],
    seed: int,
    checkpoint_folder: Path | str,
    stop_after: int | None = None,
    epochs_before: int = 0,
) -> FitResult:
    """Train `model` in place, from its checkpoint where there is one; it ends with the best epoch's weights.

    Without validation documents nothing can be chosen: it ends with the last epoch's weights, and the history has no
    figures of validation.

    Means in the history are over documents, never over batch means; with class weights the losses are weighted
    means, as in `torch.nn.CrossEntropyLoss(weight=...)`. Training loss and accuracy are those seen during the
    epoch, with dropout on.

    Args:
        settings: the `training` settings of the study.
        classes: label names by index.
        seed: decides the batches and the dropout.
        checkpoint_folder: where this very run (settings, data, code) keeps its checkpoint.
        stop_after: epochs of those that the settings plan (the learning rate's course with them) to train at most.
        epochs_before: epochs of an earlier part of the same training, from which the diagnosis counts on.

    Raises:
        StudyError: a split is empty, or a loss or a gradient became NaN or infinite.
    """
    for name, documents in (("training", train), ("validation", validation)):
        if documents is not None and not len(documents):
            raise StudyError(f"the {name} split has no documents: mend the split of this preparation.")
    if validation is None and settings["schedule"] == "plateau":
        raise StudyError(
            "schedule plateau watches the validation loss, and there is no validation here: choose another."
        )
    torch.manual_seed(seed)
    last_epoch = stop_after or settings["epochs"]
    run = _Run(model, train, validation, settings, classes, seed, Path(checkpoint_folder), last_epoch)
    run.resume()
    while not run.finished():
        run.train_epoch()
        run.end_epoch()
    run.bar.close()
    return run.result(epochs_before)


class _Run:
    def __init__(
        self,
        model: nn.Module,
        train: Documents,
        validation: Documents | None,
        settings: Mapping[str, Any],
        classes: Sequence[str],
        seed: int,
        folder: Path,
        last_epoch: int,
    ):
        device = next(model.parameters()).device
        self.model, self.settings, self.classes, self.seed, self.folder = model, settings, classes, seed, folder
        self.train, self.validation = train.to(device), validation and validation.to(device)
        self.last_epoch = last_epoch
        weights = balanced_class_weights(self.train.labels, classes=len(classes)) if settings["class_weights"] else None
        self.objective = Objective(class_weights=weights, label_smoothing=settings["label_smoothing"])
        total = sum(len(self.windows(epoch)) for epoch in range(settings["epochs"]))
        self.stepper = Stepper(
            model,
            self.train,
            settings=settings,
            objective=self.objective,
            precision=Precision(resolve_precision(settings["precision"], device), device),
            total_steps=total,
            checkpoint_folder=folder,
        )
        self.progress, self.best_state = Progress(), {}
        self.bar = tqdm(total=total, disable=None, leave=False, unit="step")
        self.mark = self.saved = time.monotonic()
        self.meter = EnergyMeter(device)
        self.saving = 0.0  # seconds that the last checkpoint took

    def windows(self, epoch: int) -> list[list[np.ndarray]]:
        """The epoch's batches in groups of `accumulation`, one optimizer step each."""
        batches = epoch_batches(self.train.lengths, settings=self.settings, seed=self.seed, epoch=epoch)
        size = self.settings["accumulation"]
        return [batches[start : start + size] for start in range(0, len(batches), size)]

    def train_epoch(self) -> None:
        progress, epoch = self.progress, len(self.progress.history)
        if hasattr(self.model, "begin_epoch"):  # layers that begin to learn later
            self.model.begin_epoch(epoch)
        self.model.train()
        for window in self.windows(epoch)[progress.epoch_step :]:
            loss, weight, correct, norm = self.stepper.take(window, step=progress.step, history=progress.history)
            # A float16 step that overflowed was skipped: it has no norm to speak of.
            norms = (norm, 1) if math.isfinite(norm) else (0.0, 0)
            progress.add_step(loss, weight, correct, sum(map(len, window)), *norms)
            self.bar.update()
            self.save_if_due(after_seconds=SAVE_SECONDS)

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
        progress = self.progress
        sums = progress.sums
        learned = {
            "epoch": epoch,
            "train_loss": sums["loss"] / sums["weight"],
            "train_accuracy": sums["correct"] / sums["documents"],
        }
        course = {
            # of the epoch's last step; the gradient's norm is a mean over steps, before clipping
            "learning_rate": self.stepper.learning_rate(progress.step - 1, progress.history),
            "gradient_norm": sums["norm"] / max(1, sums["steps"]),
        }
        if self.validation is None:
            return learned | course, []
        validated, shares = self.validate(epoch)
        return learned | validated | course, shares

    def validate(self, epoch: int) -> tuple[dict[str, Any], list[float]]:
        labels = self.validation.labels
        logits = predict_logits(self.model, self.validation).to(labels.device)
        loss = float(self.objective.loss_sum(logits, labels) / self.objective.weight_sum(labels))
        if not math.isfinite(loss):
            raise StudyError(
                f"the validation loss became {loss} after epoch {epoch}: lower learning_rate "
                f"({self.settings['learning_rate']}) or set gradient_clip; the last checkpoint is in {self.folder}."
            )
        true, predicted = labels.cpu().numpy(), logits.argmax(dim=1).cpu().numpy()
        figures = {
            "validation_loss": loss,
            "validation_accuracy": float((predicted == true).mean()),
            "validation_macro_f1": macro_f1(true, predicted, classes=len(self.classes)),
        }
        return figures, (np.bincount(predicted, minlength=len(self.classes)) / len(predicted)).tolist()

    def best_epoch(self) -> int:
        if self.validation is None:
            return len(self.progress.history)
        return best_epoch(self.progress.history, select_by=self.settings["select_by"])

    def finished(self) -> bool:
        history, settings = self.progress.history, self.settings
        if self.validation is None:
            return len(history) >= self.last_epoch
        choice = {"patience": settings["patience"], "select_by": settings["select_by"]}
        return finished(history, epochs=self.last_epoch, **choice)

    def tick(self) -> None:
        now = time.monotonic()
        self.progress.elapsed += now - self.mark
        self.progress.peak_memory_mb = max(self.progress.peak_memory_mb, peak_memory_mb())
        self.progress.add_energy(self.meter.lap())
        self.mark = now

    def save_if_due(self, *, after_seconds: float) -> None:
        started = time.monotonic()
        if started - self.saved < max(after_seconds, self.saving / SAVING_SHARE):
            return
        self.tick()
        state = {"model": self.model, "optimizer": self.stepper.optimizer, "best_state": self.best_state}
        progress = asdict(self.progress) | {"precision": self.stepper.precision.state()}
        save_checkpoint(self.folder, **state, progress=progress)
        self.saved = time.monotonic()
        self.saving = self.saved - started

    def resume(self) -> None:
        restored = restore_checkpoint(self.folder, model=self.model, optimizer=self.stepper.optimizer)
        if restored is not None:
            progress, self.best_state = restored
            self.stepper.precision.load(progress.pop("precision"))
            self.progress = Progress(**progress)
            self.bar.update(self.progress.step)
            logger.info("resumed at step %d, in epoch %d", self.progress.step, len(self.progress.history) + 1)

    def result(self, epochs_before: int) -> FitResult:
        progress, classes = self.progress, len(self.classes)
        best = self.best_epoch()
        self.model.load_state_dict(self.best_state)
        diagnosis = []
        if self.validation is not None:
            diagnosis = diagnose(
                [entry | {"epoch": entry["epoch"] + epochs_before} for entry in progress.history],
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
            energy_joules=progress.energy_joules or {},
            precision=self.stepper.precision.name,
            diagnosis=diagnosis,
        )
