"""From Markdown to a self-contained HTML page or a PDF, by pandoc and Typst.

Pandoc reads the Markdown without raw HTML and TeX, and text of a corpus is escaped before: it can only ever be text.
"""

import base64
import hashlib
import json
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pypandoc
import typst

from textstudy.errors import StudyError
from textstudy.report.language.escaping import markdown

PAGE = Path(__file__).parent  # templates, filter and references of pandoc
# Plain Markdown with only the extensions that our templates use; raw_html is on in markdown_strict, so it is off here.
READER = (
    "markdown_strict-raw_html+all_symbols_escapable+citations+pipe_tables+table_captions+table_attributes"
    "+header_attributes+fenced_divs+inline_code_attributes+bracketed_spans+blank_before_header+implicit_header_references-smart"
)
NO_WRAPPING = "--columns=1000000"  # otherwise pandoc fixes the column widths of a table with a long line


def document(text: str, metadata: Mapping[str, str], target: str, figures: Path) -> str:
    """Return Markdown as a whole document for `target` ("html5" or "typst"), in our template for it.

    Args:
        metadata: values for the template, at least the title.
        figures: the folder of the drawings that the text names.

    Raises:
        StudyError: pandoc refuses the text, or warns, for instance of a figure or a work that does not exist.
    """
    with tempfile.TemporaryDirectory() as folder:
        # The same reader reads the metadata as Markdown, so they are escaped too.
        described = Path(folder) / "metadata.json"
        template = PAGE / "page.typ" if target == "typst" else _page(Path(folder))
        values = {"lang": "en", **{name: markdown(value) for name, value in metadata.items()}}
        described.write_text(json.dumps(values), encoding="utf-8")
        command = [
            pypandoc.get_pandoc_path(), f"--from={READER}", f"--to={target}", "--standalone", "--wrap=preserve",
            f"--template={template}", "--citeproc", f"--bibliography={PAGE / 'references.bib'}",
            f"--csl={PAGE / 'references.csl'}", "--metadata=link-citations",
            f"--lua-filter={PAGE / 'report.lua'}", NO_WRAPPING,
            f"--metadata-file={described}", f"--resource-path={figures}", "--toc", "--toc-depth=3", "--mathml",
             "--fail-if-warnings",
        ]  # fmt: skip
        done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        reason = " ".join(done.stderr.split())
        raise StudyError(f"pandoc could not make {target} of {metadata['title']!r} ({reason}).")
    return done.stdout


def _page(folder: Path) -> Path:
    """Write the template of the page with its style and script; its policy allows this one script, by its digest."""
    whole = (PAGE / "page.html").read_text(encoding="utf-8")
    style, script = ((PAGE / f"page.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    digest = base64.b64encode(hashlib.sha256(f"\n{script}".encode()).digest()).decode()
    for mark, content in {"@style@": style, "@script@": script, "@digest@": f"sha256-{digest}"}.items():
        whole = whole.replace(mark, content.replace("$", "$$"))  # in a template of pandoc, $$ is a dollar sign
    path = folder / "page.html"
    path.write_text(whole, encoding="utf-8")
    return path


def typeset(source: str, figures: Path, **options: Any) -> Any:
    """Return the PDF of a Typst document, or with other `options` of the compiler another format.

    Raises:
        StudyError: Typst refuses the document.
    """
    options = {"format": "pdf", "timestamp": 0, **options}
    try:
        return typst.compile(source.encode(), root=str(figures), font_paths=_fonts(), **options)
    except typst.TypstError as error:
        raise StudyError(f"Typst could not set the report as PDF ({' '.join(str(error).split())}).") from error


def _fonts() -> list[str]:
    """Return the folder of DejaVu Sans, which matplotlib includes: it has characters that the embedded fonts lack."""
    place = find_spec("matplotlib")
    folder = Path(place.origin).parent / "mpl-data" / "fonts" / "ttf" if place and place.origin else None
    return [str(folder)] if folder and folder.is_dir() else []
