"""The chapters of a report, in the order of its page, under the questions that people ask.

A chapter is a folder of `sections/` with a template of the same name. `chapter.py` says what the template shows
(`values`). Where a chapter has findings or figures, `findings.py` makes its sentences and `figures.py` draws. Light on
purpose: Snakemake imports this module each time it parses the workflow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SECTIONS = Path(__file__).parent / "sections"

WHICH = "Which model?"
REAL = "Is the difference real?"
TRUST = "Can the data be trusted?"
COST = "What does it cost?"
WRONG = "What goes wrong?"
LAST = "Will it last?"
REFERENCE = "Reference"
QUESTIONS = (WHICH, REAL, TRUST, COST, WRONG, LAST)


@dataclass(frozen=True)
class Chapter:
    """One chapter.

    Attributes:
        name: its folder in `sections/`.
        answers: the question under which it stands; one without a question stands before them.
        kinds: kind of finding → the question that it answers, where this is another one.
        needs: the part of a study without which it has nothing to draw.
    """

    name: str
    answers: str | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
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

    def question(self, kind: str) -> str | None:
        """Return the question that its findings of a kind answer."""
        return self.kinds.get(kind, self.answers)


CHAPTERS = (
    Chapter("summary"),
    Chapter("changes"),
    Chapter("results", WHICH, {"baseline": REAL, "architecture": REAL, "effect": REAL, "known_groups": LAST}),
    Chapter("ensembles", WHICH),
    Chapter("strategies", WHICH),
    Chapter("phases", WHICH),
    Chapter("pairs", REAL),
    Chapter("tuning", REAL),
    Chapter("reported", REAL),
    Chapter("data", TRUST),
    Chapter("efficiency", COST),
    Chapter("memory", COST),
    Chapter("errors", WRONG, {"label_issues": TRUST}),
    Chapter("subgroups", WRONG, {"class_shares": LAST, "class_shares_best": LAST}),
    Chapter("curves", WRONG),
    Chapter("explanations", WRONG, needs="explanations"),
    Chapter("growth", LAST, needs="learning_curve"),
    Chapter("robustness", LAST, needs="perturbations"),
    Chapter("protocol", LAST),
    Chapter("defence", LAST),
    Chapter("details", REFERENCE, {"confusion": WRONG, "classes": WRONG}),
    Chapter("models", REFERENCE),
    Chapter("background", REFERENCE),
    Chapter("provenance", REFERENCE),
    Chapter("checklist", REFERENCE),
)


def chapters_with(part: str) -> list[Chapter]:
    """Return the chapters that have a module `part`, in the order of the page."""
    return [chapter for chapter in CHAPTERS if chapter.has(part)]


def templates() -> list[Path]:
    """Return the template files of all chapters."""
    return sorted(SECTIONS.glob("*/*.md.j2"))
