"""The chapters of a report, in the order of its page.

A chapter is a folder of `sections/` with a template of the same name. `chapter.py` says what the template shows
(`values`). Where a chapter has findings or figures, `findings.py` makes its sentences and `figures.py` draws. Light on
purpose: Snakemake imports this module each time it parses the workflow.
"""

from dataclasses import dataclass
from pathlib import Path

SECTIONS = Path(__file__).parent / "sections"


@dataclass(frozen=True)
class Chapter:
    """One chapter.

    Attributes:
        name: its folder in `sections/`.
        opens: its findings stand first in the summary.
        summarised: its findings stand in the summary at all.
        needs: the part of a study without which it has nothing to draw.
    """

    name: str
    opens: bool = False
    summarised: bool = True
    needs: str | None = None

    @property
    def template(self) -> str:
        """Return its template, as the environment of the templates names it."""
        return f"sections/{self.name}/{self.name}.md.j2"

    def has(self, part: str) -> bool:
        """Whether the chapter has a module `part`: findings, figures."""
        return (SECTIONS / self.name / f"{part}.py").is_file()

    def module(self, part: str) -> str:
        """Return the dotted name of one of its modules."""
        return f"textstudy.report.sections.{self.name}.{part}"


CHAPTERS = (
    Chapter("changes", summarised=False),
    Chapter("summary"),
    Chapter("background"),
    Chapter("data"),
    Chapter("models"),
    Chapter("results", opens=True),
    Chapter("ensembles", opens=True),
    Chapter("strategies", opens=True),
    Chapter("reported"),
    Chapter("pairs"),
    Chapter("curves"),
    Chapter("growth", needs="learning_curve"),
    Chapter("tuning"),
    Chapter("errors"),
    Chapter("subgroups"),
    Chapter("phases"),
    Chapter("robustness", needs="perturbations"),
    Chapter("protocol"),
    Chapter("defence"),
    Chapter("explanations", needs="explanations"),
    Chapter("details"),
    Chapter("efficiency"),
    Chapter("memory"),
    Chapter("provenance"),
    Chapter("checklist", summarised=False),
)


def chapters_with(part: str) -> list[Chapter]:
    """Return the chapters that have a module `part`, in the order of the page."""
    return [chapter for chapter in CHAPTERS if chapter.has(part)]


def templates() -> list[Path]:
    """Return the template files of all chapters."""
    return sorted(SECTIONS.glob("*/*.md.j2"))
