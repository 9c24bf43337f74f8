"""The published protocol, one sentence perturbed many times, beside real documents."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.perturbations import share_title
from textstudy.report.language.types import Report
from textstudy.report.sections.protocol.findings import count_edited_words, nearest_share, protocol
from textstudy.report.sections.protocol.tables import table


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    sentence = protocol(report)
    if not sentence:
        return {"sentence": None}
    edited, words = count_edited_words(report)
    return {
        "sentence": sentence,
        "edited": edited,
        "words": words,
        "share": share_title(nearest_share(report)),
        "comparison": table(report),
    }
