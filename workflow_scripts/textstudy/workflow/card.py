"""What a model card is made of: the files it reads, and what the studies say of its run."""

from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.fetch.resources import resolve
from textstudy.workflow.catalog import canonical
from textstudy.workflow.paths import STOP_WORDS, Layout, manifest_file, prepared_file, resource_files
from textstudy.workflow.report import ledger_files, resources_of

# What a prediction reads beside its run, by the names of `RunFiles.from_inputs`.
READ = ("encoding", "features", "glove", "distilled", "encoder", "calibration")


def card_files(layout: Layout) -> list[str]:
    """Return the model card of every run of the configured studies."""
    return sorted({f"{run}/README.md" for study in layout.catalog.studies for run in layout.runs(study)})


def card_modules(layout: Layout, preparation: str, model: str) -> list[str]:
    """Return the module that a model card imports by name: the settings of its kind of model."""
    return [f"textstudy.settings.models.{layout.kind(preparation, model).architecture}"]


def card_parts(layout: Layout, preparation: str, model: str) -> dict[str, str | list[str]]:
    """Return what a model card reads beside the files of its run; an ensemble is made from what its members are."""
    everything = [model, *layout.members(preparation, model)]
    resources = set().union(*(resources_of(layout, preparation, each) for each in everything))
    return {
        "corpus": prepared_file(preparation, "corpus.json"),
        "ledger": ledger_files(layout, preparation),
        "manifests": sorted(map(manifest_file, resources)),
    }


def describe_run(layout: Layout, preparation: str, model: str, seed: str) -> dict[str, Any]:
    """Return what a model card says of a run that its files do not: where it comes from and what it goes with.

    `study` is the first of the configured studies that the run belongs to: its command makes the run again.
    """
    settings, files = layout.catalog.models[preparation, model], layout.evaluation_data(preparation, model)
    files |= layout.calibration(preparation, model, seed)
    cleaning = layout.catalog.preparations[preparation].clean
    encoding = getattr(layout.kind(preparation, model), "encoding", None)
    studies = {name: loaded.study for name, loaded in layout.catalog.studies.items()}
    return {
        "model": model,
        "seed": int(seed),
        "title": settings.title or model,
        "refits": getattr(settings, "model", None),
        "phase": getattr(settings, "winner", None),
        "trials": len(layout.catalog.searches[preparation, model]),
        "study": next(
            name
            for name, study in studies.items()
            if study.preparation.name == preparation and (model, int(seed)) in layout.catalog.runs(name)
        ),
        "corpus": layout.catalog.preparations[preparation].corpus.facts(),
        "preparation": canonical(layout.catalog.preparations[preparation]),
        "encoding": canonical(layout.catalog.encodings[preparation, encoding]) if encoding else None,
        "encoder": _encoder(layout, preparation, model),
        "files": {kind: files[kind] for kind in READ if kind in files},
        "split": prepared_file(preparation, "split.parquet"),
        "stop_words": resource_files(STOP_WORDS) if cleaning.content_words else None,
        "members": {
            member: Path(layout.run_file(preparation, member, seed, "README.md")).parent.as_posix()
            for member in layout.members(preparation, model)
        },
    }


def _encoder(layout: Layout, preparation: str, model: str) -> dict[str, Any] | None:
    """An encoder as the study names it, the resource that ran, and that one's name on the hub, where it has one."""
    resource, kind = layout.encoder_of(preparation, model), layout.kind(preparation, model)
    if resource is None:
        return None
    try:
        sources = resolve(resource).sources
    except StudyError:  # the step that fetches it says so in one sentence
        sources = ()
    on_hub = (source.removeprefix("hub:").partition("@")[0] for source in sources if source.startswith("hub:"))
    encoding = getattr(kind, "encoding", None)
    role = layout.catalog.encodings[preparation, encoding].encoder if encoding else kind.language_model
    return {"role": role, "resource": resource, "hub": next(on_hub, None)}
