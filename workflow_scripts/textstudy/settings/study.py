"""Settings of the pipeline and of a study: the single source of defaults, of the JSON schema and of the reference page.

Light on purpose: Snakemake imports this module each time it parses the workflow.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from textstudy.settings.base import Distinct, RuleName, Settings, problem
from textstudy.settings.data import Encoding, Preparation
from textstudy.settings.exports import Exports
from textstudy.settings.learning_curve import LearningCurve
from textstudy.settings.models import AS_MODEL, DefinedModel, Model
from textstudy.settings.models.joined import JoinedModel
from textstudy.settings.models.refit import RefitModel
from textstudy.settings.models.winner import WinnerModel
from textstudy.settings.overlay import lay_over
from textstudy.settings.perturbations import Explanations, Perturbations
from textstudy.settings.search import Search, tried_settings
from textstudy.settings.statement import DataStatement
from textstudy.settings.study_checks import check_study


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
    def _parts_fit_together(self) -> "Study":
        check_study(self)
        return self

    @model_validator(mode="after")
    def _changes_are_of_the_settings_types(self) -> "Study":
        for name, model in self.models.items():
            if isinstance(model, WinnerModel):
                phase = next(phase for phase in self.phases if phase.name == model.winner)
                before, after = (self.candidates(each)[0].model_dump(mode="json") for each in (phase.models[0], name))
                self.models[name] = model.model_copy(update={"changes": _converted(model.changes, before, after)})
        return self

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
        return [name for name in self.reading_texts() if self.holds_network(name)]

    def holds_network(self, name: str) -> bool:
        """Return whether a model, or a member of it, is a network."""
        model = self.candidates(name)[0]
        if isinstance(model, JoinedModel):
            return getattr(model, "method", None) == "learned" or any(map(self.holds_network, model.members))
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
