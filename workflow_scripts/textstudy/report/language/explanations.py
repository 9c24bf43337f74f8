"""The models that were explained."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.ranks import ranked
from textstudy.report.language.types import Report


def explained(report: Report) -> dict[str, Mapping[str, Any]]:
    """Return model → its explanations, highest test accuracy first."""
    found = report.get("explanations") or {}
    return {name: found[name] for name in ranked(report) if name in found}
