"""Phases: headings, validation accuracies and changed settings."""

from textstudy.report.language.ranks import mean_score
from textstudy.report.language.settings import flatten_settings
from textstudy.report.language.types import Phase, Report


def phase_heading(report: Report, phase: Phase) -> str:
    """Return the heading of a phase: "Phase 1, which network"."""
    number = 1 + [each["name"] for each in report["phases"]].index(phase["name"])
    return f"Phase {number}, {phase['title']}"


def changed_settings(report: Report, name: str) -> str:
    """Return the settings that a model changes of the winner that it extends: "dropout 0.5 → 0.65"."""
    extends = report["models"][name]["extends"]
    before = flatten_settings(report["models"][extends["model"]]["settings"])
    after = flatten_settings(extends["changes"])
    changes = [f"{key} {before.get(key, 'none')} → {value}" for key, value in after.items() if before.get(key) != value]
    return ", ".join(changes) or "no change"


def validation_accuracy(report: Report, name: str) -> float:
    """Return the validation accuracy by which a phase ranked a model; of a model in no phase, its own."""
    for phase in report["phases"]:
        for row in phase["ranking"]:
            if row["model"] == name:
                return row["validation_accuracy"]["mean"]
    return mean_score(report, name, split="validation")
