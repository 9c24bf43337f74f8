"""What the audit found: test documents whose text stands in training."""

from textstudy.report.language.numbers import count
from textstudy.report.language.types import Finding, Report, finding


def audit(report: Report) -> list[Finding]:
    """Test documents whose text stands in training, as the corpus comes and as it was used."""
    rows = [
        row for row in (report.get("audit") or {}).get("overlaps") or []
        if (row["first"], row["second"]) == ("train", "test")
    ]  # fmt: skip
    final = next((row for row in rows if row["stage"] == "split"), None)
    if final is None:
        return []
    used = final["exact"] + final["near"]
    text = (
        f"Of {count(final['documents'])} test documents {count(used) if used else 'none'} {_stands(used)} in training"
    )
    text += (
        f", exactly ({count(final['exact'])}) or nearly so ({count(final['near'])})."
        if used
        else ", exactly or nearly."
    )
    before = next((row for row in rows if row["stage"] == "cleaned"), None)
    if before and before["exact"] + before["near"]:
        text += (
            f" Before duplicates were removed it was {count(before['exact'])} exactly and {count(before['near'])} "
            f"nearly, of {count(before['documents'])}."
        )
    parsed = next((row for row in rows if row["stage"] == "parsed"), None)
    if parsed and before and parsed["exact"] < before["exact"]:
        number = count(parsed["exact"]) if parsed["exact"] else "none"
        text += f" Cleaning made texts alike that were not: as parsed, {number} stood there exactly."
    return [finding("audit", text, final=final, before=before, parsed=parsed)]


def _stands(number: int) -> str:
    return "stand" if number > 1 else "stands"
