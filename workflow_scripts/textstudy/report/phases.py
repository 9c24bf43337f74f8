"""Phases: models ranked on validation, the winner that later phases extend, and what each extension changed.

Validation selects; the test split only says, by paired test, whether the selection holds on documents unseen so far.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from textstudy.files import read_json
from textstudy.report.comparisons import Finding, Report, finding, outcome
from textstudy.report.escape import Markdown, markdown
from textstudy.report.formats import MISSING, count, interval, listing, percent, points
from textstudy.report.reading import estimate, mean, named, paired, title
from textstudy.report.tables import Table, flattened

Phase = Mapping[str, Any]
TIED = "is selected by the tie-break, the lower loss, then fewer parameters; its accuracy there is also that of"
SHOWN = ("rank", "model", "validation_accuracy", "validation_loss", "parameters")


def read_phases(paths: Iterable[Path | str], phases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the phases of a study in its order, each with its winner and its ranking; paths end in ranking.json."""
    found = {ranking["phase"]: ranking["ranking"] for ranking in map(read_json, paths)}
    return [
        {
            "name": phase["name"],
            "title": phase["title"] or phase["name"],
            "winner": found[phase["name"]][0]["model"],
            "ranking": [{key: row[key] for key in SHOWN} for row in found[phase["name"]]],
        }
        for phase in phases if phase["name"] in found
    ]  # fmt: skip


def heading(report: Report, phase: Phase) -> str:
    """Return what the report calls a phase: "Phase 1, which network"."""
    number = 1 + [each["name"] for each in report["phases"]].index(phase["name"])
    return f"Phase {number}, {phase['title']}"


def phase_table(report: Report, phase: Phase) -> Table:
    """The ranking of a phase: validation, which selects, then what the same models reach on test."""
    rows = []
    for row in phase["ranking"]:
        name = row["model"]
        loss, won = row["validation_loss"], name == phase["winner"]
        shown = markdown(title(report, name))
        rows.append([
            row["rank"], Markdown(f"**{shown}** (winner)") if won else shown, plus_minus(row["validation_accuracy"]),
            MISSING if loss["mean"] is None else f"{loss['mean']:.3f}",
            interval(estimate(report, name, split="test", metric="accuracy")), count(row["parameters"]["total"]),
        ])  # fmt: skip
    return Table(
        f"table-phase-{phase['name']}",
        f"{heading(report, phase)}: models in the order of their validation accuracy, which selects. Accuracies in "
        "per cent: on validation the mean ± the standard deviation over seeds, on test the mean with its 95 % "
        "bootstrap interval over documents. The loss is what a model minimises, with "
        "its label smoothing and class weights.",
        ["Rank", "Model", "Validation accuracy", "Validation loss", "Test accuracy", "Parameters"], "rlrrrr", rows,
    )  # fmt: skip


def plus_minus(summary: Mapping[str, Any]) -> str:
    """Return a mean over seeds with its spread in per cent: "45.3 ± 0.4"; without the spread where one seed ran."""
    spread = summary.get("spread")
    return percent(summary["mean"]) + ("" if spread is None else f" ± {percent(spread)}")


def phase_findings(report: Report) -> list[Finding]:
    """One sentence per phase: what its models change, by how much on validation, and what the paired test says."""
    return [sentence(report, phase) for phase in report.get("phases") or []]


def sentence(report: Report, phase: Phase) -> Finding:
    """Return the finding of one phase."""
    names = [row["model"] for row in phase["ranking"]]
    winner = phase["winner"]
    base = (report["models"][winner].get("extends") or {}).get("model")
    if base in report["models"]:
        kin = [name for name in names if (report["models"][name].get("extends") or {}).get("model") == base]
        text, other = _extension(report, kin, winner, base), base
    else:
        text, other = _selection(report, names, winner), (names[1] if len(names) > 1 else None)
    pair = paired(report, winner, other) if other else None
    verdict = f" Paired test: {outcome(pair, named(report, winner), named(report, other))}." if other else ""
    text = f"{heading(report, phase)}: {text}.{verdict}"
    return finding("phase", text, phase=phase["name"], winner=winner, against=other, pair=pair)


def _selection(report: Report, names: Sequence[str], winner: str) -> str:
    """Models that extend none: in which settings they differ, and the winner's lead on validation."""
    reached = f"{named(report, winner)} ({percent(validation(report, winner))} % on validation)"
    if len(names) == 1:
        return f"the only model is {reached}"
    keys = differing([report["models"][name]["settings"] for name in names])
    settings = f" that differ in {listing(keys)}" if keys else ""
    lead = validation(report, winner) - validation(report, names[1])
    by = f"leads on validation by {100 * lead:.1f} points, the next is" if lead else TIED
    return f"of {len(names)} models{settings} the one selected is {reached}; it {by} {named(report, names[1])}"


def _extension(report: Report, names: Sequence[str], winner: str, base: str) -> str:
    """Models that extend a winner: each with its changes and the difference to it on validation."""
    start = validation(report, base)
    parts = [
        f"{points(validation(report, name) - start)} for {named(report, name)} ({changes(report, name)})"
        for name in names
    ]
    text = (
        f"against {named(report, base)}, selected before ({percent(start)} % on validation), the "
        f"difference on validation in points is {listing(parts)}"
    )
    return f"{text}; {named(report, winner)} is selected" if len(names) > 1 else text


def changes(report: Report, name: str) -> str:
    """Return the settings that a model really changes of the winner it extends: "dropout 0.5 → 0.65"."""
    extends = report["models"][name].get("extends") or {}
    before = flattened(report["models"].get(extends.get("model"), {}).get("settings") or {})
    made = {key: value for key, value in flattened(extends.get("changes") or {}).items() if before.get(key) != value}
    return ", ".join(f"{key} {before.get(key, 'none')} → {value}" for key, value in made.items()) or "nothing changed"


def differing(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the dotted names of the settings that are not the same in all; how a model is called is none."""
    flat = [flattened(each) for each in settings]
    keys = sorted(set().union(*flat) - {"title"})
    return [key for key in keys if len({each.get(key) for each in flat}) > 1]


def validation(report: Report, name: str) -> float:
    """Return the validation accuracy with which a model was ranked, or where it is in no phase, its own."""
    for phase in report.get("phases") or []:
        for row in phase["ranking"]:
            if row["model"] == name:
                return row["validation_accuracy"]["mean"]
    return mean(report, name, split="validation")
