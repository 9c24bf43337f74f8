"""What a report is made of: every file whose numbers stand in it, and the command that makes it again."""

import json
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from textstudy.report.chapters import chapters_with
from textstudy.settings.models.refit import RefitModel
from textstudy.workflow.analyses import analysed_runs
from textstudy.workflow.catalog import canonical
from textstudy.workflow.costs import costs_file
from textstudy.workflow.exports import exported_runs, exports_file
from textstudy.workflow.paths import Layout, encoded_file, manifest_file, prepared_file, ranking_file
from textstudy.workflow.trials import study_trials

NO_MATTER = {"studies", "mirror", "checkpoints"}  # settings that change no number of a study
RUN_FILES = ("metrics.json", "calibration.json", "training.json", "history.json", "settings.json")


def report_parts(layout: Layout, study: str) -> dict[str, list[str]]:
    """Return every file whose numbers stand in a study's report, by kind."""
    settings = layout.catalog.studies[study].study
    name = settings.preparation.name
    summaries = {encoded_file(name, encoding, "encoding.json") for encoding in settings.encodings}
    resources: set[str] = set()
    for model in settings.models:
        files = layout.evaluation_data(name, model)
        kinds = files.keys() & {"glove", "distilled", "features"}
        summaries |= {str(Path(files[kind]).with_suffix(".json")) for kind in kinds}
        resources |= resources_of(layout, name, model)
    return {
        "ledger": ledger_files(layout, name),
        **{kind: [prepared_file(name, f"{kind}.json")] for kind in ("corpus", "audit", "leakage")},
        "encodings": sorted(summaries.union(layout.semantic_audits(name, settings.models))),
        "manifests": manifest_files(layout, name, resources),
        "runs": [f"{run}/{file}" for run in layout.runs(study) for file in RUN_FILES]
        + [
            layout.run_file(name, model, str(seed), "answers.json")
            for model, seed in layout.catalog.runs(study)
            if layout.kind(name, model).learner == "prompted"
        ],
        "architectures": architecture_files(layout, study),
        "costs": [costs_file(study)],
        "phases": [ranking_file(name, phase.name) for phase in settings.phases],
        "errors": [f"results/studies/{study}/errors.json"],
        "scrutiny": [f"results/studies/{study}/scrutiny.json"],
        "robustness": [f"results/studies/{study}/robustness.json"] if settings.perturbations else [],
        "explanations": [
            layout.run_file(name, model, str(seed), "explanations.json")
            for model, seed in analysed_runs(layout, study, "explanations")
        ],
        "growth": [f"results/studies/{study}/growth.json"] if settings.learning_curve else [],
        "search": [f"results/studies/{study}/search.json"] if settings.search else [],
        "exports": [exports_file(study)] if settings.exports else [],
        "faithfulness": [
            f"results/studies/{study}/faithfulness/{model}.json"
            for model, _ in analysed_runs(layout, study, "explanations")
        ],
        "benchmarks": benchmark_files(layout, study),
        **_baseline(study),
    }


def collect_modules(layout: Layout, study: str) -> list[str]:
    """Return the modules that the collection of a report imports by name: findings, and the kinds of its models."""
    settings = layout.catalog.studies[study].study
    kinds = {layout.kind(settings.preparation.name, model).architecture for model in settings.models}
    return [
        *(chapter.module("findings") for chapter in chapters_with("findings")),
        *(f"textstudy.settings.models.{kind}" for kind in sorted(kinds)),
    ]


def ledger_files(layout: Layout, preparation: str) -> list[str]:
    """Return what says which documents each step of a preparation kept, in the order of the steps."""
    corpus = layout.catalog.preparations[preparation].corpus.name
    steps = [prepared_file(preparation, f"{step}.json") for step in ("clean", "unique", "split")]
    return [f"results/corpora/{corpus}/parse.json", *steps]


def resources_of(layout: Layout, preparation: str, model: str) -> set[str]:
    """Return the resources that a model was made from: of its corpus, its word vectors, its encoder."""
    files = layout.evaluation_data(preparation, model)
    found = {layout.catalog.preparations[preparation].corpus.resource} - {None}
    found |= {"glove.6B"} if "glove" in files else set()
    return found | ({layout.encoder_of(preparation, model)} - {None})


def manifest_files(layout: Layout, preparation: str, resources: Iterable[str]) -> list[str]:
    """Return what describes the resources behind a preparation and its models, a streamed corpus among them."""
    corpus = layout.catalog.preparations[preparation].corpus
    streamed = [f"results/corpora/{corpus.name}/manifest.json"] if corpus.streamed else []
    return [*sorted(map(manifest_file, resources)), *streamed]


def report_steps(layout: Layout, study: str) -> list[str]:
    """Return the scripts that decide what a study's runs read and how they are measured; trainings name their own."""
    settings = layout.catalog.studies[study].study
    examinations = ["perturb", "score_robustness"] if settings.perturbations else []
    examinations += ["train_trial"] if study_trials(settings) else []
    examinations += [
        step
        for step, asked in (
            ("grow", settings.learning_curve),
            ("select_trial", settings.search),
            ("summarize_search", settings.search),
            ("export", settings.exports),
            ("measure_exports", settings.exports),
        )
        if asked
    ]
    files = [layout.evaluation_data(settings.preparation.name, model) for model in settings.models]
    steps = {"glove": "glove", "distilled": "distill", "features": "features"}
    read = [step for kind, step in steps.items() if any(kind in each for each in files)]
    read += ["semantic_audit"] if layout.semantic_audits(settings.preparation.name, settings.models) else []
    kinds = {layout.kind(settings.preparation.name, model).learner for model in settings.models}
    read += ["evaluate_prompted"] if "prompted" in kinds else []
    encodings = {f"encode_{encoding.tokenizer}" for encoding in settings.encodings.values()}
    return ["parse", "clean", "deduplicate", "split", "audit", *sorted(encodings), *read, "evaluate", "measure_costs",
            "compare",
            *examinations]  # fmt: skip


def report_settings(layout: Layout, study: str) -> dict[str, Any]:
    """Return the study as it ran, with what an overlay scaled and which encoder fills each role."""
    loaded = layout.catalog.studies[study]
    roles = {each.encoder for each in loaded.study.encodings.values() if each.tokenizer == "wordpieces"}
    return {
        "corpus": loaded.study.preparation.corpus.facts(),
        "encoders": {role: layout.catalog.encoder(role) for role in sorted(roles)},
        "name": study,
        "scaled": canonical(loaded.scaled),
        "settings": canonical(loaded.study),
    }


def command_line(
    study: str, configfiles: Iterable[Path], given: Mapping[str, Any], folder: Path, directory: Path
) -> str:
    """Return what makes a study's report again: with the overlays and the settings that this call was given.

    Args:
        configfiles: the overlays; those below `folder`, where the workflow stands, are named from there.
        given: settings given one by one.
        directory: where the results are.
    """
    elsewhere = ["--directory", str(directory)] if directory.resolve() != folder.resolve() else []
    files = [path.relative_to(folder) if path.is_relative_to(folder) else path for path in configfiles]
    overlays = ["--configfile", *map(str, files)] if files else []
    others = [f"{key}={json.dumps(given[key])}" for key in sorted(given.keys() - NO_MATTER)]
    return shlex.join(
        ["snakemake", "--cores", "all", "report", *elsewhere, *overlays, "--config", f"studies=[{study}]", *others]
    )


def figure_folders(layout: Layout, study: str) -> list[str]:
    """Return the folders of a study's figures: one for each chapter that draws some."""
    settings = layout.catalog.studies[study].study
    drawn = [
        chapter.name for chapter in chapters_with("figures") if not chapter.needs or getattr(settings, chapter.needs)
    ]
    return [f"results/studies/{study}/figures/{chapter}" for chapter in drawn]


def kept_predictions(study: str) -> list[str]:
    """Return the predictions that were kept of a study's baseline; none without one."""
    return sorted(path.as_posix() for path in Path(f"results/baseline/{study}").glob("predictions/*/*.parquet"))


def _baseline(study: str) -> dict[str, list[str]]:
    if not kept_predictions(study):
        return {}
    return {
        "baseline": [f"results/baseline/{study}/report.json"],
        "changes": [f"results/studies/{study}/changes.json"],
    }


def architecture_files(layout: Layout, study: str) -> list[str]:
    """Return what each model of a study is made of, from its first run; a refit is made as what it refits."""
    settings = layout.catalog.studies[study].study
    name = settings.preparation.name
    return [
        layout.run_file(name, model, str(seed), "architecture.json")
        for model, seed in sorted(layout.catalog.first_runs(study).items())
        if layout.kind(name, model).learner != "ensemble" and not isinstance(settings.models[model], RefitModel)
    ]


def benchmark_files(layout: Layout, study: str) -> list[str]:
    """Return what Snakemake measured of each step of a study before the comparison: time and peak memory."""
    settings = layout.catalog.studies[study].study
    name, corpus = settings.preparation.name, settings.preparation.corpus.name
    steps = ("clean", "deduplicate", "split", "audit", "leakage", "explore")
    files = {f"parse/{corpus}", *(f"{step}/{name}" for step in steps)}
    files |= {f"encode_{encoding.tokenizer}/{name}-{key}" for key, encoding in settings.encodings.items()}
    for audit in layout.semantic_audits(name, settings.models):  # of the states of frozen encoders
        files |= {f"{step}/{name}-{Path(audit).parent.name}" for step in ("features", "semantic_audit")}
    for path in filter(None, (layout.model_data(name, model).get("distilled") for model in settings.models)):
        files.add(f"distill/{name}-{Path(path).parent.name}-{Path(path).stem.partition('-')[2]}")
    for model, seed in layout.catalog.runs(study):
        files.add(f"train/{name}-{model}-{seed}")
        learner = layout.kind(name, model).learner
        own = f"_{learner}" if learner in ("ensemble", "prompted") else ""
        files.add(f"evaluate{own}/{name}-{model}-{seed}")
    files.add(f"measure_costs/{study}")
    files |= {
        f"train_trial/{name}-{trial.model}-{trial.name}-{seed}"
        for trial in study_trials(settings)
        for seed in trial.seeds
    }
    files |= {f"perturb/{name}"} if settings.perturbations else set()
    for key, rule in (("perturbations", "score_robustness"), ("explanations", "explain")):
        files |= {f"{rule}/{name}-{model}-{seed}" for model, seed in analysed_runs(layout, study, key)}
    files |= {f"check_explanations/{study}-{model}" for model, _ in analysed_runs(layout, study, "explanations")}
    if settings.exports:
        files |= {f"export/{name}-{model}-{seed}-{form}" for model, seed in exported_runs(layout, study).items()
                  for form in settings.exports.formats} | {f"measure_exports/{study}"}  # fmt: skip
    return [f"results/benchmarks/{file}.tsv" for file in sorted(files)]
