"""Loading a trained model: from the folder of a run, or from a finished study, whose recommended model it is."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from textstudy.errors import StudyError
from textstudy.evaluate.predictors import Predict, at_temperature, load_predictor
from textstudy.machine.threads import limited_threads
from textstudy.prepare.content_words import stop_words_of
from textstudy.runs import Run, RunFiles, read_run
from textstudy.storage.files import read_json, read_tensors
from textstudy.use.bundles import check_bundle, is_bundle
from textstudy.use.classifier import TextClassifier
from textstudy.use.cleaning import load_cleaner
from textstudy.use.usage import FILE, Usage, read_usage

STUDIES = Path("results/studies")
_ONLY_SOME_NEED = ("torch", "transformers", "onnxruntime", "tokenizers")


def load(path: Path | str, *, model: str | None = None) -> TextClassifier:
    """Return a trained model, ready for raw texts.

    Args:
        path: the folder of a run, or a bundle of `textstudy export`; or a study, by its name or its folder in
            results/studies.
        model: of the study; by default the one that its report recommends. Its first run is taken.

    Raises:
        StudyError: there is no such run or study, or one of its files is missing or damaged.
    """
    folder = find_run(path, model=model)
    if is_bundle(folder):
        check_bundle(folder)
    return load_run(folder)


def find_run(path: Path | str, *, model: str | None = None) -> Path:
    """Return the folder of the run that `load` means.

    Raises:
        StudyError: there is none.
    """
    folder = Path(path)
    if (folder / FILE).is_file() or (folder / "weights.safetensors").is_file():
        return folder
    study = folder if (folder / "report.json").is_file() else STUDIES / folder
    if not (study / "report.json").is_file():
        raise StudyError(
            f"{path} is neither the folder of a run, nor a bundle, nor a study with a finished report: make the report "
            "first, or name a folder like results/models/PREPARATION/MODEL/SEED."
        )
    report = read_json(study / "report.json")
    name = model or _recommended(report, study)
    if name not in report["models"]:
        raise StudyError(f"the study {study.name} has no model {name!r}, only {', '.join(sorted(report['models']))}.")
    return study.resolve().parents[2] / report["models"][name]["runs"][0]["folder"]


def _recommended(report: dict[str, Any], study: Path) -> str:
    choice = import_module("textstudy.report.decision.choice").choose(report)
    if choice is None:
        raise StudyError(f"the report of {study.name} recommends no model: name one with --model.")
    return choice.recommended


def load_run(folder: Path | str) -> TextClassifier:
    """Return the model of one run, or of an ensemble and its members."""
    usage = read_usage(folder)
    run = read_run(RunFiles.from_inputs(usage.folder, usage.files))
    stop_words = stop_words_of(usage.stop_words) if usage.stop_words else None
    explained = not usage.members and not usage.graph
    return TextClassifier(
        name=usage.model,
        title=usage.title,
        labels=run.labels,
        clean=load_cleaner(usage.clean, stop_words),
        predict_clean=_load_predictor(usage, run),
        load_explainer=(lambda: _load_explainer(run)) if explained else None,
    )


def _load_predictor(usage: Usage, run: Run) -> Predict:
    try:
        if usage.members:
            return _load_ensemble(usage, run)
        if usage.graph:
            # By name: only a graph needs onnxruntime and tokenizers.
            return import_module("textstudy.use.graph").load_graph(usage.graph, run, alone=usage.int8)
        return load_predictor(run)
    except ModuleNotFoundError as error:
        if error.name not in _ONLY_SOME_NEED:
            raise
        other = "native" if usage.graph else "onnx"
        raise StudyError(
            f"{usage.folder} predicts with {error.name}, which is not installed here: install it, or export the model "
            f"as {other}."
        ) from error


def _load_ensemble(usage: Usage, run: Run) -> Predict:
    """Return a function from clean texts to the joined probabilities of the members."""
    members = [load_run(folder) for folder in usage.members.values()]
    if usage.graph:
        weights, combine = {}, import_module("textstudy.use.graph").load_combiner(usage.graph)
    else:
        weights = read_tensors(usage.folder / "weights.safetensors")
        combine = import_module("textstudy.train.combiners").method(run.settings["method"])[1]

    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        each = np.stack([member.predict_proba(texts, clean=False) for member in members])  # (members, texts, classes)
        with limited_threads(1):  # as when it was fitted
            return combine(weights, each)

    return at_temperature(predict_proba, run)


def _load_explainer(run: Run) -> Any:
    module = "networks" if run.facts.uses_torch else run.facts.learner
    return import_module(f"textstudy.explain.{module}").load_explainer(run)
