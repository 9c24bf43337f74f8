"""What must hold between the parts of a study: names that are there, and models that fit what is asked of them."""

from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from textstudy.settings.base import problem
from textstudy.settings.models import DefinedModel
from textstudy.settings.models.derived import DerivedModel
from textstudy.settings.models.joined import JoinedModel
from textstudy.settings.models.refit import RefitModel
from textstudy.settings.models.winner import WinnerModel

if TYPE_CHECKING:
    from textstudy.settings.study import Study


def check_study(study: "Study") -> None:
    """Check a study whose parts are each valid.

    Raises:
        PydanticCustomError: the first problem found, as a sentence.
    """
    _check_phases_are_of_networks(study)
    _check_order_of_phases(study)
    _check_searches(study)
    _check_comparisons(study)
    _check_members(study)
    _check_examined_models(study)
    _check_exports(study)
    _check_encodings(study)


def _check_phases_are_of_networks(study: "Study") -> None:
    for phase in study.phases:
        for name in phase.models:
            if name not in study.models:
                raise problem(f"phase {phase.name!r} names {name!r}, which is not among the models")
            model = study.models[name]
            if not isinstance(model, WinnerModel) and getattr(model, "learner", None) != "network":
                raise problem(
                    f"phase {phase.name!r} names {name!r}, a model of architecture {model.architecture!r}: a phase "
                    f"selects among networks, which are validated after each epoch"
                )


def _check_order_of_phases(study: "Study") -> None:
    place: dict[str, int] = {}
    for number, phase in enumerate(study.phases):
        for name in phase.models:
            if place.setdefault(name, number) != number:
                raise problem(f"model {name!r} is in two phases: leave it in one")
    order = [phase.name for phase in study.phases]
    for name, model in study.models.items():
        if not isinstance(model, WinnerModel):
            continue
        earlier = order[: place.get(name, len(order))]
        if model.winner not in earlier:
            raise problem(
                f"model {name!r} extends the winner of {model.winner!r}; phases before it: "
                f"{', '.join(earlier) or 'none'}"
            )


def _check_searches(study: "Study") -> None:
    own = [key for key, each in study.models.items() if not isinstance(each, (JoinedModel, DerivedModel))]
    for name in study.search.models if study.search else ():
        if name not in own:
            raise problem(f"search names {name!r}; models with settings of their own: {', '.join(own) or 'none'}")
        if not study.search.space(name, study.models[name]):
            raise problem(f"search.models.{name} has no space: name a setting and the values to try")
    for name in study.drawn:
        try:
            study.candidates(name)
        except PydanticCustomError as error:
            raise problem(f"search of {name!r} {error}") from None


def _check_comparisons(study: "Study") -> None:
    for pair in study.comparisons:
        for name in pair:
            if name not in study.models:
                raise problem(f"comparisons names {name!r}, which is not among the models")
        if pair[0] == pair[1]:
            raise problem(f"comparisons compares {pair[0]!r} with itself")


def _check_members(study: "Study") -> None:
    for name, model in study.models.items():
        refit = isinstance(model, RefitModel)
        for other in [model.model] if refit else getattr(model, "members", []):
            if other not in study.models:
                raise problem(f"model {name!r} names {other!r}, which is not among the models")
            named = study.models[other]
            if isinstance(named, RefitModel) or (isinstance(named, JoinedModel) and not refit):
                raise problem(f"model {name!r} names {other!r}, which is itself made from other models")
            if refit:
                _check_refit(study, name, other)


def _check_examined_models(study: "Study") -> None:
    for key in ("perturbations", "explanations", "learning_curve"):
        part = getattr(study, key)
        unknown = sorted(set(part.models or ()) - set(study.reading_texts())) if part else []
        if unknown:
            raise problem(
                f"{key} names {unknown[0]!r}; models that read texts themselves: {', '.join(study.reading_texts())}"
            )
        for name in part.models or () if part else ():
            if key != "perturbations" and getattr(study.models[name], "learner", None) == "prompted":
                raise problem(f"{key} names {name!r}, a language model that is asked by a prompt: leave it out")


def _check_exports(study: "Study") -> None:
    for name in (study.exports.models if study.exports else None) or ():
        if name not in study.models or isinstance(study.models[name], RefitModel):
            raise problem(
                f"exports names {name!r}, which is no model of this study, or a refit: name networks, or ensembles "
                "and cascades of them"
            )
        if not study.holds_network(name):
            raise problem(f"exports names {name!r}, which has no network: its bundle needs no other form")


def _check_encodings(study: "Study") -> None:
    for name in study.models:
        candidates = study.candidates(name)
        for model in candidates:
            _check_encoding(study, name, model)
        # Which files it reads and how it is evaluated hang on these.
        read = ("architecture", "strategy", "encoding", "embedding_size", "temperature_scaling")
        if len({tuple(getattr(model, key, None) for key in read) for model in candidates}) > 1:
            raise problem(
                f"model {name!r} extends a winner among models of different architectures, strategies, encodings, "
                f"sizes of word vectors or temperature scaling: give the models of that phase the same"
            )


def _check_refit(study: "Study", name: str, other: str) -> None:
    for each in study.candidates(other):
        if each.learner == "prompted":
            raise problem(f"model {name!r} refits {other!r}, which learns nothing: ask it with more examples")
        if getattr(each, "encoder_strategy", None) == "hybrid":
            raise problem(f"model {name!r} refits {other!r}: a hybrid has two trainings, refit a full one")
        if getattr(getattr(each, "training", None), "schedule", None) == "plateau":
            raise problem(
                f"model {name!r} refits {other!r}, whose schedule plateau watches the validation loss: a refit has "
                f"none, choose another schedule"
            )


def _check_encoding(study: "Study", name: str, model: DefinedModel) -> None:
    wanted = getattr(model, "encoding", None)
    if wanted is None:
        return
    tokenizers = model.encodings
    fitting = sorted(key for key, value in study.encodings.items() if value.tokenizer in tokenizers)
    if wanted not in fitting:
        raise problem(
            f"model {name!r} wants the encoding {wanted!r}; those with tokenizer {' or '.join(sorted(tokenizers))} "
            f"here: {', '.join(fitting) or 'none'}"
        )
    windows = getattr(study.encodings[wanted], "windows", None)
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
    longest = study.encodings[wanted].maximum_length
    if getattr(model, "positions", None) == "learned" and model.maximum_length < longest:
        raise problem(f"model {name!r} learns {model.maximum_length} positions for documents of {longest} tokens")
