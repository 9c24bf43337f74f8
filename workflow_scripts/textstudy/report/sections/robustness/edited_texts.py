"""Perturbed texts that show their edits: removed text is struck through, inserted text is underlined."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.language.escaping import Markdown, markdown, markdown_span, plain
from textstudy.report.language.perturbations import perturbation_title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

MOST_EDITS = 8  # shown of one text
NEAR = 160  # characters shown before and after an edit, where the unedited text is longer
LONGEST = 60  # characters shown of a word before and after its edit
SPACE = "\N{THIN SPACE}"  # between the removed and the inserted text


def examples(report: Report) -> Table:
    """Return one text for each perturbation with its edits marked, and the edits as words for all who see no marks."""
    return Table(
        "table-perturbed-examples",
        "One example of each perturbation, from the test documents. Removed text is struck through, inserted text is "
        "underlined. The last column lists the edits, with the code points of new characters outside ASCII.",
        ["Perturbation", "Text with its edits", "Edits"], "lll",
        [
            [perturbation_title(each["perturbation"]), mark_edits(each["text"], each["edits"]),
             list_edits(each["edits"])]
            for each in report["robustness"]["examples"]
        ],
    )  # fmt: skip


def mark_edits(text: str, edits: Sequence[Mapping[str, Any]]) -> Markdown:
    """Return a text as Markdown with its edits marked; long unedited stretches are cut to what is near an edit."""
    parts, end = [], 0
    for edit in edits[:MOST_EDITS]:
        parts.append(_unedited(text[end : edit["start"]], first=end == 0))
        parts.append(SPACE.join(filter(None, [_span(edit["before"], "removed"), _span(edit["after"], "added")])))
        end = edit["end"]
    parts.append(_unedited(text[end:], first=end == 0, last=True))
    return Markdown("".join(parts)) if text.strip() else markdown(text)


def _unedited(text: str, *, first: bool, last: bool = False) -> str:
    """Return unedited text without its middle where it is long; the first and last stretch lose their outer end."""
    if first and not last and len(text) > NEAR:
        return "…" + markdown_span(text[-NEAR:])
    if last and len(text) > NEAR:
        return markdown_span(text[: NEAR * (1 + first)]) + "…"
    if len(text) <= 2 * NEAR:
        return markdown_span(text)
    return f"{markdown_span(text[:NEAR])} … {markdown_span(text[-NEAR:])}"


def _span(text: str, mark: str) -> str:
    return f"[{markdown_span(plain(text, LONGEST))}]{{.{mark}}}" if text else ""


def list_edits(edits: Sequence[Mapping[str, Any]]) -> str:
    """Return edits in words: "great → grewt; film → flim"."""
    parts = [_edit_in_words(edit["before"], edit["after"]) for edit in edits[:MOST_EDITS]]
    if len(edits) > MOST_EDITS:
        parts.append(f"{len(edits) - MOST_EDITS} more")
    return "; ".join(parts) or "none"


def _edit_in_words(before: str, after: str) -> str:
    new = dict.fromkeys(character for character in after if ord(character) > 127 and character not in before)
    code_points = "".join(f" ({_code_point(character)})" for character in new)
    return f"{plain(before, LONGEST) or '(nothing)'} → {plain(after, LONGEST) or '(nothing)'}{code_points}"


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed').lower()}"
