"""How many labels a person corrected."""

from textstudy.report.language.numbers import count_of
from textstudy.report.language.types import Finding, Report, finding


def corrections(report: Report) -> list[Finding]:
    """Return one finding where labels were corrected by hand, or documents taken out."""
    lines = [line for line in report["ledger"] if line["step"] == "relabel"]
    if not lines:
        return []
    corrected = sum(line["changed"] or 0 for line in lines)
    removed = lines[0]["documents_in"] - lines[-1]["documents_out"]
    were = "was" if corrected == 1 else "were"
    text = f"{count_of(corrected, 'label')} {were} corrected by hand"
    if removed:
        text += f", and {count_of(removed, 'document')} {'was' if removed == 1 else 'were'} taken out"
    details = (
        f"Ledger: {lines[0]['reason']}. Where the models of this study said which labels to read, their scores on the "
        "corrected labels are likely too high: labels that are wrong but that they agree with were not read."
    )
    return [finding("relabel", f"{text}.", details=details, corrected=corrected, removed=removed)]
