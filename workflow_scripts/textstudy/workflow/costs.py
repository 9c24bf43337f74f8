"""What the costs of a study's predictions are measured on: the first run of each model that predicts by itself."""

from textstudy.workflow.paths import Layout, prepared_file, run_folder


def costs_file(study: str) -> str:
    """Return the file with the costs of a study's predictions."""
    return f"results/studies/{study}/costs.json"


def measured_runs(layout: Layout, study: str) -> dict[str, dict[str, str]]:
    """Return model → the weights of its run, and what predicting with it reads, by kind; joined models are left out."""
    preparation = layout.preparation(study)
    return {
        model: {
            "weights": f"{run_folder(preparation, model, seed)}/weights.safetensors",
            **layout.evaluation_data(preparation, model),
        }
        for model, seed in sorted(layout.catalog.first_runs(study).items())
        if layout.kind(preparation, model).learner != "ensemble"
    }


def cost_data(layout: Layout, study: str) -> dict[str, str | list[str]]:
    """Return everything that measuring the costs of a study reads."""
    runs = measured_runs(layout, study)
    split = prepared_file(layout.preparation(study), "split.parquet")
    return {"split": split, "files": sorted({path for run in runs.values() for path in run.values()} - {split})}


def cost_modules(layout: Layout, study: str) -> list[str]:
    """Return the modules that measuring the costs of a study imports by name."""
    preparation = layout.preparation(study)
    found = (layout.evaluation_modules(preparation, model) for model in measured_runs(layout, study))
    return sorted({module for modules in found for module in modules})


def predicts_with_torch(layout: Layout, study: str) -> bool:
    """Return whether one of the models measured is a network, which may want a GPU."""
    preparation = layout.preparation(study)
    return any(layout.kind(preparation, model).uses_torch for model in measured_runs(layout, study))
