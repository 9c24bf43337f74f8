import subprocess
import sys

import pytest
import torch

from paths import ROOT
from textstudy.errors import StudyError
from textstudy.machine.devices import choose_device, resolve_precision

CPU, CUDA, MPS = (torch.device(name) for name in ("cpu", "cuda", "mps"))


@pytest.mark.parametrize(
    ("cuda", "mps", "chosen"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_a_gpu_is_preferred_to_the_cpu(cuda, mps, chosen, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device() == torch.device(chosen)


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ({"avx512_f": True, "avx512_bf16": True}, "bfloat16"),
        ({"avx512_bf16": False, "amx_bf16": True}, "bfloat16"),
        ({"avx512_f": True, "avx512_bf16": False, "amx_bf16": False}, "float32"),
        ({"neon": True}, "float32"),
    ],
)
def test_a_cpu_is_trusted_with_bfloat16_where_it_has_instructions_for_it(capabilities, expected, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert resolve_precision("auto", CPU) == expected
    for wanted in ("float32", "bfloat16", "float16"):  # an explicit choice is kept if it works at all
        assert resolve_precision(wanted, CPU) == wanted


def gpu_with(monkeypatch, *, native: bool, emulated: bool) -> None:
    def is_bf16_supported(including_emulation=True):
        return native or (including_emulation and emulated)

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", is_bf16_supported)


@pytest.mark.parametrize(
    ("native", "emulated", "expected"), [(True, True, "bfloat16"), (False, True, "float16"), (False, False, "float16")]
)
def test_a_gpu_without_bfloat16_of_its_own_computes_in_float16(native, emulated, expected, monkeypatch):
    gpu_with(monkeypatch, native=native, emulated=emulated)
    assert resolve_precision("auto", CUDA) == expected
    assert resolve_precision("float16", CUDA) == "float16"
    assert resolve_precision("float32", CUDA) == "float32"
    if native or emulated:
        assert resolve_precision("bfloat16", CUDA) == "bfloat16"
    else:
        with pytest.raises(StudyError, match="cuda device has no bfloat16"):
            resolve_precision("bfloat16", CUDA)


def test_apples_gpu_computes_in_float32_by_default(monkeypatch):
    for newer in (True, False):
        monkeypatch.setattr(torch.backends.mps, "is_macos_or_newer", lambda major, minor, newer=newer: newer)
        assert resolve_precision("auto", MPS) == "float32"
        assert resolve_precision("float16", MPS) == "float16"
        if newer:
            assert resolve_precision("bfloat16", MPS) == "bfloat16"
    with pytest.raises(StudyError, match="mps device has no bfloat16"):
        resolve_precision("bfloat16", MPS)


def test_an_unknown_precision_is_refused():
    with pytest.raises(StudyError, match="no precision 'half'"):
        resolve_precision("half", CPU)


def test_this_machine_computes_in_its_precision():
    device = choose_device()
    ones = torch.ones(3, 3, dtype=getattr(torch, resolve_precision("auto", device)), device=device)
    assert (ones @ ones).tolist() == [[3.0] * 3] * 3


def test_the_import_alone_does_not_load_pytorch():
    code = "import sys, textstudy.machine.devices; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT / "workflow_scripts", check=True, timeout=60)
