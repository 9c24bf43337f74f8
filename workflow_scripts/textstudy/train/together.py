"""The part of one process in a training that several share.

Each process holds the network and all documents. A batch is divided among them, each adds up the gradients of its part,
and their mean makes the step that one process would take with the whole batch. The parts differ in size, so the mean is
weighted; torch's DistributedDataParallel counts every process alike, and would wait for ever where one runs out of
memory and cuts its part. The first process validates and keeps the checkpoints.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, distributed
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from textstudy.errors import StudyError
from textstudy.train.loop import FitResult, Loop
from textstudy.train.steps import Stepper, Taken


class SharedStepper(Stepper):
    """Takes the steps of a run together with the other processes; its figures are those of all of them."""

    def take(self, window: list[np.ndarray], *, step: int, history: Sequence[Mapping[str, Any]]) -> None:
        """Take a step as `Stepper.take` does, on this process' part of the window."""
        rank, count = distributed.get_rank(), distributed.get_world_size()
        # Every process draws its own dropout, from the step alone: a checkpoint need not hold the generators of all.
        torch.manual_seed(self.seed * 2**32 + step * count + rank)
        # Of the batches of a window another process takes the first document each: none is left out if they are small.
        mine = [rows[(rank - place) % count :: count] for place, rows in enumerate(window)]
        super().take(mine, step=step, history=history)

    def _add_gradients(self, window: list[np.ndarray]) -> list[Tensor]:
        if window:
            figures = super()._add_gradients(window)
        else:
            figures = list(torch.zeros(3, device=self.documents.labels.device))
        weight = figures[-2]
        for parameter in self.learned:
            if parameter.grad is None:  # no document for this process
                parameter.grad = torch.zeros_like(parameter)
        gradients = [parameter.grad for parameter in self.learned]
        summed = torch.cat([parameters_to_vector(gradients) * weight, weight.reshape(1)])
        distributed.all_reduce(summed)
        vector_to_parameters(summed[:-1] / summed[-1], gradients)
        return figures

    def _check_finite(self, step: Taken, losses: Sequence[float], norm: float) -> None:
        if step.window:  # else the processes that had its documents name them
            super()._check_finite(step, losses, norm)

    def read(self) -> list[list[float]]:
        """Return the figures of each unread step, over the documents of all processes.

        Raises:
            StudyError: a loss or the gradient of some process is NaN or infinite.
        """
        steps, problem = len(self.unread), ""
        try:
            found = super().read()
        except StudyError as error:
            found, problem = [[0.0] * 5] * steps, str(error)
        if not steps:
            return []
        device = self.documents.labels.device
        sums = torch.tensor([[*amounts, bool(problem)] for *amounts, _ in found], dtype=torch.float64, device=device)
        distributed.all_reduce(sums)
        if sums[:, -1].any():
            raise StudyError(_first_problem(problem))
        return [[*amounts, norm] for (*amounts, _), (*_, norm) in zip(sums.tolist(), found, strict=True)]


def _first_problem(problem: str) -> str:
    """Return the problem of the process whose documents made it; the gradient of all the others is NaN as well."""
    problems: list[str] = [""] * distributed.get_world_size()
    distributed.all_gather_object(problems, problem)
    return max(problems, key=lambda each: (each.startswith("the loss"), bool(each)))


class SharedLoop(Loop):
    """A training of which each process takes its part of every step."""

    make_stepper = SharedStepper

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.stepper.seed = self.seed
        self.first = distributed.get_rank() == 0

    def measure(self, epoch: int) -> tuple[dict[str, Any], list[float]]:
        """Return the history's entry of the epoch as the first process finds it."""
        found = [super().measure(epoch) if self.first else None]
        distributed.broadcast_object_list(found)
        return found[0]

    def save_if_due(self, *, after_seconds: float) -> None:
        """Write a checkpoint in the first process: the others have the same state."""
        if self.first:
            super().save_if_due(after_seconds=after_seconds)

    def resume(self) -> None:
        """Go on from the checkpoint once all processes have read it."""
        super().resume()
        distributed.barrier()

    def result(self, epochs_before: int) -> FitResult:
        """Return what the training came to; it cost the time, the memory and the energy of all processes."""
        progress, joules = self.progress, self.progress.energy_joules or {}
        spent = [progress.cpu_seconds, progress.peak_memory_mb, joules.get("gpu", 0.0)]
        spent = torch.tensor(spent, dtype=torch.float64, device=self.train.labels.device)
        distributed.all_reduce(spent)
        progress.cpu_seconds, progress.peak_memory_mb, gpu = spent.tolist()
        if "gpu" in joules:  # the processors are counted for the whole machine
            joules["gpu"] = gpu
        return super().result(epochs_before)
