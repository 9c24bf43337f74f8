import subprocess
import sys

import pytest
import torch

from machine.pretend_gpus import pretend
from paths import ROOT
from textstudy.errors import StudyError
from textstudy.machine.devices import GIVEN, choose_device, resolve_precision, unused_gpu, uses_tf32
from textstudy.train.predict import arithmetic

CPU, CUDA, MPS = (torch.device(name) for name in ("cpu", "cuda", "mps"))


@pytest.mark.parametrize(
    ("cuda", "mps", "chosen"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_a_gpu_is_preferred_to_the_cpu(cuda, mps, chosen, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device() == torch.device(chosen)
    torch.backends.cuda.matmul.allow_tf32 = False


@pytest.mark.parametrize(("cuda", "capability", "expected"), [("12.8", (8, 0), True), ("12.8", (7, 5), False),
                                                                   (None, (9, 4), False)])  # fmt: skip
def test_tf32_is_allowed_on_a_gpu_and_said_where_the_hardware_has_it(cuda, capability, expected, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.version, "cuda", cuda)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert not uses_tf32(CUDA)  # PyTorch's default
    try:
        assert uses_tf32(choose_device()) == expected
    finally:
        torch.backends.cuda.matmul.allow_tf32 = False
    assert not uses_tf32(CPU)


def test_a_gpu_predicts_in_the_precision_of_the_training_where_it_has_it(monkeypatch):
    gpu_with(monkeypatch, native=True, emulated=True)
    assert [arithmetic("auto", device) for device in (CUDA, MPS)] == ["bfloat16", "float32"]
    assert arithmetic("float32", CUDA) == "float32"


@pytest.fixture
def no_cuda(monkeypatch, tmp_path):
    """A PyTorch that sees no GPU, on a machine that has none and was given none."""
    pretend(monkeypatch, tmp_path)
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(torch, "__version__", "9.9")
    monkeypatch.setattr(torch.version, "cuda", None)
    unused_gpu.cache_clear()
    yield
    unused_gpu.cache_clear()


@pytest.mark.parametrize(
    ("name", "value"), [("CUDA_VISIBLE_DEVICES", "0"), ("SLURM_JOB_GPUS", "3"), ("SLURM_STEP_GPUS", "1")]
)
def test_a_gpu_that_a_build_for_cpus_cannot_use_is_told_once_with_the_remedy(name, value, no_cuda, monkeypatch, caplog):
    monkeypatch.setenv(name, value)
    assert choose_device() == choose_device() == CPU
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    for part in (
        "the GPU is not used",
        f"({name}={value})",
        "PyTorch 9.9 is built for CPUs only",
        "https://pytorch.org",
    ):
        assert part in record.getMessage()


def test_a_gpu_that_only_the_driver_lists_is_told_too(no_cuda, monkeypatch, tmp_path):
    pretend(monkeypatch, tmp_path, nvidia=[["GPU-7"]])
    assert "there is a GPU (GPU-7), but" in unused_gpu()


def test_a_driver_that_is_too_old_is_told_in_pytorchs_words(no_cuda, monkeypatch):
    def init():
        raise RuntimeError("The NVIDIA driver on your system is too old (found version 11040).\nUpdate it.")

    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    monkeypatch.setattr(torch.cuda, "init", init)
    assert unused_gpu().endswith("cannot use it: The NVIDIA driver on your system is too old (found version 11040)")


@pytest.mark.parametrize("hidden", [None, "", "-1"])
def test_without_a_gpu_or_with_a_hidden_one_nothing_is_said(hidden, no_cuda, monkeypatch, tmp_path, caplog):
    if hidden is not None:
        pretend(monkeypatch, tmp_path, nvidia=[["GPU-7"]])
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert choose_device() == CPU and not caplog.records


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
