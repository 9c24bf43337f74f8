"""Phases: headings, validation accuracies and changes of settings."""

from textstudy.report.language.ranks import mean
from textstudy.report.language.settings import flattened
from textstudy.report.language.types import Phase, Report


def heading(report: Report, phase: Phase) -> str:
    """Return what the report calls a phase: "Phase 1, which network"."""
    number = 1 + [each["name"] for each in report["phases"]].index(phase["name"])
    return f"Phase {number}, {phase['title']}"


def changes(report: Report, name: str) -> str:
    """Return the settings that a model really changes of the winner it extends: "dropout 0.5 → 0.65"."""
    extends = report["models"][name].get("extends") or {}
    before = flattened(report["models"].get(extends.get("model"), {}).get("settings") or {})
    made = {key: value for key, value in flattened(extends.get("changes") or {}).items() if before.get(key) != value}
    return ", ".join(f"{key} {before.get(key, 'none')} → {value}" for key, value in made.items()) or "nothing changed"


def validation(report: Report, name: str) -> float:
    """Return the validation accuracy with which a model was ranked, or where it is in no phase, its own."""
    for phase in report.get("phases") or []:
        for row in phase["ranking"]:
            if row["model"] == name:
                return row["validation_accuracy"]["mean"]
    return mean(report, name, split="validation")
