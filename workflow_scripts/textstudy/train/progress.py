"""How far a training is, and what follows from its history: the best epoch, and whether to stop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from textstudy.machine.energy import Joules, added

SUMS = ("loss", "weight", "correct", "documents", "norm", "steps")


@dataclass
class Progress:
    """A training without its tensors; a checkpoint holds it as JSON."""

    step: int = 0  # optimizer steps taken
    epoch_step: int = 0  # those of the present epoch
    sums: dict[str, float] = field(default_factory=lambda: dict.fromkeys(SUMS, 0.0))  # of the present epoch
    history: list[dict[str, Any]] = field(default_factory=list)
    predicted_shares: list[list[float]] = field(default_factory=list)  # per epoch: validation documents by class
    epoch_seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0  # seconds of the present epoch
    cpu_seconds: float = 0.0  # of the processors, over all epochs
    peak_memory_mb: float = 0.0
    energy_joules: Joules | None = None  # by counter, over all epochs; None before the first reading

    def add_step(self, *amounts: float) -> None:
        """Count one optimizer step with its amounts in the order of `SUMS`."""
        self.sums = {name: self.sums[name] + amount for name, amount in zip(SUMS, amounts, strict=True)}
        self.step += 1
        self.epoch_step += 1

    def add_energy(self, lap: Joules) -> None:
        """Add a reading of the counters."""
        self.energy_joules = lap if self.energy_joules is None else added(self.energy_joules, lap)

    def add_epoch(self, entry: dict[str, Any], *, predicted_shares: list[float]) -> None:
        """Write a finished epoch into the history and start the next."""
        self.history.append(entry)
        self.predicted_shares.append(predicted_shares)
        self.epoch_seconds.append(self.elapsed)
        self.epoch_step, self.elapsed, self.sums = 0, 0.0, dict.fromkeys(SUMS, 0.0)


def best_epoch(history: Sequence[Mapping[str, Any]], *, select_by: str) -> int:
    """Return the epoch, from 1, with the best validation accuracy, macro_f1 or loss; the earliest of equal ones."""
    sign = -1 if select_by == "loss" else 1
    return max(history, key=lambda entry: sign * entry[f"validation_{select_by}"])["epoch"]


def is_over(history: Sequence[Mapping[str, Any]], *, epochs: int, patience: int | None, select_by: str) -> bool:
    """Return whether a training ends: `epochs` have passed, or `patience` epochs since the best one."""
    if not history:
        return False
    waited = len(history) - best_epoch(history, select_by=select_by)
    return len(history) >= epochs or (patience is not None and waited >= patience)
