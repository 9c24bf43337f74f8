"""From report.json to one HTML file and one PDF: Jinja templates make Markdown, pandoc and Typst do the rest.

Every value that a template prints is escaped by the environment itself (`finalize`), so no template can forget it, and
pandoc reads the Markdown without raw HTML, TeX or attributes: what came from a corpus can only ever be text.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pypandoc
import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from textstudy.errors import StudyError
from textstudy.files import atomic_path

# Templates call each of these by its own name.
from textstudy.report import (  # noqa: F401
    architectures,
    audit_tables,
    background,
    changes,
    confusions,
    context_tables,
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

HERE = __name__.rpartition(".")[0]
TEMPLATES = Path(__file__).parent / "templates"
# Plain Markdown and only those extensions that our own templates use; raw_html is on in markdown_strict, so off here.
READER = (
    "markdown_strict-raw_html+all_symbols_escapable+pipe_tables+table_captions+table_attributes"
    "+header_attributes+fenced_divs+inline_code_attributes+bracketed_spans+blank_before_header+implicit_header_references-smart"
)
LONG = 24  # rows or sentences beyond which a page keeps them folded up
NO_WRAPPING = "--columns=1000000"  # else pandoc fixes the width of every column of a table with a long line


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
            page.write_text(convert(text, report, "html5", "page.html", gathered), encoding="utf-8")
        source = convert(text, report, "typst", "page.typ", gathered)
        with atomic_path(pdf) as page:
            page.write_bytes(typeset(source, gathered))


def compose(report: Mapping[str, Any], *, figures: set[str], base: Path) -> str:
    """Return the report as Markdown.

    Args:
        figures: stems of the figures that exist; a figure without a file is left out.
        base: the folder that relative links start from.
    """

    def address(target: str) -> str:
        return os.path.relpath(target, base).replace(os.sep, "/")

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

    def table(content: tables.Table) -> Markdown:
        return Markdown(content.markdown() + "\n") if content else Markdown("")

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, finalize=markdown, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, comment_start_string="{##", comment_end_string="##}",
    )  # fmt: skip
    environment.tests["search"] = lambda text, part: part in text
    environment.globals |= {name: part for name, part in globals().items() if getattr(part, "__package__", "") == HERE}
    environment.globals |= {
        "report": report, "figure": figure, "table": table, "address": address, "identifier": identifier,
        "context": context_tables, "cite": background.Citations(), "LONG": LONG,
    }  # fmt: skip
    return environment.get_template("report.md.j2").render()


def convert(text: str, report: Mapping[str, Any], target: str, template: str, figures: Path) -> str:
    """Return the Markdown of a report as a whole document for `target` ("html5" or "typst") in one of our templates.

    Raises:
        StudyError: pandoc refuses it, or warns, for instance of a figure that is not there.
    """
    study = report["study"]
    subtitle = f"Study {study['name']} on the corpus {report['corpus']['name']}"
    with tempfile.TemporaryDirectory() as folder:
        # Metadata are read as Markdown too, by the same reader, so they are escaped like the rest.
        metadata = Path(folder) / "metadata.json"
        values = {"title": markdown(study["title"]), "subtitle": markdown(subtitle), "lang": "en"}
        metadata.write_text(json.dumps(values), encoding="utf-8")
        command = [
            pypandoc.get_pandoc_path(), f"--from={READER}", f"--to={target}", "--standalone", "--wrap=preserve",
            f"--template={_whole(template, Path(folder))}", f"--lua-filter={TEMPLATES / 'report.lua'}", NO_WRAPPING,
            f"--metadata-file={metadata}", f"--resource-path={figures}", "--toc", "--toc-depth=2", "--mathml",
            *(["--embed-resources"] if target == "html5" else []), "--fail-if-warnings",
        ]  # fmt: skip
        done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise StudyError(f"pandoc could not make {target} of the report ({' '.join(done.stderr.split())}).")
    return done.stdout


def _whole(template: str, folder: Path) -> Path:
    """Return a template with its style and script inside; the page's policy admits this one script, by its digest."""
    whole = (TEMPLATES / template).read_text(encoding="utf-8")
    style, script = ((TEMPLATES / f"page.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    digest = base64.b64encode(hashlib.sha256(f"\n{script}".encode()).digest()).decode()
    for mark, content in {"@style@": style, "@script@": script, "@digest@": f"sha256-{digest}"}.items():
        whole = whole.replace(mark, content.replace("$", "$$"))  # which pandoc takes for a plain one
    path = folder / template
    path.write_text(whole, encoding="utf-8")
    return path


def typeset(source: str, figures: Path, **options: Any) -> Any:
    """Return the PDF of a Typst document, or with other `options` of the compiler what those ask for.

    Raises:
        StudyError: Typst refuses it.
    """
    options = {"format": "pdf", "timestamp": 0, **options}
    try:
        return typst.compile(source.encode(), root=str(figures), font_paths=_fonts(), **options)
    except typst.TypstError as error:
        raise StudyError(f"Typst could not set the report as PDF ({' '.join(str(error).split())}).") from error


def _fonts() -> list[str]:
    """Return the folder of DejaVu Sans, which matplotlib brings along: it has signs that the embedded fonts lack."""
    place = find_spec("matplotlib")
    folder = Path(place.origin).parent / "mpl-data" / "fonts" / "ttf" if place and place.origin else None
    return [str(folder)] if folder and folder.is_dir() else []
