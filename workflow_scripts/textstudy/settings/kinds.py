"""Finds the kinds of models and of corpora: the settings classes in a folder, one file each."""

import pkgutil
from collections.abc import Iterable
from importlib import import_module
from typing import get_args

from textstudy.settings.base import Settings


def find_kinds(package: str, path: Iterable[str], key: str) -> dict[str, type[Settings]]:
    """Return kind → its settings class, for every class in the package whose field `key` is a literal.

    Args:
        package: dotted name of the package.
        path: its `__path__`.
        key: the field that tells the kinds apart; its literal is the kind's name and that of its file.

    Raises:
        ImportError: a file does not hold the kind that it is named after, or a kind stands in another file.
    """
    found = {}
    for module in sorted(each.name for each in pkgutil.iter_modules(path)):
        for value in vars(import_module(f"{package}.{module}")).values():
            if not (isinstance(value, type) and issubclass(value, Settings) and key in value.model_fields):
                continue
            (name,) = get_args(value.model_fields[key].annotation)
            if value.__module__ != f"{package}.{name}":
                raise ImportError(f"{value.__module__} holds the kind {name!r}: call its file {name}.py.")
            found[name] = value
    return found
