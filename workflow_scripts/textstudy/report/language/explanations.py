"""The models whose answers were explained."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.ranks import rank_models
from textstudy.report.language.types import Report


def explained_models(report: Report) -> dict[str, Mapping[str, Any]]:
    """Return model → its explanation, highest test accuracy first."""
    found = report["explanations"]
    return {name: found[name] for name in rank_models(report) if name in found}
