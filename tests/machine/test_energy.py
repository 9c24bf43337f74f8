"""Energy counters, on a simulated /sys and a simulated GPU."""

import sys
from types import SimpleNamespace

import pytest

from textstudy.machine import energy
from textstudy.machine.energy import EnergyMeter, added
from textstudy.train.progress import Progress

HIGHEST = 262_143_328_850  # microjoules; the counter starts again at 0 after this


def zone(folder, name, kind, microjoules):
    path = folder / name
    path.mkdir()
    (path / "name").write_text(f"{kind}\n")
    (path / "max_energy_range_uj").write_text(f"{HIGHEST}\n")
    (path / "energy_uj").write_text(f"{microjoules}\n")
    return path / "energy_uj"


@pytest.fixture
def powercap(tmp_path, monkeypatch):
    monkeypatch.setattr(energy, "POWERCAP", tmp_path)
    return tmp_path


@pytest.fixture
def gpu(monkeypatch):
    """NVML and torch of a simulated machine with one GPU."""
    state = SimpleNamespace(millijoules=5_000, asked=None)

    class NVMLError(Exception):
        pass

    def handle(uuid):
        state.asked = uuid
        return "handle"

    def count(_):
        if state.millijoules is None:
            raise NVMLError("Not Supported")
        return state.millijoules

    state.nvml = SimpleNamespace(
        NVMLError=NVMLError,
        nvmlInit=lambda: None,
        nvmlDeviceGetHandleByUUID=handle,
        nvmlDeviceGetTotalEnergyConsumption=count,
    )
    monkeypatch.setitem(sys.modules, "pynvml", state.nvml)
    monkeypatch.setattr("torch.cuda.get_device_properties", lambda _: SimpleNamespace(uuid="1-2"))
    return state


def test_a_machine_without_counters_counts_nothing(powercap):
    assert EnergyMeter().lap() == {}


def test_packages_are_added_and_their_parts_are_not_counted_twice(powercap):
    first = zone(powercap, "intel-rapl:0", "package-0", 1_000_000)
    second = zone(powercap, "intel-rapl:1", "package-1", 2_000_000)
    part = zone(powercap, "intel-rapl:0:0", "core", 0)
    meter = EnergyMeter()
    first.write_text("4000000\n")
    second.write_text("7000000\n")
    part.write_text("3000000\n")
    assert meter.lap() == {"processor": 8.0}
    assert meter.lap() == {"processor": 0.0}


def test_a_counter_that_started_again_at_zero_is_continued(powercap):
    counter = zone(powercap, "intel-rapl:0", "package-0", HIGHEST - 999_999)
    meter = EnergyMeter()
    counter.write_text("2000000\n")
    assert meter.lap() == {"processor": 3.0}


def test_a_counter_that_only_root_may_read_is_not_used(powercap, monkeypatch):
    zone(powercap, "intel-rapl:0", "package-0", 1)
    monkeypatch.setattr("os.access", lambda *_: False)
    assert EnergyMeter().lap() == {}


def test_a_gpu_is_found_by_its_identity_and_read_in_joules(powercap, gpu):
    meter = EnergyMeter(SimpleNamespace(type="cuda"))
    assert gpu.asked == "GPU-1-2"
    gpu.millijoules += 2_500
    assert meter.lap() == {"gpu": 2.5}


def test_a_gpu_without_a_counter_is_left_out(powercap, gpu):
    gpu.millijoules = None
    assert EnergyMeter(SimpleNamespace(type="cuda")).lap() == {}


def test_the_real_nvml_without_a_driver_is_an_answer_not_an_error(powercap, monkeypatch):
    pynvml = pytest.importorskip("pynvml")

    def without_driver():
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(pynvml, "nvmlInit", without_driver)
    assert EnergyMeter(SimpleNamespace(type="cuda")).lap() == {}


def test_only_counters_of_both_parts_are_added():
    assert added({"processor": 1.0, "gpu": 2.0}, {"processor": 3.0}) == {"processor": 4.0}
    progress = Progress()
    progress.add_energy({"processor": 1.0})
    progress.add_energy({"processor": 2.0, "gpu": 5.0})  # resumed on a machine with a GPU
    assert progress.energy_joules == {"processor": 3.0}
    progress.add_energy({})  # and on one without counters
    assert progress.energy_joules == {}
