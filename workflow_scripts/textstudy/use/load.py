"""Loading a trained model: from the folder of a run, or from a finished study, whose recommended model it is."""

import hashlib
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.evaluate.predictors import Predict, at_temperature, load_predictor
from textstudy.evaluate.promises import NEVER
from textstudy.explain.explainers import load_explainer
from textstudy.prepare.content_words import stop_words_of
from textstudy.runs import Run, RunFiles, read_run
from textstudy.storage.files import read_json, sha256
from textstudy.use.bundles import check_bundle, is_bundle
from textstudy.use.classifier import TextClassifier
from textstudy.use.cleaning import load_cleaner
from textstudy.use.joined import load_joined
from textstudy.use.limits import load_limits
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
    study, report = read_report(folder)
    return first_run(study, report, model or recommended(study, report))


def first_run(study: Path, report: Mapping[str, Any], model: str) -> Path:
    """Return the folder of the first run of a model of a finished study.

    Raises:
        StudyError: the study has no such model.
    """
    if model not in report["models"]:
        raise StudyError(f"the study {study.name} has no model {model!r}, only {', '.join(sorted(report['models']))}.")
    return study.resolve().parents[2] / report["models"][model]["runs"][0]["folder"]


def read_report(path: Path | str) -> tuple[Path, dict[str, Any]]:
    """Return the folder and the report of a finished study.

    Raises:
        StudyError: there is none.
    """
    folder = Path(path)
    study = folder if (folder / "report.json").is_file() else STUDIES / folder
    if not (study / "report.json").is_file():
        raise StudyError(
            f"{path} is neither the folder of a run, nor a bundle, nor a study with a finished report: make the report "
            "first, or name a folder like results/models/PREPARATION/MODEL/SEED."
        )
    return study, read_json(study / "report.json")


def recommended(study: Path, report: Mapping[str, Any]) -> str:
    """Return the model that the report of a study recommends.

    Raises:
        StudyError: it recommends none.
    """
    choice = import_module("textstudy.report.decision.choice").choose(report)
    if choice is None:
        raise StudyError(f"the report of {study.name} recommends no model: name one with --model.")
    return choice.recommended


def load_run(folder: Path | str) -> TextClassifier:
    """Return the model of one run, or of an ensemble or a cascade and its members."""
    usage = read_usage(folder)
    run = read_run(RunFiles.from_inputs(usage.folder, usage.files))
    stop_words = stop_words_of(usage.stop_words) if usage.stop_words else None
    explained = not usage.members and not usage.graph and run.facts.learner != "prompted"
    return TextClassifier(
        name=usage.model,
        title=usage.title,
        labels=run.labels,
        clean=load_cleaner(usage.clean, stop_words),
        predict_clean=_load_predictor(usage, run),
        load_explainer=partial(load_explainer, run) if explained else None,
        find_full=load_limits(usage, run),
        columns=usage.columns,
        find_digest=lambda: _digest(usage),
        thresholds=_read_thresholds(usage.folder),
    )


def _digest(usage: Usage) -> str:
    """Return a digest of the numbers of a run, and of those of its members."""
    files = (path for path in usage.folder.iterdir() if path.suffix in (".json", ".safetensors", ".onnx"))
    digests = [sha256(path) for path in sorted(files)]
    digests += [_digest(read_usage(folder)) for folder in usage.members.values()]
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()


def _read_thresholds(folder: Path) -> dict[float, float]:
    """Return wanted share of errors → the least confidence that is answered, as the evaluation chose them."""
    path = folder / "calibration.json"
    answers = read_json(path).get("answers", []) if path.is_file() else []  # earlier evaluations chose none
    return {row["error"]: NEVER if row["threshold"] is None else row["threshold"] for row in answers}


def _load_predictor(usage: Usage, run: Run) -> Predict:
    try:
        if usage.members:
            members = [load_run(folder) for folder in usage.members.values()]
            return at_temperature(load_joined(usage, run, members), run)
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
