"""The learning rate of a step as a factor of the configured one: pure functions, so nothing to restore."""

import math
from collections.abc import Sequence

# An improvement smaller than this share does not count, as in torch.optim.lr_scheduler.ReduceLROnPlateau.
PLATEAU_THRESHOLD = 1e-4
ANNEALING = ("linear", "cosine")


def anneals(schedule: str) -> bool:
    """Return whether a schedule ends at a learning rate of 0, which itself makes the last losses fall."""
    return schedule in ANNEALING


def schedule_factor(schedule: str, *, step: int, warmup_steps: int, total_steps: int) -> float:
    """Return the factor of the step numbered from 0.

    Linear warm-up from 0 over `warmup_steps`, then constant, linear to 0, or half a cosine to 0, as
    `transformers.get_constant|linear|cosine_schedule_with_warmup`. `plateau` is constant here; see `plateau_factor`.
    """
    if step < warmup_steps:
        return step / warmup_steps
    if schedule in ("constant", "plateau"):
        return 1.0
    progress = min(1.0, (step - warmup_steps) / max(1, total_steps - warmup_steps))
    if schedule == "linear":
        return max(0.0, 1.0 - progress)
    if schedule == "cosine":
        return max(0.0, 0.5 * (1.0 + math.cos(math.pi * progress)))
    raise ValueError(f"unknown schedule {schedule!r}")


def plateau_factor(losses: Sequence[float], *, patience: int, factor: float) -> float:
    """Return the product of the reductions that a plateau schedule has made after the epochs' validation `losses`.

    As torch's ReduceLROnPlateau (mode "min"): after more than `patience` epochs without an improvement the
    rate is multiplied by `factor` and the count starts again. The history is all the state.
    """
    best, waited, scale = math.inf, 0, 1.0
    for loss in losses:
        if loss < best * (1.0 - PLATEAU_THRESHOLD):
            best, waited = loss, 0
        else:
            waited += 1
        if waited > patience:
            scale, waited = scale * factor, 0
    return scale
