"""The trials of the configured studies: runs with fewer documents or other settings; their predictions are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from textstudy.errors import StudyError
from textstudy.settings.models import Model
from textstudy.settings.study import Study
from textstudy.settings.tuning import tried_settings
from textstudy.workflow.catalog import Catalog, canonical, canonical_without_title
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
        changes: setting → value, of those that were drawn for it.
    """

    model: str
    name: str
    settings: Model
    share: float | None
    seeds: tuple[int, ...]
    parts: tuple[str, ...]
    changes: Mapping[str, Any] = field(default_factory=dict)


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


def tuning_trials(study: Study) -> list[Trial]:
    """Return the trials of a study's tuning; they are compared on validation, and each has the first seed alone."""
    if not study.tuning:
        return []
    return [
        Trial(name, f"settings_{number}", tried_settings(study.models[name], changes), None, study.seeds[:1],
              ("validation",), changes)
        for name in study.tuning.models
        for number, changes in enumerate(study.tuning.draw(name), start=1)
    ]  # fmt: skip


def drawn_settings(study: Study) -> list[dict[str, Any]]:
    """Return {"model", "changes"} of each of these trials, in the same order."""
    return [{"model": trial.model, "changes": canonical(trial.changes)} for trial in tuning_trials(study)]


def study_trials(study: Study) -> list[Trial]:
    """Return all trials of a study."""
    return [*curve_trials(study), *tuning_trials(study)]


def all_trials(catalog: Catalog) -> dict[tuple[str, str, str], Trial]:
    """Return (preparation, model, name of the trial) → the trial, over all configured studies.

    Raises:
        StudyError: two studies tune a model of one name in other ways.
    """
    found: dict[tuple[str, str, str], Trial] = {}
    for name, loaded in catalog.studies.items():
        for trial in study_trials(loaded.study):
            key = (loaded.study.preparation.name, trial.model, trial.name)
            if canonical_without_title(found.setdefault(key, trial).settings) != canonical_without_title(
                trial.settings
            ):
                raise StudyError(
                    f"Study {name!r} tunes the model {trial.model!r} differently from another selected study: give one "
                    "of them another name, or run the studies one at a time in separate folders."
                )
    return found


def trial_files(layout: Layout, study: str, trials: Iterable[Trial], file: str) -> list[str]:
    """Return a file of each run of some trials of a study."""
    preparation = layout.preparation(study)
    return [
        f"results/trials/{preparation}/{trial.model}/{trial.name}/{seed}/{file}"
        for trial in trials
        for seed in trial.seeds
    ]


def subset(layout: Layout, preparation: str, trial: Trial) -> dict[str, Any] | None:
    """Return how a trial's training documents are drawn: the share of them, and what the split keeps together."""
    split = layout.catalog.preparations[preparation].split
    return None if trial.share is None else {"share": trial.share, "by": split.by, "group": split.group}


def trial_data(layout: Layout, preparation: str, model: str, seed: str) -> dict[str, Any]:
    """Return what a trial reads: the data of its model's training, and the texts and groups of the documents."""
    return {**layout.training_data(preparation, model, seed), "split": prepared_file(preparation, "split.parquet")}


def trial_modules(layout: Layout, preparation: str, model: str) -> list[str]:
    """Return the modules that a trial imports by name: those of its model, its training and its prediction."""
    kind = layout.kind(preparation, model)
    held_out = ["textstudy.train.held_out"] if kind.uses_torch else []
    return [*layout.model_modules(preparation, model), f"textstudy.train.{kind.learner}", *held_out]
