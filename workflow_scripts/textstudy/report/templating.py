"""Our Jinja templates: every value that one prints is escaped by the environment itself, so none can forget it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from textstudy.report.escape import Markdown, identifier, markdown

TEMPLATES = Path(__file__).parent / "templates"


def environment(**names: Any) -> Environment:
    """Return the environment of the templates, which know `table`, `identifier` and what `names` gives them."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, finalize=markdown, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, comment_start_string="{##", comment_end_string="##}",
    )  # fmt: skip
    made.globals |= {"identifier": identifier, "table": _table, **names}
    return made


def address_from(base: Path) -> Callable[[str], str]:
    """Return what turns a path into a link that starts from the folder `base`."""
    return lambda target: os.path.relpath(target, base).replace(os.sep, "/")


def _table(content: Any) -> Markdown:
    """A table as Markdown; nothing where it has no rows."""
    return Markdown(content.markdown() + "\n") if content else Markdown("")
