"""From report.json to one HTML file and one PDF: Jinja templates make Markdown, pandoc and Typst do the rest.

Every value that a template prints is escaped (see `templating`), and pandoc reads plain Markdown only (see `pages`).
"""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from textstudy.files import atomic_path

# Templates call each of these by its own name.
from textstudy.report import (  # noqa: F401
    abridged,
    architectures,
    audit_tables,
    background,
    changes,
    confusions,
    context_tables,
    cost_table,
    defence,
    ensembles,
    errors,
    explanations,
    formats,
    memory,
    phases,
    protocol,
    reading,
    refits,
    robustness,
    robustness_findings,
    strategies,
    tables,
    worked_examples,
)
from textstudy.report.escape import Markdown, identifier, markdown
from textstudy.report.pages import document, typeset
from textstudy.report.templating import address_from, environment

HERE = __name__.rpartition(".")[0]
LONG = 24  # rows or sentences beyond which a page keeps them folded up


def render(report: Mapping[str, Any], figures: Iterable[Path], html: Path, pdf: Path) -> None:
    """Write the report as one self-contained HTML file and as PDF.

    Args:
        report: the contents of report.json.
        figures: the folders that `figures.draw` filled from the same report.
        html: the file to write; links to runs are relative to its folder.
        pdf: the file to write.

    Raises:
        StudyError: pandoc or Typst refuses what the templates made.
    """
    html, pdf = Path(html), Path(pdf)
    with tempfile.TemporaryDirectory() as together:
        gathered = Path(together)  # Typst reads below one folder only
        for drawing in (drawing for folder in figures for drawing in Path(folder).glob("*.svg")):
            shutil.copy(drawing, gathered)
        text = compose(report, figures={drawing.stem for drawing in gathered.iterdir()}, base=html.parent)
        with atomic_path(html) as page:
            page.write_text(convert(text, report, "html5", gathered), encoding="utf-8")
        source = convert(text, report, "typst", gathered)
        with atomic_path(pdf) as page:
            page.write_bytes(typeset(source, gathered))


def compose(report: Mapping[str, Any], *, figures: set[str], base: Path) -> str:
    """Return the report as Markdown.

    Args:
        figures: stems of the figures that exist; a figure without a file is left out.
        base: the folder that relative links start from.
    """

    def figure(
        name: str, caption: str, alternative: str, *, series: Mapping[str, str] | None = None, paper: bool = False
    ) -> Markdown:
        stem = identifier(name)
        if stem not in figures:
            return Markdown("")
        image = f"![{markdown(alternative)}]({stem}.svg)"
        names = [f'[{markdown(shown)}]{{series="{identifier(each)}"}}' for each, shown in (series or {}).items()]
        parts = [image, markdown(caption), *([" ".join(names)] if names else [])]
        body = "\n\n".join(parts)
        kind = ".figure .paper" if paper else ".figure"
        return Markdown(f"::: {{{kind} #figure-{stem}}}\n{body}\n:::\n")

    modules = {name: part for name, part in globals().items() if getattr(part, "__package__", "") == HERE}
    named = {"report": report, "figure": figure, "address": address_from(base), "context": context_tables,
             "cite": background.Citations(), "LONG": LONG}  # fmt: skip
    return environment(**modules, **named).get_template("report.md.j2").render()


def convert(text: str, report: Mapping[str, Any], target: str, figures: Path) -> str:
    """Return the Markdown of a report as a whole document; `target` and `figures` as for `document`."""
    study = report["study"]
    subtitle = f"Study {study['name']} on the corpus {report['corpus']['name']}"
    return document(text, {"title": study["title"], "subtitle": subtitle}, target, figures)
