"""Mixed precision: arithmetic in 16 bits where that is safe; parameters, gradients and losses in 32."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor

from textstudy.errors import StudyError


class Precision:
    """How the training loop computes in `float32`, `bfloat16` or `float16`.

    Small gradients would vanish in float16, so there the loss is scaled up before the backward pass and the gradients
    down after it (Micikevicius et al. 2018, arXiv:1710.03740). A step whose scaled gradients overflowed is skipped and
    the scale halved; after 2,000 steps without overflow it doubles. The other two need no scale.

    Args:
        name: as `textstudy.machine.devices.resolve_precision` returns it.
        device: where the model is.
    """

    def __init__(self, name: str, device: torch.device):
        self.name = name
        self._device_type = device.type
        self._scaler = torch.amp.GradScaler(device.type) if name == "float16" else None

    def autocast(self) -> AbstractContextManager:
        """Return the context of the forward pass; what comes out of it may have 16 bits.

        Raises (within the context):
            StudyError: the processor lacks what a layer needs in this precision, as most do for an LSTM in float16.
        """
        return nullcontext() if self.name == "float32" else self._autocast()

    @contextmanager
    def _autocast(self) -> Iterator[None]:
        try:
            with torch.autocast(self._device_type, getattr(torch, self.name)):
                yield
        except RuntimeError as error:
            if "could not create a primitive" not in str(error):  # oneDNN's words for it
                raise
            message = f"this processor cannot compute a layer of the model in {self.name}"
            raise StudyError(f"{message}: set precision to auto or float32.") from error

    def backward(self, loss: Tensor) -> None:
        """Add the gradients of `loss`, scaled where there is a scale."""
        (loss if self._scaler is None else self._scaler.scale(loss)).backward()

    def unscale(self, optimizer: torch.optim.Optimizer) -> None:
        """Bring the gradients to their true size, once per step, after its last `backward`."""
        if self._scaler is not None:
            self._scaler.unscale_(optimizer)

    def may_overflow(self) -> bool:
        """Return whether gradients may be NaN or infinite only because of the scale: the next `step` halves it then.

        At a scale of 1 or less, halving would not help.
        """
        return self._scaler is not None and self._scaler.get_scale() > 1.0

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        """Take the optimizer's step, or skip it if the gradients overflowed."""
        if self._scaler is None:
            optimizer.step()
            return
        self._scaler.step(optimizer)
        self._scaler.update()

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint must keep, as JSON: empty where there is no scale."""
        return {} if self._scaler is None else self._scaler.state_dict()

    def load(self, state: dict[str, Any]) -> None:
        """Restore what `state` returned; nothing where there is no scale."""
        if self._scaler is not None and state:
            self._scaler.load_state_dict(state)
