"""All that a step reads: the files that its rule names, and those beside them that are read with them.

Only what is declared is there where no file system is shared, and only that is missed, or seen to change, where one is.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from snakemake.io import ancient

from textstudy.storage.checksums import CHECKSUMS, RESOURCE_FILES
from textstudy.workflow.paths import Layout

# Outputs of a training beside those that every training has.
LEARNED = {
    "linear": {"vocabulary": "vocabulary.json", "classifier": "classifier.json"},
    "network": {},
    "neighbours": {},
    "kernel": {},
    "prompted": {"prompt": "prompt.json"},
    # An ensemble reads predictions, not models, so it predicts at once: this is before any temperature.
    "ensemble": {"combined": "combined.parquet"},
}

Paths = str | list[str]


def declare(layout: Layout, named: Mapping[str, Paths]) -> dict[str, Paths]:
    """Return the inputs of a step: what it names, and as `beside` what is read with that.

    The folder of a resource counts as old as can be: the checksums beside it say whether it has changed.
    """
    every = {path for paths in named.values() for path in _listed(paths)}
    beside = {neighbour for path in every for neighbour in _neighbours(layout, PurePosixPath(path))} - every
    return {**{name: _each(_marked, paths) for name, paths in named.items()}, "beside": sorted(beside)}


def _neighbours(layout: Layout, path: PurePosixPath) -> list[str]:
    """Return what is read with a file, or with the folder of a resource."""
    match path.parts:
        case ("resources", _, name) if name == RESOURCE_FILES:
            names = [CHECKSUMS]
        case ("results", "encoded", preparation, encoding, "encoding.arrow"):
            words = layout.catalog.encodings[preparation, encoding].tokenizer == "words"
            names = ["encoding.json", *(["vocabulary.json", "idf.safetensors"] if words else [])]
        case ("results", "encoded", _, _, "features.safetensors"):
            names = ["features.json"]
        case ("results", "models", preparation, model, _, "weights.safetensors"):
            names = ["settings.json", *LEARNED[layout.kind(preparation, model).learner].values()]
        case _:
            names = []
    return [str(path.with_name(name)) for name in names]


def _marked(path: str) -> str:
    match PurePosixPath(path).parts:
        case ("resources", _, name) if name == RESOURCE_FILES:
            return ancient(path)
    return path


def _listed(paths: Paths) -> list[str]:
    return [paths] if isinstance(paths, str) else paths


def _each(function: Callable[[str], str], paths: Paths) -> Paths:
    return function(paths) if isinstance(paths, str) else [function(path) for path in paths]
