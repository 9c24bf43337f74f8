"""Phases: models ranked on validation, and the winner of each."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.phases import phase_heading
from textstudy.report.language.types import Report, findings_of
from textstudy.report.sections.phases.tables import phase_table


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return the values that the template prints."""
    sentences = {
        finding["evidence"]["phase"]: finding["text"]
        for finding in findings_of(report, "phases") if finding["kind"] == "phase"
    }  # fmt: skip
    return {
        "phases": [
            {
                "name": phase["name"],
                "heading": phase_heading(report, phase),
                "sentence": sentences[phase["name"]],
                "ranking": phase_table(report, phase),
            }
            for phase in report["phases"]
        ]
    }
