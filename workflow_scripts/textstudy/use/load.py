"""Loading a trained model: from the folder of a run, or from a finished study, whose recommended model it is."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from textstudy.errors import StudyError
from textstudy.evaluate.predictors import Predict, load_predictor
from textstudy.evaluate.promises import NEVER
from textstudy.evaluate.scaling import scale
from textstudy.machine.threads import limited_threads
from textstudy.prepare.content_words import stop_words_of
from textstudy.runs import Run, RunFiles, read_run
from textstudy.storage.files import read_json, read_tensors
from textstudy.use.classifier import TextClassifier
from textstudy.use.cleaning import load_cleaner
from textstudy.use.usage import FILE, Usage, read_usage

STUDIES = Path("results/studies")


def load(path: Path | str, *, model: str | None = None) -> TextClassifier:
    """Return a trained model, ready for raw texts.

    Args:
        path: the folder of a run; or a study, by its name or its folder in results/studies.
        model: of the study; by default the one that its report recommends. Its first run is taken.

    Raises:
        StudyError: there is no such run or study, or one of its files is missing or damaged.
    """
    return load_run(find_run(path, model=model))


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
            f"{path} is neither the folder of a run, nor a study with a finished report: make the report first, or "
            "name a folder like results/models/PREPARATION/MODEL/SEED."
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
    """Return the model of one run, or of an ensemble or a cascade and its members."""
    usage = read_usage(folder)
    run = read_run(RunFiles.from_inputs(usage.folder, usage.files))
    stop_words = stop_words_of(usage.stop_words) if usage.stop_words else None
    return TextClassifier(
        name=usage.model,
        title=usage.title,
        labels=run.labels,
        clean=load_cleaner(usage.clean, stop_words),
        predict_clean=_load_joined(usage, run) if usage.members else load_predictor(run),
        load_explainer=None if usage.members else lambda: _load_explainer(run),
        thresholds=_read_thresholds(usage.folder),
    )


def _read_thresholds(folder: Path) -> dict[float, float]:
    """Return wanted share of errors → the least confidence that is answered, as the evaluation chose them."""
    path = folder / "calibration.json"
    answers = read_json(path).get("answers", []) if path.is_file() else []  # earlier evaluations chose none
    return {row["error"]: NEVER if row["threshold"] is None else row["threshold"] for row in answers}


def _load_joined(usage: Usage, run: Run) -> Predict:
    """Return a function from clean texts to the joined probabilities of the members."""
    members = [load_run(folder) for folder in usage.members.values()]
    weights = read_tensors(usage.folder / "weights.safetensors")
    join = _load_cascade if run.settings["architecture"] == "cascade" else _load_ensemble
    predict_proba, calibration = join(run, weights, members), run.files.calibration_path
    if calibration is None:
        return predict_proba
    temperature = read_json(calibration)["temperature"]
    return lambda texts: scale(predict_proba(texts), temperature)


def _load_ensemble(run: Run, weights: Mapping[str, np.ndarray], members: Sequence[TextClassifier]) -> Predict:
    combine = import_module("textstudy.train.ensembles").method(run.settings["method"])[1]

    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        each = np.stack([member.predict_proba(texts, clean=False) for member in members])  # (members, texts, classes)
        with limited_threads(1):  # as when it was fitted
            return combine(weights, each)

    return predict_proba


def _load_cascade(run: Run, weights: Mapping[str, np.ndarray], members: Sequence[TextClassifier]) -> Predict:
    """Return a function that asks each member only about texts of which no earlier one is sure."""
    walk = import_module("textstudy.models.cascade").walk

    def predict_proba(texts: Sequence[str]) -> np.ndarray:
        def ask(member: int, rows: np.ndarray) -> np.ndarray:
            return members[member].predict_proba([texts[row] for row in rows], clean=False)

        return walk(weights["thresholds"], len(texts), ask)[0]

    return predict_proba


def _load_explainer(run: Run) -> Any:
    module = "networks" if run.facts.uses_torch else run.facts.learner
    return import_module(f"textstudy.explain.{module}").load_explainer(run)
