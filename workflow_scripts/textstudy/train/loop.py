"""The training loop: epochs of batches, validation after each epoch, the best epoch's weights at the end."""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import torch
from torch import Tensor, distributed, nn
from tqdm import tqdm

from textstudy.batching import epoch_batches
from textstudy.errors import StudyError
from textstudy.machine.devices import resolve_precision
from textstudy.machine.memory import peak_memory_mb
from textstudy.machine.stopwatch import Lap, Stopwatch
from textstudy.train.checkpoints import restore_checkpoint, save_checkpoint
from textstudy.train.diagnosis import diagnose
from textstudy.train.documents import Documents
from textstudy.train.objective import Objective, balanced_class_weights
from textstudy.train.precision import Precision
from textstudy.train.progress import Progress, best_epoch, is_over
from textstudy.train.schedules import anneals
from textstudy.train.steps import Stepper
from textstudy.train.validation import training_accuracy, validate

logger = logging.getLogger(__name__)
SAVE_SECONDS = 60.0  # a checkpoint is due within an epoch after this long, and at the end of each epoch ...
SAVING_SHARE = 0.05  # ... unless saving would then take more than this share of the time


@dataclass(frozen=True)
class FitResult:
    """A finished training.

    Attributes:
        train_accuracy: of the best epoch's weights in evaluation mode, on training documents; None without validation.
        lap: its seconds and joules count every interrupted attempt.
        load_average: at the start and the end of the last attempt.
        peak_memory_mb: the peak of the process.
        most_tokens: the padded size to which batches were cut because the GPU had no memory for more; None if it had.
    """

    history: list[dict[str, Any]]
    best_state: dict[str, Tensor]
    best_epoch: int
    train_accuracy: float | None
    lap: Lap
    load_average: dict[str, Any]
    epoch_seconds: list[float]
    peak_memory_mb: float
    precision: str
    most_tokens: int | None
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

    Means in the history are over documents, not over batches; with class weights the losses are weighted means, as in
    `torch.nn.CrossEntropyLoss(weight=...)`. Training loss and accuracy are those of the epoch's steps, with dropout.

    Args:
        settings: the `training` settings of the study.
        classes: label names by index.
        seed: decides the batches and the dropout.
        checkpoint_folder: where this run, and no run with other settings, data or code, keeps its checkpoint.
        stop_after: the most epochs to train, out of those over which the settings spread the learning rate.
        epochs_before: epochs of an earlier part of the same training, which the diagnosis counts too.

    Raises:
        StudyError: a split is empty, or a loss or a gradient became NaN or infinite.
    """
    for name, documents in (("training", train), ("validation", validation)):
        if documents is not None and not len(documents):
            raise StudyError(f"the {name} split has no documents: change the split of this preparation.")
    if validation is None and settings["schedule"] == "plateau":
        raise StudyError("schedule plateau needs a validation loss, and there is no validation here: choose another.")
    torch.manual_seed(seed)
    last_epoch = stop_after or settings["epochs"]
    # By name: a training in one process does not depend on how several would share it.
    kind = import_module("textstudy.train.together").SharedLoop if is_shared() else Loop
    loop = kind(model, train, validation, settings, classes, seed, Path(checkpoint_folder), last_epoch)
    loop.resume()
    while not loop.is_over():
        loop.train_epoch()
        loop.end_epoch()
    loop.bar.close()
    return loop.result(epochs_before)


def is_shared() -> bool:
    """Return whether this is one of several processes that train a run together."""
    return distributed.is_available() and distributed.is_initialized()


class Loop:
    """One training: what is left of it, and what it has come to.

    Attributes:
        stepper: takes its steps.
        progress: how far it is.
    """

    make_stepper = Stepper

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
    ) -> None:
        device = next(model.parameters()).device
        self.model, self.settings, self.classes, self.seed, self.folder = model, settings, classes, seed, folder
        self.train, self.validation = train.to(device), validation and validation.to(device)
        self.last_epoch = last_epoch
        weights = balanced_class_weights(self.train.labels, classes=len(classes)) if settings["class_weights"] else None
        self.objective = Objective(class_weights=weights, label_smoothing=settings["label_smoothing"])
        total = sum(len(self.windows(epoch)) for epoch in range(settings["epochs"]))
        self.stepper = self.make_stepper(
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
        self.stopwatch = Stopwatch(device)
        self.last_save, self.save_seconds = monotonic(), 0.0  # when the last checkpoint was written, and how long

    def windows(self, epoch: int) -> list[list[np.ndarray]]:
        """Return the epoch's batches in groups of `accumulation`, one optimizer step each."""
        batches = epoch_batches(self.train.lengths, settings=self.settings, seed=self.seed, epoch=epoch)
        size = self.settings["accumulation"]
        return [batches[start : start + size] for start in range(0, len(batches), size)]

    def train_epoch(self) -> None:
        """Take the steps of the present epoch that are left."""
        progress, epoch = self.progress, len(self.progress.history)
        self.model.train()
        for window in self.windows(epoch)[progress.epoch_step :]:
            step = progress.step + len(self.stepper.unread)
            self.stepper.take(window, step=step, history=progress.history)
            self.bar.update()
            if len(self.stepper.unread) == self.stepper.most_unread:
                self.read_steps()
                self.save_if_due(after_seconds=SAVE_SECONDS)
        self.read_steps()

    def read_steps(self) -> None:
        """Add the figures of the steps taken to the progress."""
        for *sums, norm in self.stepper.read():
            # A float16 step that overflowed was skipped: its norm is no number.
            self.progress.add_step(*sums, *((norm, 1) if math.isfinite(norm) else (0.0, 0)))

    def end_epoch(self) -> None:
        """Validate, write the epoch into the history, keep its weights if they are the best so far."""
        entry, shares = self.measure(len(self.progress.history) + 1)
        self.add_time()
        self.progress.add_epoch(entry, predicted_shares=shares)
        if self.best_epoch() == entry["epoch"]:
            self.best_state = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        figures = ", ".join(f"{name} {value:.4g}" for name, value in entry.items())
        logger.info("%s, seconds %.1f", figures, self.progress.epoch_seconds[-1])
        self.save_if_due(after_seconds=0.0)

    def measure(self, epoch: int) -> tuple[dict[str, Any], list[float]]:
        """Return the history's entry of the epoch, and the share of validation documents predicted as each class."""
        sums, validated, shares = self.progress.sums, {}, []
        if self.validation is not None:
            how = {"classes": len(self.classes), "precision": self.stepper.precision.name}
            validated, shares = validate(self.model, self.validation, self.objective, **how)
            if not math.isfinite(loss := validated["validation_loss"]):
                raise StudyError(
                    f"the validation loss became {loss} after epoch {epoch}: lower learning_rate "
                    f"({self.settings['learning_rate']}) or set gradient_clip; the last checkpoint is in {self.folder}."
                )
        entry = {
            "epoch": epoch,
            "train_loss": sums["loss"] / sums["weight"],
            "train_accuracy": sums["correct"] / sums["documents"],
            **validated,
            # of the epoch's last step; the gradient's norm is a mean over steps, before clipping
            "learning_rate": self.stepper.learning_rate(self.progress.step - 1, self.progress.history),
            "gradient_norm": sums["norm"] / max(1, sums["steps"]),
        }
        return entry, shares

    def best_epoch(self) -> int:
        """Return the epoch whose weights are kept; without validation the last one."""
        if self.validation is None:
            return len(self.progress.history)
        return best_epoch(self.progress.history, select_by=self.settings["select_by"])

    def is_over(self) -> bool:
        """Return whether no further epoch is to be trained."""
        history = self.progress.history
        if self.validation is None:
            return len(history) >= self.last_epoch
        choice = {name: self.settings[name] for name in ("patience", "select_by")}
        return is_over(history, epochs=self.last_epoch, **choice)

    def add_time(self) -> None:
        """Add to the progress what was spent since the last call."""
        lap = self.stopwatch.lap()
        self.progress.elapsed += lap.seconds
        self.progress.cpu_seconds += lap.cpu_seconds
        self.progress.add_energy(lap.joules)
        self.progress.peak_memory_mb = max(self.progress.peak_memory_mb, peak_memory_mb())

    def save_if_due(self, *, after_seconds: float) -> None:
        """Write a checkpoint where the last one is so old, and writing it takes a small share of the time."""
        started = monotonic()
        if started - self.last_save < max(after_seconds, self.save_seconds / SAVING_SHARE):
            return
        self.add_time()
        state = {"model": self.model, "optimizer": self.stepper.optimizer, "best_state": self.best_state}
        progress = asdict(self.progress) | {"precision": self.stepper.precision.state()}
        save_checkpoint(self.folder, **state, progress=progress)
        self.last_save = monotonic()
        self.save_seconds = self.last_save - started

    def resume(self) -> None:
        """Go on from the checkpoint, where there is one."""
        restored = restore_checkpoint(self.folder, model=self.model, optimizer=self.stepper.optimizer)
        if restored is None:
            logger.info("no checkpoint in %s: the training begins with its first step", self.folder)
        else:
            progress, self.best_state = restored
            self.stepper.precision.load(progress.pop("precision"))
            self.progress = Progress(**progress)
            self.bar.update(self.progress.step)
            logger.info("resumed at step %d, in epoch %d", self.progress.step, len(self.progress.history) + 1)

    def result(self, epochs_before: int) -> FitResult:
        """Put the best epoch's weights into the model and return what the training came to."""
        progress, best = self.progress, self.best_epoch()
        self.model.load_state_dict(self.best_state)
        followed = self.validation is not None
        precision = self.stepper.precision.name
        accuracy = training_accuracy(self.model, self.train, precision=precision) if followed else None
        return FitResult(
            history=progress.history,
            best_state=self.best_state,
            best_epoch=best,
            train_accuracy=accuracy,
            lap=Lap(sum(progress.epoch_seconds), progress.cpu_seconds, progress.energy_joules or {}),
            load_average=self.stopwatch.load(),
            epoch_seconds=progress.epoch_seconds,
            peak_memory_mb=round(progress.peak_memory_mb, 1),
            precision=precision,
            most_tokens=self.stepper.most_tokens,
            diagnosis=self.diagnose(best, accuracy, epochs_before) if followed else [],
        )

    def diagnose(self, best: int, train_accuracy: float, epochs_before: int) -> list[str]:
        """Return what the learning curves and the kept weights show, in sentences."""
        counts = torch.bincount(self.train.labels, minlength=len(self.classes))
        return diagnose(
            [entry | {"epoch": entry["epoch"] + epochs_before} for entry in self.progress.history],
            best_epoch=best,
            train_accuracy=train_accuracy,
            predicted_shares=self.progress.predicted_shares[best - 1],
            majority_share=float(counts.max() / len(self.train)),
            classes=self.classes,
            epochs=self.settings["epochs"],
            annealed=anneals(self.settings["schedule"]),
        )
