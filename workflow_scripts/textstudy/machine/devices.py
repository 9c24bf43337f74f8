"""The device that computes, and its precision. PyTorch is imported by the functions, not with this module."""

import logging
import os
from functools import cache
from typing import TYPE_CHECKING

from textstudy.errors import StudyError
from textstudy.machine.gpus import CUDA, HIP, ROCR, SLURM, visible_gpus

if TYPE_CHECKING:
    import torch

PRECISIONS = ("float32", "bfloat16", "float16")
# What a scheduler, a lease or a user sets for a process that has a GPU.
GIVEN = (CUDA, HIP, ROCR, *SLURM)
_logger = logging.getLogger(__name__)


def choose_device() -> "torch.device":
    """Return the first visible NVIDIA (or AMD) GPU, else Apple's GPU, else the CPU.

    An NVIDIA GPU may multiply float32 matrices as TF32: with 10 bits of fraction, several times faster. Where it is the
    CPU although there is a GPU for this process, say so once in the log.
    """
    import torch

    if torch.cuda.is_available():
        torch.backends.cuda.matmul.allow_tf32 = True
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    unused_gpu()
    return torch.device("cpu")


@cache
def unused_gpu() -> str | None:
    """Return why the CPU computes although this process may use a GPU, without a full stop; None where that is not so.

    The first call also writes it into the log.
    """
    import torch

    given = None if torch.cuda.is_available() or torch.backends.mps.is_available() else _given_gpu()
    if given is None:
        return None
    if torch.version.cuda is None and torch.version.hip is None:
        cause = "is built for CPUs only: install the build for this GPU from https://pytorch.org/get-started/locally"
    else:
        cause = f"cannot use it: {_cuda_error()}"
    reason = f"there is a GPU ({given}), but PyTorch {torch.__version__} {cause}"
    _logger.warning("WARNING: the GPU is not used: %s.", reason)
    return reason


def _given_gpu() -> str | None:
    """Return what says that this process has a GPU: an environment variable, or else the id of a visible GPU."""
    for name in GIVEN:
        if name in os.environ:
            value = os.environ[name]
            return None if value in ("", "-1") else f"{name}={value}"
    return next((gpu.name for gpu in visible_gpus()), None)


def _cuda_error() -> str:
    """Return the first line of what PyTorch says when it is to start on the GPU."""
    import torch

    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        return str(error).strip().partition("\n")[0].rstrip(".")
    return "it finds no device"


def uses_tf32(device: "torch.device") -> bool:
    """Return whether the device multiplies float32 matrices as TF32: NVIDIA GPUs since Ampere, where it is allowed."""
    import torch

    allowed = device.type == "cuda" and torch.version.cuda is not None and torch.backends.cuda.matmul.allow_tf32
    return allowed and torch.cuda.get_device_capability(device) >= (8, 0)


def resolve_precision(wanted: str, device: "torch.device") -> str:
    """Return `float32`, `bfloat16` or `float16`: the one wanted or, for `auto`, the fastest one on the device.

    A GPU is fastest in bfloat16 if its hardware has it, else in float16; a CPU in bfloat16 if it has the instructions
    (AVX512-BF16, AMX), else in float32; Apple's GPU in float32.

    Raises:
        StudyError: there is no such precision, or the device cannot compute in it.
    """
    if wanted == "auto":
        return _fastest(device)
    if wanted not in PRECISIONS:
        raise StudyError(f"There is no precision {wanted!r}: set `precision` to auto, {', '.join(PRECISIONS)}.")
    if wanted == "bfloat16" and not _has_bfloat16(device):
        raise StudyError(f"This machine's {device.type} device has no bfloat16: set `precision` to auto or float32.")
    return wanted


def _fastest(device: "torch.device") -> str:
    import torch

    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
    if device.type == "cpu":
        # Without these instructions bfloat16 is emulated, which is slower than float32 and less exact.
        capabilities = torch.cpu.get_capabilities()
        return "bfloat16" if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") else "float32"
    return "float32"


def _has_bfloat16(device: "torch.device") -> bool:
    """Return whether bfloat16 works at all, emulated or not."""
    import torch

    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return device.type != "mps" or torch.backends.mps.is_macos_or_newer(14, 0)
