"""Data sets of the Hugging Face hub, as streams. Code that comes with a data set is never run."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from textstudy.corpora.rows import CHUNK, Batch
from textstudy.corpora.splits import SPLITS
from textstudy.errors import StudyError

_logger = logging.getLogger(__name__)


class HubSplit(NamedTuple):
    """A split of a data set."""

    name: str  # on the hub
    split: str  # here, or "" where it is the only one
    without: str  # the setting that leaves it out
    batches: Callable[[Collection[str]], Iterator[Batch]]


def hub_splits(settings: Mapping[str, Any], revision: str | None) -> tuple[list[HubSplit], dict[str, str]]:
    """Return the splits of a data set that are read, and those passed over → why.

    Args:
        settings: `hub` (owner/name), `configuration` and `splits` of `TableCorpus`.
        revision: see `hub_commit`.

    Raises:
        StudyError: it cannot be read, has several configurations and none is named, or has no such split.
    """
    from datasets import load_dataset

    name, wanted = settings["hub"], settings["splits"]
    try:
        found = load_dataset(name, settings["configuration"], revision=revision, streaming=True)
    except Exception as error:  # the library passes on the errors of every file system and format that it reads
        _check_configuration(name, settings["configuration"], revision)
        raise StudyError(f"The hub data set {name!r} cannot be read ({_first_line(error)}): check its name.") from error
    unknown = sorted(set(wanted or ()) - set(found))
    if unknown:
        raise StudyError(
            f"The setting `splits` names {unknown[0]!r}, which the hub data set {name} does not have: choose from "
            f"{', '.join(map(repr, found))}."
        )
    roles = wanted or {split: SPLITS[split.lower()] for split in found if split.lower() in SPLITS}
    if not roles:
        raise StudyError(
            f"No split of the hub data set {name} is called train, validation or test: say with the setting `splits` "
            f"what its {', '.join(map(repr, found))} are, such as {{{next(iter(found))}: train}}."
        )
    reason = "the setting `splits` does not name it" if wanted else "its name is not train, validation or test"
    passed_over = {f"split {split!r}": reason for split in found if split not in roles}
    several = len(set(roles.values())) > 1  # a single split divides nothing
    splits = [
        HubSplit(split, role if several else "", _without(split, roles), _reader(found[split], name))
        for split, role in roles.items()
    ]
    return splits, passed_over


def _without(split: str, roles: Mapping[str, str]) -> str:
    others = ", ".join(f"{name}: {role}" for name, role in roles.items() if name != split)
    return f"`splits: {{{others or 'NAME: train'}}}`"


def hub_commit(name: str, revision: str | None) -> str | None:
    """Return the commit that a revision of a data set stands for now; the revision itself where the hub is not asked.

    A data set that is read by its commit cannot change while it is read, and the commit says later what was read.
    """
    if Path(name).exists():  # a local folder in the format of the hub
        return None
    from huggingface_hub import HfApi

    try:
        return HfApi().dataset_info(name, revision=revision).sha
    except Exception as error:  # reading it will say what is wrong
        _logger.warning("The hub does not say which commit %s is at (%s)", name, _first_line(error))
        return revision


def _check_configuration(name: str, configuration: str | None, revision: str | None) -> None:
    """Check that a data set with several configurations is read in one that it has."""
    from datasets import get_dataset_config_names

    try:
        known = get_dataset_config_names(name, revision=revision)
    except Exception:  # then the first error tells more
        return
    if len(known) > 1 and configuration not in known:
        wrong = "needs one" if configuration is None else f"does not have {configuration!r}"
        raise StudyError(
            f"The hub data set {name} has several configurations and {wrong}: set `configuration` to one of "
            f"{', '.join(map(repr, known))}."
        )


def _reader(rows: Any, name: str) -> Callable[[Collection[str]], Iterator[Batch]]:
    return lambda columns: _batches(rows, name, columns)


def _batches(rows: Any, name: str, columns: Collection[str]) -> Iterator[Batch]:
    label_names = {
        column: feature.names for column, feature in (rows.features or {}).items() if hasattr(feature, "names")
    }  # the hub stores a label as a number, -1 for a missing one
    try:
        names = rows.column_names  # None for some formats, until they are read
        read = [column for column in names or () if column in columns]
        rows = rows.select_columns(read) if read else rows
        for batch in rows.iter(CHUNK):
            for column, classes in label_names.items():
                if column in batch:
                    batch[column] = [
                        classes[value] if value is not None and value >= 0 else None for value in batch[column]
                    ]
            yield Batch(names or list(batch), batch, len(next(iter(batch.values()))))
    except Exception as error:  # as above
        raise StudyError(f"Reading the hub data set {name!r} failed ({_first_line(error)}): try again.") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
