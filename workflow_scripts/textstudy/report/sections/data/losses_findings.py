"""What the preparation took away: words by the steps of cleaning, and documents."""

from textstudy.report.language.numbers import count, count_of, join_items, percent
from textstudy.report.language.types import Finding, Report, finding
from textstudy.report.sections.data.ledger_tables import cleaning_steps, words_before, words_taken

WORTH_NAMING = 0.001  # share of all words


def losses(report: Report) -> list[Finding]:
    """Return one finding: the share of the words that cleaning took, and of the documents that are left out."""
    words = words_before(report)
    taken = {name: words_taken(line) for name, line in cleaning_steps(report)}
    dropped = {step: _dropped(report, step) for step in ("clean", "deduplicate")}
    parts, details = [], []
    if words:
        parts.append(f"takes {percent(sum(taken.values()) / words)} % of the words")
        named = [
            f"{name} {percent(taken[name] / words)} %"
            for name in sorted(taken, key=lambda name: -taken[name])
            if taken[name] >= WORTH_NAMING * words
        ]
        details += [f"Words taken: {join_items(named)}."] if named else []
    if any(dropped.values()):
        documents = next(line["documents_in"] for line in report["ledger"] if line["step"] in dropped)
        parts.append(f"leaves out {percent(sum(dropped.values()) / documents)} % of the documents")
        details.append(
            f"Of {count_of(documents, 'document')}, cleaning drops {count(dropped['clean'])} "
            f"({percent(dropped['clean'] / documents)} %); {count(dropped['deduplicate'])} "
            f"({percent(dropped['deduplicate'] / documents)} %) are duplicates."
        )
    if not parts:
        return []
    text, evidence = f"The preparation {join_items(parts)}.", {"words": words, "taken": taken, "dropped": dropped}
    return [finding("losses", text, details=" ".join(details), **evidence)]


def _dropped(report: Report, step: str) -> int:
    return sum(line["documents_in"] - line["documents_out"] for line in report["ledger"] if line["step"] == step)
