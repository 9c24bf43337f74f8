"""GPUs that are not there: programs that answer as the drivers' own do, in front of any others."""

import json

# Everything that says which GPUs a process may use.
VARIABLES = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
             "SLURM_JOB_ID", "SLURM_JOB_GPUS", "SLURM_STEP_GPUS")  # fmt: skip


def pretend(monkeypatch, folder, *, nvidia=(), amd=(), busy=()):
    """Let `nvidia-smi` or `rocm-smi` list these GPUs, and the environment hide none.

    Args:
        nvidia: for each GPU its id and those of its slices.
        amd: the unique ids, None for a GPU that has none.
        busy: ids of the GPUs that compute for somebody.
    """
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    lines = []
    for number, (gpu, *slices) in enumerate(nvidia):
        lines.append(f"GPU {number}: NVIDIA A100-SXM4-40GB (UUID: {gpu})")
        lines += [f"  MIG 1g.5gb      Device  {place}: (UUID: {piece})" for place, piece in enumerate(slices)]
    if nvidia:
        write_program(folder / "nvidia-smi", ["-L"], lines, ["--query-compute-apps=gpu_uuid"], busy)
    if amd:
        cards = {
            f"card{number}": {"Unique ID": unique or "N/A", "PCI Bus": f"0000:0{number}:00.0"}
            for number, unique in enumerate(amd)
        }
        write_program(folder / "rocm-smi", ["--showbus"], [json.dumps(cards | {"system": {}})], ["--none"], ())


def write_program(path, *cases):
    """Write a shell script that prints the lines which follow its first argument in `cases`."""
    answers = [
        f"{asked[0]}) cat <<'END'\n" + "".join(f"{line}\n" for line in lines) + "END\n;;"
        for asked, lines in zip(cases[::2], cases[1::2], strict=True)
    ]
    path.write_text('#!/bin/sh\ncase "$1" in\n' + "\n".join(answers) + "\n*) exit 2;; esac\n")
    path.chmod(0o755)
