"""Settings of the pipeline and of a study: the single source of defaults, of the JSON schema and of the reference page.

Light on purpose: Snakemake imports this module each time it parses the workflow.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from textstudy.settings.base import Distinct, RuleName, Settings, problem
from textstudy.settings.data import Encoding, Preparation
from textstudy.settings.exports import Exports
from textstudy.settings.learning_curve import LearningCurve
from textstudy.settings.models import AS_MODEL, DefinedModel, Model
from textstudy.settings.models.derived import DerivedModel
from textstudy.settings.models.joined import JoinedModel
from textstudy.settings.models.refit import RefitModel
from textstudy.settings.models.winner import WinnerModel
from textstudy.settings.overlay import lay_over
from textstudy.settings.perturbations import Explanations, Perturbations
from textstudy.settings.search import Search, tried_settings
from textstudy.settings.statement import DataStatement


class Reported(Settings):
    """Figures of a published report, printed beside the measured ones."""

    source: str = Field(description="Where the figures were published.")
    models: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="Model → metric → figure. Scores are shares between 0 and 1."
    )
    notes: list[str] = Field(default_factory=list, description="What a reader must know of the published figures.")


class Phase(Settings):
    """A decision: one of its models is selected on validation. Later models may extend it."""

    name: RuleName = Field(description="Name of the phase.")
    title: str = Field("", description="Name shown in the report.")
    models: list[RuleName] = Field(
        min_length=1,
        description="The models among which the phase selects, by their mean validation accuracy over the seeds.",
    )


def _converted(changes: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return `changes` with the values that they have in the settings `after` them: YAML takes 1e-3 for text.

    A part that was not there `before` is whole, with its defaults.
    """
    return {
        key: _converted(value, before[key], after[key])
        if isinstance(value, Mapping) and isinstance(before.get(key), Mapping)
        else after.get(key, value)  # where it says what the settings leave out: one GPU, no adapters
        for key, value in changes.items()
    }


class Study(Settings):
    """One study file: the data, the models, the seeds, and what the report says."""

    title: str = Field(description="Title of the report.")
    description: str = Field("", description="What the study asks, in a sentence or two. It opens the report.")
    preparation: Preparation = Field(description="The corpus, and how it is cleaned, deduplicated and split.")
    encodings: dict[RuleName, Encoding] = Field(
        default_factory=dict, description="Name → how texts become tokens. Models name the encoding that they read."
    )
    seeds: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Distinct] = Field(
        (1, 2, 3), min_length=1, description="Every model with random parts is trained once with each seed."
    )
    memory_limit_gb: float | None = Field(
        None, gt=0, description="Train one model at a time, and report each step whose peak memory is above this limit."
    )
    models: dict[RuleName, Model] = Field(
        min_length=1, description="Name → settings of a model. `architecture` says what kind of model it is."
    )
    phases: list[Phase] = Field(
        default_factory=list,
        description="Decisions in steps, in their order. Each phase selects one of its models, which later "
        "models may extend.",
    )
    comparisons: list[tuple[RuleName, RuleName]] = Field(
        default_factory=list,
        description="Pairs of models that the study sets out to compare, beside the model best on validation with each "
        "other one. Their tests are corrected for one another; those of all other pairs are another, larger family.",
    )
    perturbations: Perturbations | None = Field(
        None, description="Typos that are made in test documents, to measure how robust the models are. null: none."
    )
    explanations: Explanations | None = Field(
        None, description="Which words decided the answers of the models. null: not computed."
    )
    learning_curve: LearningCurve | None = Field(
        None,
        description="How accuracy grows with the number of training documents, and what more labels would bring. "
        "null: not measured.",
    )
    search: Search | None = Field(
        None,
        description="Models whose settings are searched: each is trained with those of its best trial on validation. "
        "null: none.",
    )
    exports: Exports | None = Field(
        None, description="Networks in forms that need no torch, beside those that they are made from. null: none."
    )
    data_statement: DataStatement = Field(
        DataStatement(), description="What only you can say of the texts. The report prints it."
    )
    reported: Reported | None = Field(
        None, description="Figures of a published report, printed beside the measured ones."
    )

    @model_validator(mode="after")
    def _phases_are_of_networks(self) -> "Study":
        for phase in self.phases:
            for name in phase.models:
                if name not in self.models:
                    raise problem(f"phase {phase.name!r} names {name!r}, which is not among the models")
                model = self.models[name]
                if not isinstance(model, WinnerModel) and getattr(model, "learner", None) != "network":
                    raise problem(
                        f"phase {phase.name!r} names {name!r}, a model of architecture {model.architecture!r}: a phase "
                        f"selects among networks, which are validated after each epoch"
                    )
        return self

    @model_validator(mode="after")
    def _phases_fit(self) -> "Study":
        place: dict[str, int] = {}
        for number, phase in enumerate(self.phases):
            for name in phase.models:
                if place.setdefault(name, number) != number:
                    raise problem(f"model {name!r} is in two phases: leave it in one")
        order = [phase.name for phase in self.phases]
        for name, model in self.models.items():
            if not isinstance(model, WinnerModel):
                continue
            earlier = order[: place.get(name, len(order))]
            if model.winner not in earlier:
                raise problem(
                    f"model {name!r} extends the winner of {model.winner!r}; phases before it: "
                    f"{', '.join(earlier) or 'none'}"
                )
        return self

    @model_validator(mode="after")
    def _searches_fit(self) -> "Study":
        own = [key for key, each in self.models.items() if not isinstance(each, (JoinedModel, DerivedModel))]
        for name in self.search.models if self.search else ():
            if name not in own:
                raise problem(f"search names {name!r}; models with settings of their own: {', '.join(own) or 'none'}")
            if not self.search.space(name, self.models[name]):
                raise problem(f"search.models.{name} has no space: name a setting and the values to try")
        for name in self.drawn:
            try:
                self.candidates(name)
            except PydanticCustomError as error:
                raise problem(f"search of {name!r} {error}") from None
        return self

    @model_validator(mode="after")
    def _compared_models_exist(self) -> "Study":
        for pair in self.comparisons:
            for name in pair:
                if name not in self.models:
                    raise problem(f"comparisons names {name!r}, which is not among the models")
            if pair[0] == pair[1]:
                raise problem(f"comparisons compares {pair[0]!r} with itself")
        return self

    @model_validator(mode="after")
    def _members_exist(self) -> "Study":
        for name, model in self.models.items():
            refit = isinstance(model, RefitModel)
            for other in [model.model] if refit else getattr(model, "members", []):
                if other not in self.models:
                    raise problem(f"model {name!r} names {other!r}, which is not among the models")
                named = self.models[other]
                if isinstance(named, RefitModel) or (isinstance(named, JoinedModel) and not refit):
                    raise problem(f"model {name!r} names {other!r}, which is itself made from other models")
                if refit:
                    self._check_refit(name, other)
        return self

    @model_validator(mode="after")
    def _examined_models_read_texts(self) -> "Study":
        for key in ("perturbations", "explanations", "learning_curve"):
            part = getattr(self, key)
            unknown = sorted(set(part.models or ()) - set(self.reading_texts())) if part else []
            if unknown:
                raise problem(
                    f"{key} names {unknown[0]!r}; models that read texts themselves: {', '.join(self.reading_texts())}"
                )
            for name in part.models or () if part else ():
                if key != "perturbations" and getattr(self.models[name], "learner", None) == "prompted":
                    raise problem(f"{key} names {name!r}, a language model that is asked by a prompt: leave it out")
        return self

    @model_validator(mode="after")
    def _exported_models_are_networks(self) -> "Study":
        for name in (self.exports.models if self.exports else None) or ():
            if name not in self.models or isinstance(self.models[name], RefitModel):
                raise problem(
                    f"exports names {name!r}, which is no model of this study, or a refit: name networks, or ensembles "
                    "and cascades of them"
                )
            if not self._holds_network(name):
                raise problem(f"exports names {name!r}, which has no network: its bundle needs no other form")
        return self

    @model_validator(mode="after")
    def _encodings_exist(self) -> "Study":
        for name in self.models:
            candidates = self.candidates(name)
            for model in candidates:
                self._check_encoding(name, model)
            # Which files it reads and how it is evaluated hang on these.
            read = ("architecture", "strategy", "encoding", "embedding_size", "temperature_scaling")
            if len({tuple(getattr(model, key, None) for key in read) for model in candidates}) > 1:
                raise problem(
                    f"model {name!r} extends a winner among models of different architectures, strategies, encodings, "
                    f"sizes of word vectors or temperature scaling: give the models of that phase the same"
                )
        return self

    @model_validator(mode="after")
    def _changes_are_of_the_settings_types(self) -> "Study":
        for name, model in self.models.items():
            if isinstance(model, WinnerModel):
                phase = next(phase for phase in self.phases if phase.name == model.winner)
                before, after = (self.candidates(each)[0].model_dump(mode="json") for each in (phase.models[0], name))
                self.models[name] = model.model_copy(update={"changes": _converted(model.changes, before, after)})
        return self

    def _check_refit(self, name: str, other: str) -> None:
        for each in self.candidates(other):
            if each.learner == "prompted":
                raise problem(f"model {name!r} refits {other!r}, which learns nothing: ask it with more examples")
            if getattr(each, "encoder_strategy", None) == "hybrid":
                raise problem(f"model {name!r} refits {other!r}: a hybrid has two trainings, refit a full one")
            if getattr(getattr(each, "training", None), "schedule", None) == "plateau":
                raise problem(
                    f"model {name!r} refits {other!r}, whose schedule plateau watches the validation loss: a refit has "
                    f"none, choose another schedule"
                )

    def _check_encoding(self, name: str, model: DefinedModel) -> None:
        wanted = getattr(model, "encoding", None)
        if wanted is None:
            return
        tokenizers = model.encodings
        fitting = sorted(key for key, value in self.encodings.items() if value.tokenizer in tokenizers)
        if wanted not in fitting:
            raise problem(
                f"model {name!r} wants the encoding {wanted!r}; those with tokenizer {' or '.join(sorted(tokenizers))} "
                f"here: {', '.join(fitting) or 'none'}"
            )
        windows = getattr(self.encodings[wanted], "windows", None)
        if windows is not None and not model.reads_windows:
            raise problem(
                f"model {name!r}, of architecture {model.architecture!r}, reads no windows: give it an encoding "
                f"without `windows`, as {wanted!r} has them"
            )
        if windows is None and getattr(model, "window_pooling", "mean") != "mean":
            raise problem(
                f"model {name!r} pools windows, and its encoding {wanted!r} has none: add `windows` to it, or leave "
                f"out window_pooling"
            )
        longest = self.encodings[wanted].maximum_length
        if getattr(model, "positions", None) == "learned" and model.maximum_length < longest:
            raise problem(f"model {name!r} learns {model.maximum_length} positions for documents of {longest} tokens")

    @cached_property
    def drawn(self) -> dict[str, list[dict[str, Any]]]:
        """Model → the settings that each trial of its search changes."""
        searched = self.search.models if self.search else ()
        return {name: self.search.draw(name, self.models[name]) for name in searched}

    def candidates(self, name: str) -> list[DefinedModel]:
        """Return what a model may turn out to be.

        That is itself, each trial of its search, what it refits, or each model of the phase that it extends.
        """
        model = self.models[name]
        if name in self.drawn:
            return [tried_settings(model, changes) for changes in self.drawn[name]]
        if isinstance(model, RefitModel):
            return self.candidates(model.model)
        if not isinstance(model, WinnerModel):
            return [model]
        phase = next(phase for phase in self.phases if phase.name == model.winner)
        found = []
        for other in phase.models:
            for candidate in self.candidates(other):
                settings = lay_over(candidate.model_dump(mode="json"), {**model.changes, "title": model.title})
                try:
                    found.append(AS_MODEL.validate_python(settings))
                except ValidationError as error:
                    first = error.errors()[0]
                    raise problem(f"model {name!r}, if {other!r} wins {phase.name!r}: {first['msg']}") from None
        return found

    def members(self, name: str) -> list[str]:
        """Return the members of a joined model; those of a refitted one are their own refits, where there are any."""
        model = self.models[name]
        if not isinstance(model, RefitModel):
            return model.members
        refits = {other.model: key for key, other in self.models.items() if isinstance(other, RefitModel)}
        return [refits.get(member, member) for member in self.models[model.model].members]

    def reading_texts(self) -> list[str]:
        """Return the models that can be asked about a new text; ensembles and refits repeat what others say of it."""
        return [name for name, model in self.models.items() if not isinstance(model, (JoinedModel, RefitModel))]

    def models_analysed(self, key: str) -> list[str]:
        """Return the models that `perturbations`, `explanations` or `learning_curve` is about."""
        return [name for name in self.models if self.analyses(key, name)]

    def analyses(self, key: str, name: str) -> bool:
        """Return whether one of these is about a model."""
        part, model = getattr(self, key), self.models.get(name)
        if part is None or model is None or isinstance(model, (JoinedModel, RefitModel)):
            return False
        return name in part.models if part.models is not None else not getattr(model, "costly", False)

    def exported(self) -> list[str]:
        """Return the models that `exports` is about."""
        if self.exports is None:
            return []
        if self.exports.models is not None:
            return [name for name in self.models if name in self.exports.models]
        return [name for name in self.reading_texts() if self._holds_network(name)]

    def _holds_network(self, name: str) -> bool:
        model = self.candidates(name)[0]
        if isinstance(model, JoinedModel):
            return getattr(model, "method", None) == "learned" or any(map(self._holds_network, model.members))
        return model.uses_torch

    def encodings_read(self) -> list[str]:
        """Return the encodings that some model reads."""
        read = {getattr(model, "encoding", None) for name in self.models for model in self.candidates(name)}
        return [name for name in self.encodings if name in read]

    def deterministic(self, name: str) -> bool:
        """Whether every seed would give the same run of a model."""
        model = self.candidates(name)[0]
        if isinstance(model, JoinedModel):
            return getattr(model, "method", None) != "learned" and all(map(self.deterministic, model.members))
        return model.deterministic
