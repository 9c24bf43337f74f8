"""The text of a study file: YAML with a comment at each setting."""

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from textstudy.new import remarks
from textstudy.new.choice import Choice
from textstudy.new.look import Table
from textstudy.new.meanings import MEANINGS
from textstudy.new.roles import Roles
from textstudy.new.texts import Texts
from textstudy.settings.files import as_yaml

_TEMPLATE = "study.yaml.j2"
_WIDTH = 116
_MOST_NAMED = 20  # classes with numbers for names


def render(table: Table, roles: Roles, texts: Texts, choices: Mapping[str, Choice], **sentences: Any) -> str:
    """Return the text of a study file; `sentences` are its `name`, `command`, `notes` and `warnings`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters |= {"yaml": as_yaml, "comment": _comment, "commented": _commented}
    environment.globals["section"] = lambda section, indent: _section(choices, section, indent)
    sample = choices.get("corpus.sample")
    labels = sorted(texts.classes.index)
    return environment.get_template(_TEMPLATE).render(
        path=table.path.as_posix(),
        kind=table.kind,
        labels_chosen="corpus.labels" in choices,
        title=sentences["name"].replace("-", " ").replace("_", " ").capitalize(),
        description=f"{table.rows:,} texts in {len(labels)} classes.",
        numbers={label: f"class {label}" for label in labels} if _are_numbers(labels) else {},
        english=texts.english,
        unspaced=texts.unspaced,
        cost=remarks.cost(sample.value["size"] if sample else table.rows, texts),
        **sentences,
    )


def _are_numbers(labels: list[str]) -> bool:
    return len(labels) <= _MOST_NAMED and all(re.fullmatch(r"-?\d+(\.\d+)?", label) for label in labels)


def _section(choices: Mapping[str, Choice], section: str, indent: int) -> str:
    """Return the lines of a section: of each setting that is chosen what it means, why this value, and the value."""
    lines = []
    for key, meaning in MEANINGS[section].items():
        if choice := choices.get(f"{section}.{key}"):
            lines.append(_comment(f"{meaning}. {choice.reason[0].upper()}{choice.reason[1:]}.", indent))
            lines.append(f"{' ' * indent}{key}: {as_yaml(choice.value)}")
    return "\n".join(lines)


def _comment(text: str, indent: int = 0) -> str:
    margin = " " * indent + "# "
    return textwrap.fill(text, _WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False)


def _commented(block: str) -> str:
    return "".join(f"# {line}\n" if line else "#\n" for line in block.strip("\n").split("\n"))
