"""Fine-tuning strategies side by side."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report, findings_of
from textstudy.report.sections.strategies import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "strategies": [
            (finding["text"], tables.table(report, finding["evidence"]["encoding"]))
            for finding in findings_of(report, "strategies")
        ]
    }
