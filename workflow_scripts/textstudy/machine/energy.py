"""The energy that a step uses, from the counters of processor and GPU if the machine has them and they are readable."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)
# One zone per processor package, for Intel and AMD. Since kernel 5.10 only root may read them.
# https://docs.kernel.org/power/powercap/powercap.html
POWERCAP = Path("/sys/class/powercap")

Joules = dict[str, float]


class EnergyMeter:
    """Reads the counters of the whole processor package and the whole GPU, so other work on them is included."""

    def __init__(self, device: "torch.device | None" = None):
        packages = [zone for zone in sorted(POWERCAP.glob("intel-rapl:*")) if _is_readable_package(zone)]
        self._packages = {zone: int((zone / "max_energy_range_uj").read_text()) for zone in packages}
        self._gpu = _gpu_handle(device) if device is not None and device.type == "cuda" else None
        self._last = self._read()

    def lap(self) -> Joules:
        """Return {"processor", "gpu"} → joules since the last lap or the start; a device without a counter is left out.

        A processor's counter starts again at 0 after minutes to hours of full load; a lap must not be longer than that.
        """
        before, self._last = self._last, self._read()
        joules = {}
        if self._packages:
            counted = [
                (self._last[zone] - before[zone]) % (highest + 1) / 1e6 for zone, highest in self._packages.items()
            ]
            joules["processor"] = sum(counted)
        if self._gpu is not None:
            joules["gpu"] = (self._last["gpu"] - before["gpu"]) / 1e3
        return joules

    def _read(self) -> dict[Path | str, int]:
        """Return the microjoules of each package and the millijoules of the GPU."""
        counts: dict[Path | str, int] = {zone: int((zone / "energy_uj").read_text()) for zone in self._packages}
        if self._gpu is not None:
            import pynvml

            counts["gpu"] = pynvml.nvmlDeviceGetTotalEnergyConsumption(self._gpu)
        return counts


def added(first: Mapping[str, float], second: Mapping[str, float]) -> Joules:
    """Return the sums of the counters that both parts have; a counter of one part only would be no sum of both."""
    return {counter: joules + second[counter] for counter, joules in first.items() if counter in second}


def _is_readable_package(zone: Path) -> bool:
    return (zone / "name").read_text().startswith("package") and os.access(zone / "energy_uj", os.R_OK)


def _gpu_handle(device: "torch.device"):
    """Return NVML's handle of a GPU, or None if it does not count energy: older than Volta, or not NVIDIA's."""
    import pynvml
    import torch

    try:
        pynvml.nvmlInit()
        # By its UUID, because CUDA and NVML may number GPUs differently.
        handle = pynvml.nvmlDeviceGetHandleByUUID(f"GPU-{torch.cuda.get_device_properties(device).uuid}")
        pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)
    except pynvml.NVMLError as error:
        logger.info("The energy of the GPU is not counted: %s", error)
        return None
    return handle
