"""On which texts a model is shown to be less accurate, and what changes with the shares of the classes."""

from collections.abc import Mapping
from typing import Any

from textstudy.report.language.claims import corrected_p
from textstudy.report.language.numbers import change_in_points, count, count_of, percent
from textstudy.report.language.ranks import quoted_title, rank_by_validation, trained_once
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.subgroups import class_shares, truncation
from textstudy.report.sections.subgroups.names import IN_PART, Division, phrase_of


def findings(report: Report) -> list[Finding]:
    """Return a finding for each division in which the model that is best on validation has a worse part.

    Of the two parts of an encoding only the one that is cut is told. What windows change, and other shares of classes,
    comes last.
    """
    divisions = report["scrutiny"]["subgroups"] if report["scrutiny"] else []
    found = []
    for division in divisions:
        name = next((name for name in rank_by_validation(report) if name in division["models"]), None)
        if name and (worse := _worse(division, name)):
            found.append(_finding(report, division, name, worse))
    return [*found, *truncation.findings(report), *class_shares.findings(report)]


def _worse(division: Division, name: str) -> list[tuple[str, int, Mapping[str, Any]]]:
    """Return (subgroup, documents, scores) of those on which a model is shown to be worse, the worst first."""
    rows = [
        (subgroup["name"], subgroup["documents"], row)
        for subgroup, row in zip(division["subgroups"], division["models"][name], strict=True)
        if row["worse"] and (division["kind"] != "cut" or subgroup["name"] == IN_PART)
    ]
    return sorted(rows, key=lambda row: row[2]["difference"]["mean"])


def _finding(report: Report, division: Division, name: str, worse: list[tuple[str, int, Mapping[str, Any]]]) -> Finding:
    subgroup, _, row = worse[0]
    text = (
        f"{_subject(report, name)} is less accurate on {phrase_of(division, subgroup)} "
        f"({percent(row['accuracy']['mean'], 0)} % against {percent(row['rest']['mean'], 0)} % on the others)."
    )
    details = [_statistics(division, *each) for each in worse]
    others = [other for other in division["models"] if other != name]
    same = sum(subgroup in {each[0] for each in _worse(division, other)} for other in others)
    if others:
        number = "none" if not same else count(same)
        details.append(f"The same is shown for {number} of the other {count_of(len(others), 'model')} compared here.")
    details.append("Why this is so is not tested: the parts may differ in their classes too.")
    return finding(
        "subgroup", text, details=" ".join(details), model=name, by=division["by"], worse=[each[0] for each in worse]
    )


def _statistics(division: Division, subgroup: str, documents: int, row: Mapping[str, Any]) -> str:
    change = change_in_points(**row["difference"], unit="points")
    number = count_of(documents, "document")
    return f"On {phrase_of(division, subgroup)} ({number}): {change}, {corrected_p(row['p_value'])}."


def _subject(report: Report, name: str) -> str:
    """Return a model, or of one that was trained once and would come out otherwise, its run."""
    return f"This run of {quoted_title(report, name)}" if trained_once(report, name) else quoted_title(report, name)
