"""The setting `labels`: value in the data → name of the class."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from textstudy.settings.base import problem


def _as_text(data: Any) -> Any:
    """Return the mapping with text for whole numbers and for true and false; other values must be quoted in YAML."""
    if not isinstance(data, dict):
        return data
    found: dict[str, Any] = {}
    for key, name in data.items():
        if not isinstance(name, str):
            name = (
                str(name).lower() if isinstance(name, bool) else str(name) if isinstance(name, int) else _refuse(name)
            )
        if isinstance(key, bool):  # a file may say true, True or TRUE
            found |= {spelling: name for spelling in (f"{key}".lower(), f"{key}", f"{key}".upper())}
        elif isinstance(key, (str, int)):
            found[str(key)] = name
        else:
            _refuse(key)
    return found


def _refuse(value: Any) -> Any:
    read_as = "nothing" if value is None else f"the {type(value).__name__} {value}"
    raise problem(f"YAML reads a value or a name in it as {read_as}: put it in quotation marks")


LabelNames = Annotated[dict[str, str], BeforeValidator(_as_text)]
