"""The exported networks of a study, and what exporting and measuring them reads."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from textstudy.workflow.paths import Layout, prepared_file, run_folder


def exports_file(study: str) -> str:
    """Return the file with the figures of a study's exports."""
    return f"results/studies/{study}/exports.json"


def export_folder(preparation: str, model: str, seed: str, form: str) -> str:
    """Return the folder of a bundle."""
    return f"results/exports/{preparation}/{model}/{seed}/{form}"


def exported_runs(layout: Layout, study: str) -> dict[str, str]:
    """Return model → seed of the runs that a study exports."""
    settings = layout.catalog.studies[study].study
    first = layout.catalog.first_runs(study)
    return {model: str(first[model]) for model in settings.exported()}


def export_data(layout: Layout, preparation: str, model: str, seed: str) -> dict[str, str | list[str]]:
    """Return what exporting a run reads, and all of each run that it joins."""
    run = Path(layout.run_file(preparation, model, seed, "usage.json")).parent
    joined = (export_data(layout, preparation, member, seed) for member in layout.members(preparation, model))
    return {
        "weights": f"{run}/weights.safetensors",
        "usage": f"{run}/usage.json",
        "card": f"{run}/README.md",
        "split": prepared_file(preparation, "split.parquet"),
        **layout.evaluation_data(preparation, model),
        **layout.calibration(preparation, model, seed),
        "members": sorted({path for files in joined for path in _paths(files)}),
    }


def _paths(files: Mapping[str, str | list[str]]) -> set[str]:
    return {path for found in files.values() for path in ([found] if isinstance(found, str) else found)}


def export_modules(layout: Layout, preparation: str, model: str) -> list[str]:
    """Return the modules that exporting a run imports by name."""
    models = [model, *layout.members(preparation, model)]
    own = (layout.evaluation_modules(preparation, each) for each in models)
    return sorted({*chain(*own), "textstudy.use.export.graphs", "textstudy.use.graph"})


def measured_exports(layout: Layout, study: str) -> dict[str, dict[str, str]]:
    """Return model → the folder of its run as `torch`, and of its bundle in each format."""
    preparation, settings = layout.preparation(study), layout.catalog.studies[study].study
    return {
        model: {
            "torch": run_folder(preparation, model, seed),
            **{form: export_folder(preparation, model, seed, form) for form in settings.exports.formats},
        }
        for model, seed in exported_runs(layout, study).items()
    }


def measured_export_data(layout: Layout, study: str) -> dict[str, str | list[str]]:
    """Return everything that measuring the exports of a study reads."""
    preparation, split = layout.preparation(study), prepared_file(layout.preparation(study), "split.parquet")
    runs = exported_runs(layout, study).items()
    read = {path for model, seed in runs for path in _paths(export_data(layout, preparation, model, seed))}
    bundles = [
        path for forms in measured_exports(layout, study).values() for form, path in forms.items() if form != "torch"
    ]
    return {"split": split, "files": sorted(read - {split}), "bundles": bundles}


def measured_export_modules(layout: Layout, study: str) -> list[str]:
    """Return the modules that measuring the exports of a study imports by name."""
    preparation = layout.preparation(study)
    found = (export_modules(layout, preparation, model) for model in exported_runs(layout, study))
    return sorted({module for modules in found for module in modules})
