"""Settings in words: nested settings as flat ones, and the settings in which models differ."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.language.numbers import setting_in_words


def flatten_settings(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return nested settings as dotted names with values as words: {"training.epochs": "20"}."""
    flat = {}
    for key in sorted(settings):
        value = settings[key]
        if isinstance(value, Mapping) and value:
            flat.update(flatten_settings(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = setting_in_words(value) if not isinstance(value, Mapping) else "none"
    return flat


def differing_settings(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the dotted names of the settings that are not the same in all models; a title is no setting."""
    flat = [flatten_settings(each) for each in settings]
    keys = sorted(set().union(*flat) - {"title"})
    return [key for key in keys if len({each.get(key) for each in flat}) > 1]
