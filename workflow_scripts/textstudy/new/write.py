"""From a file of texts to a study file that has been checked."""

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from textstudy.errors import StudyError
from textstudy.new import remarks
from textstudy.new.choice import Choice
from textstudy.new.look import Table, read_texts
from textstudy.new.render import render
from textstudy.new.roles import Roles, find_roles
from textstudy.new.suggest import suggest
from textstudy.new.texts import Texts, describe_texts
from textstudy.storage.files import atomic_path
from textstudy.workflow.catalog import load_study

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class NewStudy:
    """A study file that was written, and what to tell people about it.

    Attributes:
        path: the file.
        seen: what the texts are like, a sentence each.
        choices: setting, as "section.key" → the value and its reason; also of models that are commented out.
        models: the models that will run.
        notes: what columns of groups and dates mean for the split, a few sentences each.
        warnings: what stands in the way of a good study, a sentence each.
        command: what computes the report.
    """

    path: Path
    seen: list[str]
    choices: dict[str, Choice]
    models: list[str]
    notes: list[str]
    warnings: list[str]
    command: str


def write_study(
    path: Path | str,
    *,
    text: str | None = None,
    label: str | None = None,
    name: str | None = None,
    folder: Path = Path("config/studies"),
) -> NewStudy:
    """Look at a file or folder of texts and write `folder/name.yaml`, a study of it with a comment for each setting.

    The study has two linear models, a BiLSTM with attention (commented out where words are not parted by spaces) and,
    commented out, a pretrained encoder. What it sets for these texts is in `choices` of the result.

    Args:
        path: a CSV, TSV, JSON Lines or Parquet file, gzipped or not, a folder of such files, or of class folders.
        text: column of the texts, where that cannot be seen.
        label: column of the labels, where that cannot be seen.
        name: of the study; default: after the file or folder.
        folder: where studies are.

    Raises:
        StudyError: the texts cannot be read, what is what cannot be seen, or there is such a study already.
    """
    path = _from_here(Path(path))
    name = name or study_name(path)
    target = _target(name, folder)
    table = read_texts(path)
    if table.kind == "folders":
        if text or label:
            raise StudyError(f"{path} holds class folders, which have no columns: leave --text and --label out.")
        text, label = table.frame.columns
    roles = find_roles(table, text=text, label=label)
    texts = describe_texts(table, roles)
    _check_different(texts, table, roles)
    choices = suggest(table, roles, texts)
    notes, warnings = remarks.notes(roles), remarks.warnings(table, texts, choices)
    command = f"textstudy report --cores all --config 'studies=[{name}]'"
    with atomic_path(target) as temporary:
        sentences = {"name": name, "command": command, "warnings": warnings, "notes": notes}
        content = render(table, roles, texts, choices, **sentences)
        temporary.write_text(content, encoding="utf-8")
        models = list(load_study(temporary.stem, temporary.parent, {}).study.models)
    return NewStudy(target, remarks.seen(table, roles, texts), choices, models, notes, warnings, command)


def study_name(path: Path) -> str:
    """Return the name of a study of the texts in `path`: that of the file in small letters, digits, "-" and "_"."""
    stem = re.sub(r"(\.(csv|tsv|jsonl|parquet|gz))+$", "", path.absolute().name, flags=re.IGNORECASE)
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_") or "texts"


def _from_here(path: Path) -> Path:
    """Return `path` as a study should name it: relative to this folder where it lies inside."""
    if "{" in str(path):
        raise StudyError(f"{path} cannot be named in a study, as braces are wildcards to Snakemake: rename it.")
    whole = Path(os.path.abspath(path))
    return whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else path


def _target(name: str, folder: Path) -> Path:
    if not _NAME.fullmatch(name):
        raise StudyError(f"the name {name!r} is no name of a study: use small letters, digits, - and _.")
    if not folder.is_dir():
        raise StudyError(f"there is no folder {folder} for the study: call this in the folder of the checkout.")
    target = folder / f"{name}.yaml"
    if target.exists():
        raise StudyError(f"there is a study {target} already: give this one another name with --name.")
    return target


def _check_different(texts: Texts, table: Table, roles: Roles) -> None:
    if texts.distinct < 2:
        raise StudyError(
            f"all {len(table.frame):,} texts in column {roles.text.value!r} of {table.path} have the same words: there "
            "is nothing to tell apart; name another column with --text."
        )
