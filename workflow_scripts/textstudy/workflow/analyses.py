"""What is asked of trained runs: how they stand typos (`perturbations`) and why they decide so (`explanations`)."""

from typing import Any

from textstudy.workflow.catalog import canonical, training_settings
from textstudy.workflow.paths import Layout, encoded_file, perturbed_samples, run_folder

_OF_WINDOWS = ("encoding", "windows", "window_pooling")
RIVALS = 3  # other models in whose order words are deleted


def analysed_runs(layout: Layout, study: str, key: str) -> list[tuple[str, int]]:
    """Return (model, seed) of the runs that `perturbations`, `explanations` or `learning_curve` is about."""
    models = set(layout.catalog.studies[study].study.models_analysed(key))
    runs = layout.catalog.runs(study)
    if key == "explanations":  # of the first seed: its documents are to be looked at
        runs = layout.catalog.first_runs(study).items()
    return [(model, seed) for model, seed in runs if model in models]


def analysed_folders(layout: Layout, study: str, key: str) -> list[str]:
    """Return the folders of these runs."""
    return [run_folder(layout.preparation(study), model, seed) for model, seed in analysed_runs(layout, study, key)]


def analysis_data(layout: Layout, preparation: str, name: str, seed: str, key: str) -> dict[str, str]:
    """Return what an examination reads beside the run: data as an evaluation, and the perturbed documents.

    An explanation shows documents whose prediction a perturbation flipped, where the study has both.
    """
    files = layout.evaluation_data(preparation, name) | layout.calibration(preparation, name, seed)
    if key == "perturbations":
        return {**files, "samples": perturbed_samples(preparation)}
    files["predictions"] = layout.run_file(preparation, name, seed, "predictions.parquet")
    studies = (loaded.study for loaded in layout.catalog.studies.values())
    if any(study.analyses("perturbations", name) for study in studies if study.preparation.name == preparation):
        files["samples"] = perturbed_samples(preparation)
        files["scores"] = layout.run_file(preparation, name, seed, "robustness.parquet")
    return files


def rival_orders(layout: Layout, study: str, name: str) -> list[tuple[str, int]]:
    """Return (model, seed) of the other runs in whose order words are deleted, to test the explanation of a model.

    They are the next `RIVALS` of the models that the study explains: with all of them, the work would grow with their
    square. Where it explains one alone, it is a linear model of the study, whose explanation costs least.
    """
    explained, settings = analysed_runs(layout, study, "explanations"), layout.catalog.studies[study].study
    if len(explained) > 1:
        place = [model for model, _ in explained].index(name)
        return [*explained[place + 1 :], *explained[:place]][:RIVALS]
    linear = [
        (other, seed) for other, seed in layout.catalog.first_runs(study).items()
        if other != name and layout.kind(settings.preparation.name, other).learner == "linear"
        and other in settings.reading_texts()
    ]  # fmt: skip
    return linear[:1]


def deletion_data(layout: Layout, study: str, name: str) -> dict[str, str | list[str]]:
    """Return what a test of the explanation of a run reads: the run, and in which orders words are deleted."""
    preparation = layout.preparation(study)
    seed = dict(analysed_runs(layout, study, "explanations"))[name]
    own = {"weights": "weights.safetensors", "attributions": "attributions.parquet"}
    others = rival_orders(layout, study, name)
    return {
        **layout.evaluation_data(preparation, name),
        **{key: layout.run_file(preparation, name, str(seed), file) for key, file in own.items()},
        "others": [layout.run_file(preparation, *map(str, other), "attributions.parquet") for other in others],
    }


def encodings_of_models(layout: Layout, study: str) -> dict[str, str]:
    """Return model → the encoding that it reads, of the models of a study that read one."""
    settings = layout.catalog.studies[study].study
    kinds = {model: layout.kind(settings.preparation.name, model) for model in settings.models}
    return {model: kind.encoding for model, kind in kinds.items() if getattr(kind, "encoding", None)}


def window_pairs(layout: Layout, study: str) -> list[tuple[str, str]]:
    """Return (cut, whole): two models of a study that differ only in that the second reads windows."""
    settings, preparation = layout.catalog.studies[study].study, layout.preparation(study)

    def without_windows(name: str) -> list[dict[str, Any]]:
        model = training_settings(settings.models[name])
        encoding = canonical(layout.catalog.encodings[preparation, model["encoding"]])
        return [{key: value for key, value in part.items() if key not in _OF_WINDOWS} for part in (model, encoding)]

    reading = [name for name, model in settings.models.items() if getattr(model, "reads_windows", False)]
    windowed = {name: bool(settings.encodings[settings.models[name].encoding].windows) for name in reading}
    return [
        (cut, whole) for whole in reading for cut in reading
        if windowed[whole] and not windowed[cut] and without_windows(cut) == without_windows(whole)
    ]  # fmt: skip


def encodings_read(layout: Layout, study: str) -> dict[str, list[str]]:
    """Return the encodings that models of a study read, with their summaries, in the same order."""
    preparation = layout.preparation(study)
    names = sorted(set(encodings_of_models(layout, study).values()))
    files = {"encodings": "encoding.arrow", "summaries": "encoding.json"}
    return {key: [encoded_file(preparation, name, file) for name in names] for key, file in files.items()}


def explanation_modules(layout: Layout, preparation: str, name: str) -> list[str]:
    """Return the modules that an explanation resolves by name: the evaluation's, and those of its kind of model."""
    explainer = "networks" if layout.kind(preparation, name).uses_torch else "linear"
    return [*layout.evaluation_modules(preparation, name), f"textstudy.explain.{explainer}"]
