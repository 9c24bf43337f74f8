"""The Jinja environment of all templates: it escapes every value that a template prints."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from textstudy.report.language.classes import count_classes
from textstudy.report.language.escaping import Markdown, identifier, markdown
from textstudy.report.language.numbers import count, count_of

REPORT = Path(__file__).parent.parent  # names of templates start here: sections/data/data.md.j2


def environment(**names: Any) -> Environment:
    """Return the environment of the templates; they know `table`, `identifier`, `count_classes` and `names`."""
    made = Environment(
        loader=FileSystemLoader(REPORT), undefined=StrictUndefined, finalize=markdown, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, comment_start_string="{##", comment_end_string="##}",
    )  # fmt: skip
    made.globals |= {"identifier": identifier, "table": _table, "count_classes": count_classes, **names}
    made.filters |= {"number": count, "counted": count_of}
    return made


def address_from(base: Path) -> Callable[[str], str]:
    """Return a function that turns a path into a link relative to the folder `base`."""
    return lambda target: os.path.relpath(target, base).replace(os.sep, "/")


def _table(content: Any) -> Markdown:
    """Return a table as Markdown; empty if it has no rows."""
    return Markdown(content.markdown() + "\n") if content else Markdown("")
