"""From study files to what the workflow computes: loads, checks and joins the studies; errors are one sentence."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from textstudy.errors import StudyError
from textstudy.fetch.resources import REGISTRY
from textstudy.settings.config import Config
from textstudy.settings.data import Encoding, Preparation
from textstudy.settings.files import read_yaml
from textstudy.settings.hints import suggest_name
from textstudy.settings.models import DefinedModel, Model
from textstudy.settings.models.winner import WinnerModel
from textstudy.settings.overlay import lay_over
from textstudy.settings.perturbations import Explanations, Perturbations
from textstudy.settings.study import Phase, Study

CONFIGURATION = "configuration"  # where settings come from that no study file holds

SettingsModel = TypeVar("SettingsModel", bound=BaseModel)


def canonical(value: Any) -> Any:
    """Return `value` as plain JSON types with sorted keys, so that the order of a YAML file never counts."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {key: canonical(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    return value


def validate_settings(model: type[SettingsModel], data: Any, source: str) -> SettingsModel:
    """Return `data` as a settings model.

    Raises:
        StudyError: one sentence with the source, the key, the value and what is allowed.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        value = "" if isinstance(first["input"], dict) else f" is {first['input']!r}"
        advice = _advice(first["type"], place, first["input"], source)
        raise StudyError(
            ": ".join(part for part in (source, place + value, first["msg"], advice) if part) + "."
        ) from None


def _advice(error: str, place: str, value: Any, source: str) -> str:
    """Return what to write where a value is of another kind than it seems."""
    if error == "string_type" and isinstance(value, (bool, int, float, date)):
        return f'put the value in quotation marks, "{value}"'
    if error in ("list_type", "tuple_type") and isinstance(value, (str, int, float)):
        return f"write {place}=[{value}]" if source == CONFIGURATION else f"write [{value}]"
    return ""


def list_differences(full: Any, scaled: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """Yield each setting that an overlay changed: {"setting", "full", "used"}."""
    if isinstance(full, Mapping) and isinstance(scaled, Mapping):
        for key in sorted({*full, *scaled}):
            yield from list_differences(full.get(key), scaled.get(key), f"{path}.{key}" if path else key)
    elif isinstance(full, Mapping) and scaled is None:
        yield {"setting": path, "full": full.get("title") or "there", "used": "left out"}
    elif full != scaled:
        yield {"setting": path, "full": full, "used": scaled}


@dataclass(frozen=True)
class LoadedStudy:
    """A checked study, and what an overlay changed in it."""

    name: str
    study: Study
    scaled: list[dict[str, Any]]


def _check_names(names: Iterable[str], known: Iterable[str], place: str, what: str) -> None:
    """Check that what a place of the configuration names is known."""
    known = sorted(known)
    for name in sorted({str(name) for name in names} - set(known)):
        raise StudyError(
            f"configuration: {place} names {name!r}, which is no {what}: {suggest_name(name, known)}"
            f"there are: {', '.join(known)}."
        )


def load_study(name: str, folder: Path, overrides: Mapping[str, Any]) -> LoadedStudy:
    """Return the study `folder/name.yaml` with its overrides laid over it; a model overridden by null is left out.

    Raises:
        StudyError: a wrong setting.
    """
    path = folder / f"{name}.yaml"
    data = read_yaml(path)
    full = validate_settings(Study, data, str(path))
    if not overrides:
        return LoadedStudy(name, full, [])
    laid = lay_over(data, overrides)
    if isinstance(laid["models"], Mapping):
        left_out = {model for model, settings in laid["models"].items() if settings is None}
        _check_names(left_out, data["models"], f"overrides.{name}.models", f"model of {path}")
        laid["models"] = {model: laid["models"][model] for model in laid["models"] if model not in left_out}
        laid["comparisons"] = [pair for pair in laid.get("comparisons", []) if not left_out.intersection(pair)]
        if laid.get("search"):
            kept = {model: how for model, how in laid["search"]["models"].items() if model not in left_out}
            laid["search"] = {**laid["search"], "models": kept} if kept else None
    study = validate_settings(Study, laid, f"{path} with its overrides")
    if len(study.models) < len(full.models):  # what only they read goes with them
        study = study.model_copy(update={"encodings": {name: study.encodings[name] for name in study.encodings_read()}})
    # A comparison goes with a model that is left out, which is a difference already.
    kept = [pair for pair in full.comparisons if set(pair) <= set(study.models)]
    before = canonical(full.model_copy(update={"comparisons": kept}))
    return LoadedStudy(name, study, list(list_differences(before, canonical(study))))


@dataclass(frozen=True)
class Catalog:
    """All that the selected studies need, each thing once."""

    config: Config
    studies: dict[str, LoadedStudy]
    preparations: dict[str, Preparation] = field(default_factory=dict)
    encodings: dict[tuple[str, str], Encoding] = field(default_factory=dict)
    models: dict[tuple[str, str], Model] = field(default_factory=dict)
    candidates: dict[tuple[str, str], list[DefinedModel]] = field(default_factory=dict)  # what a model may turn out
    searches: dict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)  # seed and changes
    members: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # of ensembles
    phases: dict[tuple[str, str], Phase] = field(default_factory=dict)
    perturbations: dict[str, Perturbations] = field(default_factory=dict)  # of a preparation's test documents
    explanations: dict[str, Explanations] = field(default_factory=dict)
    memory_limits: dict[tuple[str, str], float] = field(default_factory=dict)  # GB for models that train alone

    def encoder(self, role: str, revision: str | None = None) -> str:
        """Return the resource that fills an encoder's role; its revision is that of the role, not of a stand-in."""
        return self.config.encoders.get(role, f"{role}@{revision}" if revision else role)

    def runs(self, study: str) -> list[tuple[str, int]]:
        """Return (model, seed) of every run of a study; a deterministic model runs once."""
        return self._runs[study]

    @cached_property  # asked for every job of a study
    def _runs(self) -> dict[str, list[tuple[str, int]]]:
        studies = {name: loaded.study for name, loaded in self.studies.items()}
        return {
            name: [
                (model, seed)
                for model in study.models
                for seed in (study.seeds[:1] if study.deterministic(model) else study.seeds)
            ]
            for name, study in studies.items()
        }

    def first_runs(self, study: str) -> dict[str, int]:
        """Return model → the seed of its first run in a study, in the order of the models."""
        found: dict[str, int] = {}
        for model, seed in self.runs(study):
            found.setdefault(model, seed)
        return found

    def seeds(self, preparation: str, model: str) -> list[int]:
        """Return the seeds with which a model runs, over all studies of the preparation."""
        return self._seeds[preparation, model]

    @cached_property
    def _seeds(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], set[int]] = {}
        for name, loaded in self.studies.items():
            for model, seed in self.runs(name):
                found.setdefault((loaded.study.preparation.name, model), set()).add(seed)
        return {key: sorted(seeds) for key, seeds in found.items()}

    def places(self) -> dict[str, list[str]]:
        """Return model → the preparations on which a model of this name is trained."""
        found: dict[str, list[str]] = {}
        for preparation, model in self.models:
            found.setdefault(model, []).append(preparation)
        return found

    def phase_runs(self, preparation: str, phase: str) -> list[tuple[str, int]]:
        """Return (model, seed) of every run among which a phase selects."""
        study = next(
            name
            for name, loaded in self.studies.items()
            if loaded.study.preparation.name == preparation and phase in {each.name for each in loaded.study.phases}
        )
        models = self.phases[preparation, phase].models
        return [(model, seed) for model, seed in self.runs(study) if model in models]

    def phase_depth(self, preparation: str, phase: str) -> int:
        """Return how many selections lead to a phase, its own included."""
        models = (self.models[preparation, name] for name in self.phases[preparation, phase].models)
        extended = {model.winner for model in models if isinstance(model, WinnerModel)}
        return 1 + max((self.phase_depth(preparation, earlier) for earlier in extended), default=0)


def _add(table: dict, key: Any, value: Any, what: str, study: str) -> None:
    """Put `value` under `key`; two studies may share a name only if they mean the same by it."""
    if key in table and canonical_without_title(table[key]) != canonical_without_title(value):
        shown = key if isinstance(key, str) else "/".join(key)
        raise StudyError(
            f"Study {study!r} defines the {what} {shown!r} differently from another selected study: "
            f"give one of them another name, or run the studies one at a time in separate folders."
        )
    table.setdefault(key, value)


def _one_kind(kinds: dict[tuple[str, str], str], key: tuple[str, str], kind: str, study: str) -> None:
    """Check that a name means one architecture or tokenizer everywhere: its rule is written once."""
    if kinds.setdefault(key, kind) != kind:
        raise StudyError(
            f"{key[0]} {key[1]!r} is {kind!r} in study {study!r} and {kinds[key]!r} in another selected study: "
            f"give one of them another name."
        )


def canonical_without_title(value: Any) -> Any:
    """Return canonical settings without the title, which is shown and never computed with."""
    settings = canonical(value)
    if isinstance(settings, dict):
        settings.pop("title", None)
    return settings


def training_settings(model: Model) -> dict[str, Any]:
    """Return canonical settings of a model without those that no training reads: what is shown, and what is evaluated.

    A model that extends a winner states some of them among its changes.
    """
    settings = canonical_without_title(model)
    for part in (settings, settings.get("changes", {})):
        part.pop("temperature_scaling", None)
    return settings


def _check_roles(config: Config, folder: Path) -> None:
    """Check that each role which the configuration fills is a registered encoder, or one that some study names."""
    roles = {name for name, resource in REGISTRY.items() if resource.kind == "encoder"}
    if config.encoders.keys() - roles:  # studies that do not run are read only where it matters
        for name in (path.stem for path in folder.glob("*.yaml")):
            for overrides in ({}, config.overrides.get(name, {})):  # which may leave out what reads an encoder
                with suppress(StudyError):  # it says so where it runs
                    encodings = load_study(name, folder, overrides).study.encodings.values()
                    roles |= {each.encoder for each in encodings if each.tokenizer == "wordpieces"}
    _check_names(config.encoders, roles, "encoders", "registered encoder, nor one that a study names")


def _add_models(catalog: Catalog, loaded: LoadedStudy, kinds: dict[tuple[str, str], str]) -> None:
    study = loaded.study
    for name, model in study.models.items():
        key = (study.preparation.name, name)
        _add(catalog.models, key, model, "model", loaded.name)
        catalog.candidates[key] = study.candidates(name)
        first = catalog.candidates[key][0]
        _one_kind(kinds, ("Model", name), first.architecture, loaded.name)
        trials = [(study.seeds[0], changes) for changes in study.drawn.get(name, ())]
        _add(catalog.searches, key, trials, "search of", loaded.name)
        if first.learner == "ensemble":
            _add(catalog.members, key, study.members(name), "members of", loaded.name)
        if study.memory_limit_gb is not None:
            catalog.memory_limits[key] = max(study.memory_limit_gb, catalog.memory_limits.get(key, 0.0))


def load_catalog(config: Mapping[str, Any], folder: Path) -> Catalog:
    """Return everything that the configured studies compute.

    Raises:
        StudyError: a wrong setting, or two studies that contradict each other.
    """
    checked_config = validate_settings(Config, dict(config), CONFIGURATION)
    names, overrides = list(dict.fromkeys(checked_config.studies)), checked_config.overrides
    for key, named in (("studies", names), ("overrides", overrides)):
        _check_names(named, (path.stem for path in folder.glob("*.yaml")), key, f"study in {folder}")
    catalog = Catalog(checked_config, {name: load_study(name, folder, overrides.get(name, {})) for name in names})
    _check_roles(checked_config, folder)
    corpora: dict[str, Any] = {}
    kinds: dict[tuple[str, str], str] = {}
    for name, loaded in catalog.studies.items():
        preparation = loaded.study.preparation
        _add(corpora, preparation.corpus.name, preparation.corpus, "corpus", name)
        _add(catalog.preparations, preparation.name, preparation, "preparation", name)
        for key in ("perturbations", "explanations"):
            part = getattr(loaded.study, key)
            if part:  # which models they are about, each study says for itself
                shared = part.model_copy(update={"models": None})
                _add(getattr(catalog, key), preparation.name, shared, key, name)
        for encoding_name, encoding in loaded.study.encodings.items():
            _add(catalog.encodings, (preparation.name, encoding_name), encoding, "encoding", name)
            _one_kind(kinds, ("Encoding", encoding_name), encoding.tokenizer, name)
        for phase in loaded.study.phases:
            _add(catalog.phases, (preparation.name, phase.name), phase, "phase", name)
        _add_models(catalog, loaded, kinds)
    return catalog
