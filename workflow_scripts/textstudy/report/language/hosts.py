"""Where texts are sent by a model that asks a language model elsewhere, or that is built on one."""

from textstudy.report.language.costs import foundations
from textstudy.report.language.types import Report


def hosts(report: Report, name: str) -> list[str]:
    """Return the machines that a prediction with a model sends texts to; none where they stay on this one."""
    asked = (report["models"][each].get("prompted") for each in (name, *foundations(report, name)))
    return sorted({each["host"] for each in asked if each and each["host"]})
