"""Settings of tuning: trials of a model with other settings, drawn at random."""

import math
from collections.abc import Iterator, Mapping
from random import Random
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from textstudy.settings.base import RuleName, Settings, problem
from textstudy.settings.models.base import ModelSettings
from textstudy.settings.overlay import lay_over

# What decides which files a training reads and which code it runs.
READ = ("inputs", "modules", "encoding", "embedding_size", "holds_encoder", "reads_states")


class Range(Settings):
    """Numbers from `low` to `high`, drawn evenly on a logarithmic scale; whole numbers where both ends are."""

    low: int | float = Field(gt=0, description="Smallest value.")
    high: int | float = Field(gt=0, description="Largest value.")

    @model_validator(mode="after")
    def _low_is_lower(self) -> "Range":
        if self.low >= self.high:
            raise problem(f"low, {self.low}, must be below high, {self.high}")
        return self

    def draw(self, generator: Random) -> int | float:
        """Return a value with three significant digits."""
        value = math.exp(generator.uniform(math.log(self.low), math.log(self.high)))
        whole = isinstance(self.low, int) and isinstance(self.high, int)
        return round(value) if whole else min(max(float(f"{value:.3g}"), self.low), self.high)


Choices = Annotated[tuple[Any, ...], Field(min_length=2)]
Space = dict[str, Range | Choices]


class Tuning(Settings):
    """What accuracy on validation a number of trials with other settings would reach."""

    trials: int = Field(8, ge=2, description="Trials of each model, each with settings drawn at random and one seed.")
    models: dict[RuleName, Annotated[Space, Field(min_length=1)]] = Field(
        min_length=1,
        description="Model → setting → the values that are tried: a list, or {low: …, high: …}. A dot stands before "
        "a setting inside another: `training.learning_rate`. Only settings that change neither the code nor the files "
        "that a model reads.",
    )

    def draw(self, model: str) -> Iterator[dict[str, Any]]:
        """Yield the changes of each trial of a model. A trial more, or a setting more, leaves the others as drawn."""
        for number in range(1, self.trials + 1):
            yield {
                key: _draw(values, Random(f"{model} {number} {key}"))
                for key, values in sorted(self.models[model].items())
            }


def _draw(values: Range | Choices, generator: Random) -> Any:
    return values.draw(generator) if isinstance(values, Range) else generator.choice(values)


def tried_settings(model: ModelSettings, changes: Mapping[str, Any]) -> ModelSettings:
    """Return the settings of a model with those that a trial changes.

    Raises:
        PydanticCustomError: they are no settings of the model, or it would read other files or run other code.
    """
    wanted: dict[str, Any] = {}
    for key, value in changes.items():
        *parents, last = key.split(".")
        place = wanted
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    try:
        found = type(model).model_validate(lay_over(model.model_dump(mode="json"), wanted))
    except ValidationError as error:
        raise problem(f"with {_listed(changes)}: {error.errors()[0]['msg']}") from None
    for key in READ:
        if getattr(found, key, None) != getattr(model, key, None):
            raise problem(f"with {_listed(changes)} it reads other files or runs other code: make it two models")
    return found


def _listed(changes: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in changes.items())
