"""Phases: models ranked on validation, the winner that later phases extend, and what each extension changed.

Validation selects the winner. The test set only shows, by a paired test, whether the selection holds on new documents.
"""

from collections.abc import Sequence

from textstudy.report.language.claims import paired_result, statistics
from textstudy.report.language.numbers import join_items, percent, points
from textstudy.report.language.phases import changed_settings, phase_heading, validation_accuracy
from textstudy.report.language.ranks import paired_test, quoted_title
from textstudy.report.language.settings import differing_settings
from textstudy.report.language.types import Finding, Phase, Report, finding
from textstudy.report.sections.phases import word_vectors


def findings(report: Report) -> list[Finding]:
    """Return a finding for each phase, then the findings on random and pretrained word vectors."""
    return [*(phase_finding(report, phase) for phase in report["phases"]), *word_vectors.findings(report)]


def phase_finding(report: Report, phase: Phase) -> Finding:
    """Return what a phase compares and selects, with the paired test of its winner.

    The winner is compared with the model that it extends or, where it extends none, with the next in the ranking.
    """
    names = [row["model"] for row in phase["ranking"]]
    winner = phase["winner"]
    base = _base(report, winner)
    if base:
        other = base
        text = _extension(report, [name for name in names if _base(report, name) == base], winner, base)
    else:
        other = names[1] if len(names) > 1 else None
        text = _selection(report, names, winner)
    pair, title = paired_test(report, winner, other) if other else None, quoted_title(report, winner)
    headline, details = f"{phase_heading(report, phase)}: {title} is selected on validation", [text]
    if other:
        titles = title, quoted_title(report, other)
        headline += f"; {paired_result(pair, *titles)}"
        details.append(statistics(pair, *titles))
    evidence = {"phase": phase["name"], "winner": winner, "against": other, "pair": pair}
    return finding("phase", f"{headline}.", details=" ".join(details).strip(), **evidence)


def _base(report: Report, name: str) -> str | None:
    """Return the model that a model extends."""
    extends = report["models"][name]["extends"]
    return extends["model"] if extends else None


def _selection(report: Report, names: Sequence[str], winner: str) -> str:
    """Return the sentences on models that extend none: their settings that differ, and the lead of the winner."""
    title, reached = quoted_title(report, winner), validation_accuracy(report, winner)
    if len(names) == 1:
        return f"{title} is the only model, with a validation accuracy of {percent(reached)} %."
    keys = differing_settings([report["models"][name]["settings"] for name in names])
    compared = f"{len(names)} models " + (f"differ in {join_items(keys)}" if keys else "are compared")
    text = f"{compared}. {title} is selected with a validation accuracy of {percent(reached)} %"
    lead, second = reached - validation_accuracy(report, names[1]), quoted_title(report, names[1])
    if lead:
        return f"{text}, {100 * lead:.1f} points above {second}, the next."
    return (
        f"{text}. {second} has the same validation accuracy; the lower validation loss decides, then the smaller "
        "number of parameters."
    )


def _extension(report: Report, names: Sequence[str], winner: str, base: str) -> str:
    """Return the sentences on models that extend a winner: the settings and the accuracy that each changes."""
    start = validation_accuracy(report, base)
    changes = [
        f"{points(validation_accuracy(report, name) - start)} points for {quoted_title(report, name)} "
        f"({changed_settings(report, name)})"
        for name in names
    ]
    extend = "1 model extends" if len(names) == 1 else f"{len(names)} models extend"
    text = (
        f"{extend} {quoted_title(report, base)}, which an earlier phase selected with a validation accuracy of "
        f"{percent(start)} %. The validation accuracy changes by {join_items(changes)}."
    )
    return f"{text} {quoted_title(report, winner)} is selected." if len(names) > 1 else text
