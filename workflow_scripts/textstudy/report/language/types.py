"""What every part of a report shares: the report as read from report.json, and a finding."""

from collections.abc import Mapping
from typing import Any

Report = Mapping[str, Any]
Finding = dict[str, Any]
Phase = Mapping[str, Any]


def finding(kind: str, text: str, *, details: str = "", **evidence: Any) -> Finding:
    """Return a finding: a plain sentence, the statistics behind it in sentences, its kind, and its numbers."""
    return {"kind": kind, "text": text, "details": details, "evidence": evidence}


def findings_of(report: Report, chapter: str) -> list[Finding]:
    """Return the findings of a chapter as they stand in report.json."""
    return [item for item in report["findings"] if item["chapter"] == chapter]
