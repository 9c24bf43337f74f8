"""The library behind the textstudy pipeline, and its command line. Only `commands` knows Snakemake.

`textstudy.load(path)` returns a trained model, ready for new texts; see `textstudy.use.load`.
"""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    # By name: a step of the pipeline depends on the code that it runs, not on that which uses a model afterwards.
    if name == "load":
        return import_module("textstudy.use.load").load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
