"""All that a step reads: the files that its rule names, and those beside them that are read with them.

Only what is declared is there where no file system is shared, and only that is missed, or seen to change, where one is.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from snakemake.io import ancient

from textstudy.storage.checksums import CHECKSUMS, RESOURCE_FILES
from textstudy.workflow.paths import Layout

# Outputs of a training beside those that every training has.
LEARNED = {
    "linear": {"vocabulary": "vocabulary.json", "classifier": "classifier.json"},
    "network": {},
    "neighbours": {},
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


def _neighbours(layout: Layout, path: PurePosixPath) -> Iterable[str]:
    """Yield what is read with a file, or with the folder of a resource."""
    folder = path.parent
    match path.name:
        case "encoding.arrow":
            words = layout.catalog.encodings[folder.parent.name, folder.name].tokenizer == "words"
            names = ["encoding.json", *(["vocabulary.json", "idf.safetensors"] if words else [])]
        case "features.safetensors":
            names = ["features.json"]
        case "weights.safetensors":
            preparation, model = folder.parts[-3:-1]
            learner = layout.kind(preparation, model).learner
            names = ["settings.json", *LEARNED[learner].values()]
        case name if name == RESOURCE_FILES and folder.parts[0] == "resources":
            names = [CHECKSUMS]
        case _:
            names = []
    return (str(folder / name) for name in names)


def _marked(path: str) -> str:
    return ancient(path) if PurePosixPath(path).match(f"resources/*/{RESOURCE_FILES}") else path


def _listed(paths: Paths) -> list[str]:
    return [paths] if isinstance(paths, str) else paths


def _each(function: Callable[[str], str], paths: Paths) -> Paths:
    return function(paths) if isinstance(paths, str) else [function(path) for path in paths]
