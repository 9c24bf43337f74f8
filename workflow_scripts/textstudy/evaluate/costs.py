"""What the predictions of a study's models cost, in repeated rounds over all models.

In each round every model predicts the same documents in a process of its own, one model after the other, in turn from
the first and from the last. So a slow minute of the machine hits all models alike, and the rounds show how much the
figures of one model vary by themselves, from process to process (Kalibera and Jones 2013, "Rigorous benchmarking in
reasonable time").
"""

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

from textstudy.evaluate.efficiency import SINGLE_DOCUMENTS, choose_texts, measure
from textstudy.evaluate.own_process import ISOLATED, call_alone
from textstudy.evaluate.predictors import load_predictor
from textstudy.machine.load import cpu_seconds, load_average
from textstudy.machine.memory import peak_memory_mb
from textstudy.machine.others import OtherPrograms
from textstudy.machine.threads import limited_threads
from textstudy.runs import Run

logger = logging.getLogger(__name__)
# With five rounds each, all figures of one model lie below all of another's in 1 of 126 cases if both cost the same.
ROUNDS = 5
THREADS = 1  # figures of different machines and schedulers compare best on one thread


def measure_costs(runs: Mapping[str, Run], texts: Sequence[str]) -> dict[str, Any]:
    """Return what a prediction costs with each model, round by round, and how busy the machine was meanwhile.

    Args:
        runs: model → one trained run of it.
        texts: documents of the test split.

    Returns:
        `models`: model → `seed` of the run, `device`, and a list with one value a round for each figure of `measure`,
        for `memory_mb` (peak above that of the imported libraries; None where processes share memory) and for
        `device_memory_mb` (of the GPU; None without one). The other keys tell how it was measured: `rounds`, `threads`,
        `documents`, `batch_documents`, `cores`, `load_before` and `load_during` (load averages; the latter one value a
        round) and `other_cores` (processors that other programs kept busy, one value a round).
    """
    # transformers asks at import whether there is a GPU. CUDA would answer once and then refuse forked processes.
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    chosen = choose_texts(texts)
    for run in runs.values():
        _import_libraries(run)
    before, others = load_average(), OtherPrograms()
    rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in runs}
    load_during, other_cores = [], []
    for number in range(ROUNDS):
        spent = 0.0
        for name in runs if number % 2 == 0 else reversed(runs):
            figures = call_alone(partial(_measure_run, runs[name], chosen), name)
            spent += figures.pop("process_seconds")
            rounds[name].append(figures)
        load_during.append(load_average())
        other_cores.append(others.lap(spent if ISOLATED else 0.0))
        logger.info("round %d of %d, load average %s", number + 1, ROUNDS, load_during[-1])
    models = {name: {"seed": runs[name].seed, **_by_figure(found)} for name, found in rounds.items()}
    return {
        "models": models,
        "rounds": ROUNDS,
        "threads": THREADS,
        "documents": min(len(chosen), SINGLE_DOCUMENTS),
        "batch_documents": len(chosen),
        "cores": os.cpu_count(),
        "load_before": before,
        "load_during": load_during,
        "other_cores": other_cores,
    }


def _by_figure(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return each figure with its values by round; the device is the same in all of them."""
    first = rounds[0]
    gpu = [found["device_memory_mb"] for found in rounds] if first["device_memory_mb"] is not None else None
    lists = {key: [found[key] for found in rounds] for key in first if key not in ("device", "device_memory_mb")}
    return {**lists, "device": first["device"], "device_memory_mb": gpu}


def _import_libraries(run: Run) -> None:
    """Import what loading a run will import, so that its memory is not taken for the model's."""
    if run.facts.learner == "prompted":
        import_module("textstudy.evaluate.prompted").import_asking(run)
    else:
        import_module(f"textstudy.models.{run.settings['architecture']}")
    if run.facts.uses_torch:
        import_module("textstudy.evaluate.networks")
    if run.settings.get("lora"):
        import_module("textstudy.models.adapters")
    if run.files.encoder_folder is not None:
        transformers = import_module("transformers")
        for lazy in ("AutoConfig", "AutoModel", "AutoTokenizer"):
            getattr(transformers, lazy)


def _measure(run: Run, texts: Sequence[str]) -> dict[str, Any]:
    if run.facts.learner == "prompted" and not run.facts.uses_torch:  # an endpoint, which is paid for each answer
        return {**import_module("textstudy.evaluate.prompted").measure_kept(run, texts), "device": "endpoint"}
    return {**measure(load_predictor(run), texts), "device": "cpu"}


def _measure_run(run: Run, texts: Sequence[str]) -> dict[str, Any]:
    """Return the figures of one round, in a process that does nothing else."""
    baseline = peak_memory_mb()
    with limited_threads(THREADS):
        figures = _measure(run, texts)
    figures["memory_mb"] = max(0.0, peak_memory_mb() - baseline) if ISOLATED else None
    figures |= {"device_memory_mb": None, "process_seconds": cpu_seconds()}
    if run.facts.uses_torch:
        torch, device = sys.modules["torch"], import_module("textstudy.machine.devices").choose_device()
        figures["device"] = device.type
        if device.type == "cuda":
            figures["device_memory_mb"] = torch.cuda.max_memory_allocated(device) / 1e6
    return figures
