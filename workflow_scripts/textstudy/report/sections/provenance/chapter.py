"""Provenance: the commands, settings, resources, software and code behind the report."""

from typing import Any

from textstudy.report.language.links import Address
from textstudy.report.language.types import Report
from textstudy.report.sections.provenance import tables


def values(report: Report, address: Address) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "scaled": tables.scaled(report),
        "settings": tables.study_settings(report),
        "resources": tables.resources(report),
        "versions": tables.versions(report),
        "code": tables.code(report),
    }
