"""The trials of the configured studies: runs with fewer documents or other settings; their predictions are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from textstudy.settings.models import DefinedModel
from textstudy.settings.study import Study
from textstudy.workflow.catalog import Catalog, canonical
from textstudy.workflow.paths import Layout, prepared_file


@dataclass(frozen=True)
class Trial:
    """One trial of a model; it runs with each of its seeds.

    Attributes:
        name: of the trial among those of its model, a folder.
        settings: with which it trains; None for those of its model.
        share: of the training documents that it learns from; None for all.
        seeds: with which it runs.
        parts: the splits whose predictions are kept.
    """

    model: str
    name: str
    settings: DefinedModel | None
    share: float | None
    seeds: tuple[int, ...]
    parts: tuple[str, ...]


def curve_trials(study: Study) -> list[Trial]:
    """Return the trials of a study's learning curve.

    A model without random parts runs once for each seed too: the seed draws the documents.
    """
    curve = study.learning_curve
    return [
        Trial(model, f"share_{_percent(share)}", None, share, study.seeds, ("test",))
        for model in study.models_analysed("learning_curve")
        for share in sorted(curve.shares)
    ]


def _percent(share: float) -> str:
    """Return a share in per cent as part of a file name: 0.125 → 12_5."""
    return f"{100 * share:g}".replace(".", "_")


def search_trials(study: Study) -> list[Trial]:
    """Return the trials of a study's searches; they are compared on validation, and each has the first seed alone."""
    return [
        Trial(name, f"settings_{number}", settings, None, study.seeds[:1], ("validation",))
        for name in study.drawn
        for number, settings in enumerate(study.candidates(name), start=1)
    ]


def searches(study: Study) -> dict[str, dict[str, Any]]:
    """Return model → the `space` of its search, the trials `asked` for, those `drawn`, and the `seed` of them all."""
    return {
        name: {
            "space": canonical(study.search.space(name, study.models[name])),
            "asked": study.search.trials_asked(name),
            "drawn": canonical(drawn),
            "seed": study.seeds[0],
        }
        for name, drawn in study.drawn.items()
    }


def study_trials(study: Study) -> list[Trial]:
    """Return all trials of a study."""
    return [*curve_trials(study), *search_trials(study)]


def all_trials(catalog: Catalog) -> dict[tuple[str, str, str], Trial]:
    """Return (preparation, model, name of the trial) → the trial, over all configured studies."""
    return {
        (loaded.study.preparation.name, trial.model, trial.name): trial
        for loaded in catalog.studies.values()
        for trial in study_trials(loaded.study)
    }


def trial_files(preparation: str, trials: Iterable[Trial], file: str) -> list[str]:
    """Return a file of each run of some trials."""
    return [
        f"results/trials/{preparation}/{trial.model}/{trial.name}/{seed}/{file}"
        for trial in trials
        for seed in trial.seeds
    ]


def subset(layout: Layout, preparation: str, trial: Trial) -> dict[str, Any] | None:
    """Return how a trial's training documents are drawn: the share of them, and what the split keeps together."""
    split = layout.catalog.preparations[preparation].split
    return None if trial.share is None else {"share": trial.share, "by": split.by, "group": split.group}


def trial_data(layout: Layout, preparation: str, trial: Trial, seed: str) -> dict[str, Any]:
    """Return what a trial reads: the data of its training, and the texts and groups of the documents."""
    if trial.settings:
        data: dict[str, Any] = layout.model_data(preparation, trial.model)
    else:
        data = layout.training_data(preparation, trial.model, seed)
    return {**data, "split": prepared_file(preparation, "split.parquet")}


def trial_modules(layout: Layout, preparation: str, model: str) -> list[str]:
    """Return the modules that a trial imports by name: those of its model, its training and its prediction."""
    kind = layout.kind(preparation, model)
    held_out = ["textstudy.train.held_out"] if kind.uses_torch else []
    return [*layout.model_modules(preparation, model), f"textstudy.train.{kind.learner}", *held_out]
