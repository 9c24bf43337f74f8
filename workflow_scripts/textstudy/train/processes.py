"""Several processes that train one run together: how they are started, watched and ended.

`python -m textstudy.train.processes FOLDER RANK` is one of them. Of forked ones CUDA computes nothing, and what Python
spawns would run the whole script of the rule again.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from signal import Signals
from threading import Thread
from time import sleep, time
from typing import Any

import torch
from torch import distributed

import textstudy
from textstudy.errors import StudyError
from textstudy.runs import Facts, Run, RunFiles
from textstudy.storage.files import read_json, write_json
from textstudy.train.network import train_network

logger = logging.getLogger(__name__)
_JOB, _MEETING = "job.json", "meeting"
_POLL_SECONDS = 0.1
_FOR_EVER = timedelta(days=30)  # one process validates, and the others wait; who waits for a dead one is ended anyway


def train_in_processes(run: Run, *, checkpoint_root: Path) -> None:
    """Train a run as `train_network` does, in as many processes as its settings name GPUs; each has one of them.

    Without any GPU they share the threads of this process.

    Raises:
        StudyError: there are fewer GPUs; or one of the processes failed, which ends the others.
    """
    count, found = run.settings["gpu"], torch.cuda.device_count()
    if 0 < found < count:
        raise StudyError(
            f"gpu is {count}, but this training may use {found} GPU{'s' if found > 1 else ''}: lower it, or give the "
            f"workflow more with --resources gpu={count}."
        )
    job = {"run": asdict(run), "checkpoints": checkpoint_root, "threads": max(1, torch.get_num_threads() // count)}
    with tempfile.TemporaryDirectory(prefix="textstudy-") as folder:
        write_json(Path(folder, _JOB), json.loads(json.dumps(job, default=_plain)))
        command = [sys.executable, "-m", __name__, folder]
        run_together([[*command, str(rank)] for rank in range(count)], Path(folder))


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def run_together(commands: Sequence[Sequence[str]], folder: Path) -> None:
    """Run all commands at once until they end well; what the first one logs is logged here.

    Raises:
        StudyError: one failed, and has written why to FOLDER/RANK.json unless it could not; the others are ended.
    """
    with _started(commands) as (processes, said):
        while any(process.poll() is None for process in processes):
            if any(process.poll() for process in processes):
                sleep(_POLL_SECONDS)  # the one that failed first may still be writing why
                break
            sleep(_POLL_SECONDS)
        codes = [process.poll() for process in processes]
    if any(codes):
        raise StudyError(_why(codes, said, folder))


@contextmanager
def _started(commands: Sequence[Sequence[str]]) -> Iterator[tuple[list[subprocess.Popen], list[list[str]]]]:
    """Yield running processes and the lines that each has said so far; in the end none is left."""
    path = os.pathsep.join([str(Path(textstudy.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "errors": "replace"}
    # A session of their own: Ctrl-C ends this process, which ends them.
    options = {"env": os.environ | {"PYTHONPATH": path}, "start_new_session": True, **pipes}
    processes: list[subprocess.Popen] = []
    said: list[list[str]] = [[] for _ in commands]
    try:
        for command in commands:
            processes.append(subprocess.Popen(command, **options))
        listeners = [Thread(target=_listen, args=(process, said, rank)) for rank, process in enumerate(processes)]
        for listener in listeners:
            listener.start()
        yield processes, said
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
    for listener in listeners:
        listener.join()


def _listen(process: subprocess.Popen, said: list[list[str]], rank: int) -> None:
    for line in process.stderr:
        said[rank] = [*said[rank][-20:], line.rstrip()]
        if rank == 0:
            logger.info("%s", line.rstrip())


def _why(codes: Sequence[int | None], said: Sequence[Sequence[str]], folder: Path) -> str:
    """Return why the processes ended: a sentence that one of them wrote, or what is known of the first that failed.

    Those that lost their partner fail as well, so a signal counts more than what they say.
    """
    failed = [rank for rank, code in enumerate(codes) if code]
    told = {rank: read_json(path) for rank in failed if (path := folder / f"{rank}.json").is_file()}
    in_turn = sorted(told, key=lambda rank: told[rank]["time"])
    for rank in in_turn:
        if told[rank]["expected"]:
            return told[rank]["sentence"]
    rank = [*(rank for rank in failed if codes[rank] < 0), *in_turn, *failed][0]
    for line in said[rank] if rank > 0 else ():
        logger.error("%s", line)
    how = f"by signal {Signals(-codes[rank]).name}" if codes[rank] < 0 else f"with exit code {codes[rank]}"
    reason = f" ({told[rank]['sentence']})" if rank in told else ""
    return (
        f"process {rank + 1} of the {len(codes)} that train this model together was ended {how}{reason}, and the "
        "others with it: run it again, and the training goes on from its checkpoint."
    )


def main(folder: Path, rank: int) -> None:
    """Take the part of one process in the job of a folder."""
    logging.basicConfig(level=logging.INFO if rank == 0 else logging.ERROR, format="%(message)s", stream=sys.stderr)
    Thread(target=_end_with_parent, daemon=True).start()
    job = read_json(folder / _JOB)
    torch.set_num_threads(job["threads"])
    _join(folder, rank, job["run"]["settings"]["gpu"])
    try:
        train_network(_read_run(job["run"]), checkpoint_root=Path(job["checkpoints"]))
    except Exception as error:
        expected = isinstance(error, StudyError)
        sentence = str(error) if expected else " ".join(f"{type(error).__name__}: {error}".split())[:300]
        write_json(folder / f"{rank}.json", {"sentence": sentence, "expected": expected, "time": time()})
        if not expected:
            logger.exception("unexpected error")
        os._exit(1)  # at once: leaving the group would wait for the others
    distributed.destroy_process_group()


def _join(folder: Path, rank: int, count: int) -> None:
    if torch.cuda.is_available():
        torch.cuda.set_device(rank)
    elif sys.platform == "linux":
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")  # they are all here, whatever the machine's name means
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    meeting = f"file://{folder.resolve() / _MEETING}"
    distributed.init_process_group(backend, init_method=meeting, rank=rank, world_size=count, timeout=_FOR_EVER)


def _read_run(found: dict[str, Any]) -> Run:
    files = {name: path and Path(path) for name, path in found["files"].items()}
    more = {"base": found["base"] and Path(found["base"]), "left_out": frozenset(found["left_out"])}
    return Run(**found | more | {"files": RunFiles(**files), "facts": Facts(**found["facts"])})


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, and with it the other end of the pipe."""
    os.read(sys.stdin.fileno(), 1)  # there is nothing to read before the end; no lock that an orderly end would need
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
