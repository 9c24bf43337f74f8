"""The published protocol: one sentence perturbed many times, beside real documents."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.perturbations import share_title
from textstudy.report.language.types import Report, findings_of
from textstudy.report.sections.protocol.findings import edited, nearest_share, sentence
from textstudy.report.sections.protocol.tables import table


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    content = table(report)
    if not content:
        return {"protocol": None}
    edited_words, words = edited(report)
    return {
        "protocol": content,
        "sentence": sentence(report),
        "edited_words": edited_words,
        "words": words,
        "share": share_title(nearest_share(report)),
        "findings": findings_of(report, "protocol"),
    }
