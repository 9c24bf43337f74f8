"""What every settings model shares: unknown keys are errors, and errors are sentences."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from textstudy.settings.hints import suggest_name


def problem(message: str) -> PydanticCustomError:
    """Return the error for a rule that spans several keys; braces in `message` stay as they are."""
    return PydanticCustomError("problem", "{message}", {"message": message})


class Settings(BaseModel):
    """Base of every settings model: frozen, and an unknown key is an error that names its nearest neighbour."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, data: Any) -> Any:
        unknown = sorted(set(data) - set(cls.model_fields), key=str) if isinstance(data, dict) else []
        if unknown:
            allowed = ", ".join(sorted(cls.model_fields))
            hint = suggest_name(str(unknown[0]), cls.model_fields)
            raise problem(f"{unknown[0]!r} is not a known key; {hint}allowed are: {allowed}")
        return data


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for place, value in enumerate(values):
        if value in values[:place]:
            raise problem(f"{value!r} stands twice: drop one")
    return values


def _without_braces(name: str) -> str:
    if "{" in name:  # for which Snakemake knows no escape
        raise problem("braces are wildcards to Snakemake: rename the file or folder")
    return name


Distinct = AfterValidator(_distinct)  # of a tuple
FileName = Annotated[str, AfterValidator(_without_braces)]
Share = Annotated[float, Field(gt=0, lt=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
RuleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
