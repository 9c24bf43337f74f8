"""From report.json to one HTML file and one PDF: Jinja templates make Markdown, which pandoc and Typst convert.

Every value that a template prints is escaped (see `page.templating`), and pandoc reads only plain Markdown (see
`page.pandoc`).
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from textstudy.report.arrange import arrange, by_question
from textstudy.report.chapters import CHAPTERS
from textstudy.report.language.escaping import Markdown, identifier, markdown
from textstudy.report.language.types import Report
from textstudy.report.page.pandoc import document, typeset
from textstudy.report.page.templating import address_from, environment
from textstudy.storage.files import atomic_path
from textstudy.storage.seal import PLAIN, check_seal


def render(report: Report, figures: Iterable[Path], html: Path, pdf: Path) -> None:
    """Write the report as one self-contained HTML file and as PDF.

    Args:
        report: the contents of report.json.
        figures: the folders that `drawing.draw.draw` filled from the same report.
        html: the file to write; links to runs are relative to its folder.
        pdf: the file to write.

    Raises:
        StudyError: a figure is damaged, or pandoc or Typst refuses the text of the templates.
    """
    html, pdf = Path(html), Path(pdf)
    with tempfile.TemporaryDirectory() as together:
        gathered = Path(together)  # Typst reads files of one folder only
        for drawing in (drawing for folder in figures for drawing in Path(folder).glob("[!.]*.svg")):
            check_seal(drawing, PLAIN, remedy=f"delete the folder {drawing.parent} and run again")
            shutil.copy(drawing, gathered)
        text = compose(report, figures={drawing.stem for drawing in gathered.iterdir()}, base=html.parent)
        # Pandoc runs in its own process and Typst releases Python's lock, so both files are made at the same time.
        with ThreadPoolExecutor() as pool:
            paper = pool.submit(lambda: typeset(convert(text, report, "typst", gathered), gathered))
            page = convert(text, report, "html5", gathered)
    for path, content in ((html, page.encode()), (pdf, paper.result())):
        with atomic_path(path) as temporary:
            temporary.write_bytes(content)


def compose(report: Report, *, figures: set[str], base: Path) -> str:
    """Return the report as Markdown.

    Args:
        figures: stems of the figures that exist; other figures are left out.
        base: the folder that relative links start from.
    """
    chapters = compose_chapters(report, figures=figures, base=base)
    summary, *others = arrange(report, chapters)
    page = environment(report=report).get_template("page/report.md.j2")
    present = {name for name, text in chapters.items() if text.strip()}
    return page.render(summary=summary, chapters=others, questions=by_question(report), present=present)


def compose_chapters(report: Report, *, figures: set[str], base: Path) -> dict[str, str]:
    """Return chapter → its Markdown, in the order of the page; arguments as for `compose`."""
    address = address_from(base)
    templates = environment(report=report, figure=_figures(figures))
    return {
        chapter.name: templates.get_template(chapter.template).render(
            import_module(chapter.module("chapter")).values(report, address)
        )
        for chapter in CHAPTERS
    }


def _figures(names: set[str]) -> Callable[..., Markdown]:
    """Return a function for templates: it writes a figure with its caption and its alternative text.

    Its `kind` is a class that report.lua knows: `paper` for the PDF alone, `small` for a narrow one.
    """

    def figure(
        name: str, caption: str, alternative: str, *, series: Mapping[str, str] | None = None, kind: str = ""
    ) -> Markdown:
        stem = identifier(name)
        if stem not in names:
            return Markdown("")
        image = f"![{markdown(alternative)}]({stem}.svg)"
        lines = [f'[{markdown(title)}]{{series="{identifier(each)}"}}' for each, title in (series or {}).items()]
        parts = [image, markdown(caption), *([" ".join(lines)] if lines else [])]
        body = "\n\n".join(parts)
        classes = f".figure .{kind}" if kind else ".figure"
        return Markdown(f"::: {{{classes} #figure-{stem}}}\n{body}\n:::\n")

    return figure


def convert(text: str, report: Report, target: str, figures: Path) -> str:
    """Return the Markdown of a report as a whole document; `target` and `figures` as for `document`."""
    study = report["study"]
    subtitle = f"Study {study['name']} on the corpus {report['corpus']['name']}"
    return document(text, {"title": study["title"], "subtitle": subtitle}, target, figures)
