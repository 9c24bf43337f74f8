"""The device that computes, and its precision. PyTorch is imported by the functions, not with this module."""

from typing import TYPE_CHECKING

from textstudy.errors import StudyError

if TYPE_CHECKING:
    import torch

PRECISIONS = ("float32", "bfloat16", "float16")


def choose_device() -> "torch.device":
    """Return the first visible NVIDIA (or AMD) GPU, else Apple's GPU, else the CPU."""
    import torch

    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


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
