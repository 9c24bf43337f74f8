"""Settings of a search: spaces of settings, and the quasi-random trials that are drawn from them."""

import math
from collections.abc import Iterator, Mapping
from random import Random
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, model_validator

from textstudy.settings.base import RuleName, Settings, problem
from textstudy.settings.models.base import ModelSettings
from textstudy.settings.overlay import lay_over

# What decides which files a training reads, which code it runs, and what is done with its probabilities afterwards.
KEPT = ("inputs", "modules", "encoding", "embedding_size", "holds_encoder", "reads_states", "temperature_scaling")

TRIES = 10  # points drawn for each trial, until one is new


class Range(Settings):
    """Numbers from `low` to `high`, drawn evenly on a logarithmic scale; whole numbers where both ends are."""

    low: int | float = Field(gt=0, description="Smallest value.")
    high: int | float = Field(gt=0, description="Largest value.")

    @model_validator(mode="after")
    def _low_is_lower(self) -> "Range":
        if self.low >= self.high:
            raise problem(f"low, {self.low}, must be below high, {self.high}")
        return self

    def value_at(self, share: float) -> int | float:
        """Return the value at a share of the way from `low` to `high`, with three significant digits."""
        value = self.low * (self.high / self.low) ** share
        whole = isinstance(self.low, int) and isinstance(self.high, int)
        return round(value) if whole else min(max(float(f"{value:.3g}"), self.low), self.high)


def _as_number(value: Any) -> Any:
    """Return a number that YAML takes for text, such as 1e-3, as a number."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


Choices = Annotated[tuple[Annotated[Any, AfterValidator(_as_number)], ...], Field(min_length=2)]
Space = dict[str, Range | Choices]


class ModelSearch(Settings):
    """The space that is searched for a model."""

    space: Space = Field(
        {},
        description="Setting → the values that are tried: a list, or {low: …, high: …}, evenly on a logarithmic scale. "
        "A dot stands before a setting inside another: `training.learning_rate`. A list of values that each training "
        "would try for itself (`regularization`, `neighbours`, `temperature`) is searched as well, with one value a "
        "trial. Only settings that change neither the code nor the files that a model reads.",
    )
    trials: int | None = Field(None, ge=2, description="Trials of this model. null: as many as for the others.")


class Search(Settings):
    """Which settings of models are tried. A model is trained with those of its best trial on validation."""

    trials: int = Field(20, ge=2, description="Trials of each model, each with one seed, the first of the study.")
    models: dict[RuleName, ModelSearch] = Field(min_length=1, description="Model → how it is searched.")

    def trials_asked(self, name: str) -> int:
        """Return how many trials a model is to have."""
        return self.models[name].trials or self.trials

    def space(self, name: str, model: ModelSettings) -> Space:
        """Return the space of a model, with its grids: else each trial would try several settings, not one."""
        grids = {key: getattr(model, key) for key in model.grids}
        return {key: grid for key, grid in grids.items() if len(grid) > 1} | self.models[name].space

    def draw(self, name: str, model: ModelSettings) -> list[dict[str, Any]]:
        """Return the changes of each trial of a model; a trial more leaves the others as they were drawn.

        No two are the same, so a small space has fewer trials than were asked for.
        """
        trials = self.trials_asked(name)
        # Ranges first: the smaller the base, the more even the points.
        space = sorted(self.space(name, model).items(), key=lambda item: (not isinstance(item[1], Range), item[0]))
        found: list[dict[str, Any]] = []
        for number in range(1, TRIES * trials + 1):
            changes = {
                key: _value_at(values, _halton(number, base, Random(f"{name} {key}")))
                for (key, values), base in zip(space, _primes(), strict=False)
            }
            if changes not in found:
                found.append(changes)
            if len(found) == trials:
                break
        return found


def _value_at(values: Range | Choices, share: float) -> Any:
    return values.value_at(share) if isinstance(values, Range) else values[int(share * len(values))]


def _halton(number: int, base: int, generator: Random) -> float:
    """Return a coordinate, from 0 to below 1, of a point of the Halton sequence (1960) with permuted digits.

    Such points fill a space more evenly than independent ones (Bousquet et al. 2017, arXiv:1706.03200). Permutations of
    each digit, which the seed of `generator` decides, undo the stripes of large bases (Owen 2017, arXiv:1706.02808).
    """
    found, weight = 0.0, 1.0
    while weight > 1e-6:
        number, digit = divmod(number, base)
        weight /= base
        found += weight * sorted(range(base), key=lambda _: generator.random())[digit]
    return found


def _primes() -> Iterator[int]:
    number = 2
    while True:
        if all(number % divisor for divisor in range(2, math.isqrt(number) + 1)):
            yield number
        number += 1


def tried_settings(model: ModelSettings, changes: Mapping[str, Any]) -> ModelSettings:
    """Return the settings of a model with those that a trial changes; of a grid, one value.

    Raises:
        PydanticCustomError: they are no settings of the model, or it would read other files or run other code.
    """
    wanted: dict[str, Any] = {}
    for key, value in changes.items():
        *parents, last = key.split(".")
        place = wanted
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = [value] if key in model.grids else value
    try:
        found = type(model).model_validate(lay_over(model.model_dump(mode="json"), wanted))
    except ValidationError as error:
        raise problem(f"with {_listed(changes)}: {error.errors()[0]['msg']}") from None
    for key in KEPT:
        if getattr(found, key, None) != getattr(model, key, None):
            raise problem(f"with {_listed(changes)} it reads other files or runs other code: make it two models")
    return found


def _listed(changes: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in changes.items())
