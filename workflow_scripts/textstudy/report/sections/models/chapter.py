"""The models: their architectures as built, and their settings."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.ranks import list_titles, replaced_encoder
from textstudy.report.language.types import Report
from textstudy.report.sections.models import tables
from textstudy.report.sections.models.architectures import describe_steps, group_by_architecture


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "models": tables.models(report),
        "substituted": any(replaced_encoder(report, name) for name in report["models"]),
        "architectures": [
            (names[0], list_titles(report, names), describe_steps(report, names[0]))
            for names in group_by_architecture(report)
        ],
        "own_settings": tables.own_settings(report),
        "shared_settings": tables.shared_settings(report),
    }
