"""Energy that a stretch of work took, by the counters of processor and GPU where the machine lets them be read."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)
# One zone per processor package, Intel's and AMD's alike; kernels since 5.10 let only root read them.
# https://docs.kernel.org/power/powercap/powercap.html
POWERCAP = Path("/sys/class/powercap")

Joules = dict[str, float]


class EnergyMeter:
    """Reads counters of the whole processor package and the whole GPU: other work on them counts, too."""

    def __init__(self, device: "torch.device | None" = None):
        packages = [zone for zone in sorted(POWERCAP.glob("intel-rapl:*")) if _is_readable_package(zone)]
        self._packages = {zone: int((zone / "max_energy_range_uj").read_text()) for zone in packages}
        self._gpu = _gpu_handle(device) if device is not None and device.type == "cuda" else None
        self._seen = self._read()

    def lap(self) -> Joules:
        """Return {"processor", "gpu"} joules since the last lap, or since it was made; without what has no counter.

        A processor's counter starts anew after minutes to hours of full load; a lap must not be longer than that.
        """
        before, self._seen = self._seen, self._read()
        joules = {}
        if self._packages:
            counted = [
                (self._seen[zone] - before[zone]) % (highest + 1) / 1e6 for zone, highest in self._packages.items()
            ]
            joules["processor"] = sum(counted)
        if self._gpu is not None:
            joules["gpu"] = (self._seen["gpu"] - before["gpu"]) / 1e3
        return joules

    def _read(self) -> dict[Path | str, int]:
        """Microjoules of each package, millijoules of the GPU."""
        counts: dict[Path | str, int] = {zone: int((zone / "energy_uj").read_text()) for zone in self._packages}
        if self._gpu is not None:
            import pynvml

            counts["gpu"] = pynvml.nvmlDeviceGetTotalEnergyConsumption(self._gpu)
        return counts


def added(first: Mapping[str, float], second: Mapping[str, float]) -> Joules:
    """Return the sum by counter; one that is missing from a part is left out, as it would pass for the whole."""
    return {counter: joules + second[counter] for counter, joules in first.items() if counter in second}


def _is_readable_package(zone: Path) -> bool:
    return (zone / "name").read_text().startswith("package") and os.access(zone / "energy_uj", os.R_OK)


def _gpu_handle(device: "torch.device"):
    """NVML's handle of a GPU, or None where its energy is not counted: before Volta, or another maker's."""
    import pynvml
    import torch

    try:
        pynvml.nvmlInit()
        # By its identity: CUDA may show another order of GPUs than NVML's.
        handle = pynvml.nvmlDeviceGetHandleByUUID(f"GPU-{torch.cuda.get_device_properties(device).uuid}")
        pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)
    except pynvml.NVMLError as error:
        logger.info("the GPU's energy is not counted: %s", error)
        return None
    return handle
