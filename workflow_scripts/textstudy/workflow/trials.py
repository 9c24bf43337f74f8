"""The trials of the configured studies: runs with fewer documents or other settings; their predictions are kept."""

from dataclasses import dataclass
from typing import Any

from textstudy.settings.models import Model
from textstudy.settings.study import Study
from textstudy.workflow.catalog import Catalog
from textstudy.workflow.paths import Layout, prepared_file


@dataclass(frozen=True)
class Trial:
    """One trial of a model; it runs with each of its seeds.

    Attributes:
        name: of the trial among those of its model, a folder.
        settings: with which it trains.
        share: of the training documents that it learns from; None for all.
        seeds: with which it runs.
        parts: the splits whose predictions are kept.
    """

    model: str
    name: str
    settings: Model
    share: float | None
    seeds: tuple[int, ...]
    parts: tuple[str, ...]


def curve_trials(study: Study) -> list[Trial]:
    """Return the trials of a study's learning curve.

    A model without random parts runs once for each seed too: the seed draws the documents.
    """
    curve = study.learning_curve
    return [
        Trial(model, f"share_{_percent(share)}", study.models[model], share, study.seeds, ("test",))
        for model in study.models_analysed("learning_curve")
        for share in sorted(curve.shares)
    ]


def _percent(share: float) -> str:
    """Return a share in per cent as part of a file name: 0.125 → 12_5."""
    return f"{100 * share:g}".replace(".", "_")


def study_trials(study: Study) -> list[Trial]:
    """Return all trials of a study."""
    return curve_trials(study)


def all_trials(catalog: Catalog) -> dict[tuple[str, str, str], Trial]:
    """Return (preparation, model, name of the trial) → the trial, over all configured studies."""
    studies = [loaded.study for loaded in catalog.studies.values()]
    return {
        (study.preparation.name, trial.model, trial.name): trial for study in studies for trial in study_trials(study)
    }


def curve_runs(layout: Layout, study: str) -> list[list[Any]]:
    """Return [model, share, seed] of every run of a study's learning curve."""
    trials = curve_trials(layout.catalog.studies[study].study)
    return [[trial.model, trial.share, seed] for trial in trials for seed in trial.seeds]


def curve_files(layout: Layout, study: str, file: str) -> list[str]:
    """Return a file of each of these runs, in the same order."""
    settings = layout.catalog.studies[study].study
    return [
        f"results/trials/{settings.preparation.name}/{trial.model}/{trial.name}/{seed}/{file}"
        for trial in curve_trials(settings)
        for seed in trial.seeds
    ]


def subset(layout: Layout, preparation: str, trial: Trial) -> dict[str, Any] | None:
    """Return how a trial's training documents are drawn: the share of them, and what the split keeps together."""
    split = layout.catalog.preparations[preparation].split
    return None if trial.share is None else {"share": trial.share, "by": split.by, "group": split.group}


def trial_data(layout: Layout, preparation: str, model: str, seed: str) -> dict[str, Any]:
    """Return what a trial reads: the data of its model's training, and the texts and groups of the documents."""
    split = {"split": prepared_file(preparation, "split.parquet")}
    return {**layout.model_data(preparation, model), **layout.run_data(preparation, model, seed), **split}


def trial_modules(layout: Layout, preparation: str, model: str) -> list[str]:
    """Return the modules that a trial imports by name: those of its model, its training and its prediction."""
    kind = layout.kind(preparation, model)
    held_out = ["textstudy.train.held_out"] if kind.uses_torch else []
    return [*layout.model_modules(preparation, model), f"textstudy.train.{kind.learner}", *held_out]
