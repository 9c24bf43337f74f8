"""The GPUs that this process may use: those of the machine, less what its environment hides.

The drivers' own programs list them. CUDA is not asked, because it reads the environment once and never again; PyTorch
is not imported, because counting GPUs must be quick. Untested on real AMD GPUs and on real MIG slices.
"""

import json
import logging
import os
import re
import subprocess
from typing import NamedTuple

CUDA, HIP, ROCR = "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"
SLURM = ("SLURM_STEP_GPUS", "SLURM_JOB_GPUS")  # numbers in the whole machine
_logger = logging.getLogger(__name__)

Card = list[str]  # the id of a GPU, then those of the slices that NVIDIA's MIG has cut it into


class Gpu(NamedTuple):
    """A GPU, or a MIG slice of one.

    Attributes:
        name: its id, the same for all processes of the machine.
        variable: the environment variable that leaves a process only this GPU.
        value: what the variable must be for that.
    """

    name: str
    variable: str
    value: str


def visible_gpus() -> list[Gpu]:
    """Return the GPUs that this process may use; none without a driver, or in a Slurm job that was given none.

    A GPU that MIG has cut counts as its slices.
    """
    found = _nvidia_gpus() or _amd_gpus()
    if "SLURM_JOB_ID" not in os.environ or any(name in os.environ for name in (CUDA, HIP, ROCR)):
        return found
    # Some clusters set none of the variables but hide what is not the job's: then as many are listed as it was given.
    given = next((os.environ[name] for name in SLURM if name in os.environ), "")
    return found if given and len(given.split(",")) == len(found) else []


def idle_first(gpus: list[Gpu]) -> list[Gpu]:
    """Return the GPUs in their order, but those that compute for somebody, perhaps another user, last."""
    busy = _ask("nvidia-smi", "--query-compute-apps=gpu_uuid", "--format=csv,noheader").split() if gpus[1:] else []
    return sorted(gpus, key=lambda gpu: gpu.name in busy)


def _nvidia_gpus() -> list[Gpu]:
    cards: list[Card] = []
    for line in _ask("nvidia-smi", "-L").splitlines():  # "GPU 0: NAME (UUID: GPU-…)", below it "  MIG … (UUID: MIG-…)"
        if found := re.search(r"\(UUID: ([\w/.-]+)\)", line):
            if found[1].startswith("MIG-") and cards:
                cards[-1].append(found[1])
            else:
                cards.append([found[1]])
    setting = os.environ.get(CUDA, ",".join(card[0] for card in cards))
    return [Gpu(name, CUDA, value) for name, value in _left_by(setting, cards).items()]


def _amd_gpus() -> list[Gpu]:
    answer = _ask("rocm-smi", "--showbus", "--showuniqueid", "--json")
    found: dict = {}
    if "{" in answer:  # perhaps between warnings
        try:
            found, _ = json.JSONDecoder().raw_decode(answer, answer.index("{"))
        except ValueError as error:
            _logger.warning("what rocm-smi lists cannot be read, so no GPU is used: %s", error)
    numbers = sorted(int(key.removeprefix("card")) for key in found if re.fullmatch(r"card\d+", key))
    cards = [[_amd_id(number, found[f"card{number}"])] for number in numbers]
    # The driver reads ROCR_VISIBLE_DEVICES first; the numbers in the other variable count what that leaves.
    cards = [[name] for name in _left_by(os.environ.get(ROCR, _all(cards)), cards)]
    variable = CUDA if CUDA in os.environ and HIP not in os.environ else HIP
    setting = os.environ.get(variable, _all(cards))
    return [Gpu(name, variable, value) for name, value in _left_by(setting, cards).items()]


def _amd_id(number: int, described: dict[str, str]) -> str:
    """Return the UUID as ROCR_VISIBLE_DEVICES takes it; for a GPU that has none its bus address, or else its number."""
    unique = described.get("Unique ID", "N/A")
    return described.get("PCI Bus", f"card{number}") if unique == "N/A" else f"GPU-{unique.removeprefix('0x')}"


def _all(cards: list[Card]) -> str:
    return ",".join(map(str, range(len(cards))))


def _left_by(setting: str, cards: list[Card]) -> dict[str, str]:
    """Return id → the part of `setting` that means it, for what a `…_VISIBLE_DEVICES` leaves visible.

    As for CUDA, a part is a number or the beginning of an id, and whatever follows an unknown part is hidden.
    """
    left: dict[str, str] = {}
    for part in map(str.strip, setting.split(",")):
        if part.isdigit():
            meant = cards[int(part) : int(part) + 1]
        else:
            meant = [card for card in cards if part and card[0].startswith(part)]
            meant += [[piece] for card in cards for piece in card[1:] if part and piece.startswith(part)]
        if not meant:
            break
        for name, *slices in meant:
            left |= {piece: piece for piece in slices} or {name: part}
    return left


def _ask(program: str, *arguments: str) -> str:
    """Return what a driver's program prints; nothing if it is not installed or fails."""
    try:
        return subprocess.run(
            [program, *arguments], capture_output=True, text=True, check=True, timeout=120, errors="replace"
        ).stdout
    except FileNotFoundError:
        return ""
    except (OSError, subprocess.SubprocessError) as error:
        _logger.warning("%s fails, so what it would list is not used: %s", program, error)
        return ""
