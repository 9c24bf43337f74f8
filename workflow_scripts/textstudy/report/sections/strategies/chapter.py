"""Fine-tuning strategies, compared for each encoder."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report, findings_of
from textstudy.report.sections.strategies.tables import strategies_table


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return the values that the template prints."""
    return {
        "strategies": [
            (finding["text"], strategies_table(report, finding["evidence"]["encoding"]))
            for finding in findings_of(report, "strategies")
        ]
    }
