"""Perturbed texts with their edits marked: what went is struck through, what came is underlined, and both are named."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.report.language.escaping import Markdown, markdown, markdown_span, plain
from textstudy.report.language.perturbations import perturbation_title
from textstudy.report.language.tables import Table
from textstudy.report.language.types import Report

KEPT = 160  # characters of a stretch without edits that stay at each side of a longer one
MARKED = 8  # edits shown of one text
BETWEEN = "\N{THIN SPACE}"  # what went and what came
EDITED = 60  # characters shown of a word before and after its edit


def examples(report: Report) -> Table:
    """A text for each perturbation, with its edits marked, and the edits in words for those who do not see marks."""
    return Table(
        "table-perturbed-examples",
        "A worked example of each perturbation, from the test documents: what the edit takes out is struck through, "
        "what it puts in is underlined. The last column names each edit; a new character beyond ASCII with its code "
        "point.",
        ["Perturbation", "Text with its edits", "Edits"], "lll",
        [
            [perturbation_title(each["perturbation"]), marked(each["text"], each["edits"]), named_edits(each["edits"])]
            for each in (report.get("robustness") or {}).get("examples") or []
        ],
    )  # fmt: skip


def marked(text: str, edits: Sequence[Mapping[str, Any]]) -> Markdown:
    """Return a text as Markdown with its edits marked; long stretches between them are cut to what is near."""
    parts, end = [], 0
    for edit in edits[:MARKED]:
        parts.append(_stretch(text[end : edit["start"]], first=end == 0))
        parts.append(BETWEEN.join(filter(None, [_span(edit["before"], "removed"), _span(edit["after"], "added")])))
        end = edit["end"]
    parts.append(_stretch(text[end:], first=end == 0, last=True))
    return Markdown("".join(parts)) if text.strip() else markdown(text)


def _stretch(text: str, *, first: bool, last: bool = False) -> str:
    """Text between edits: its middle goes where it is long, of the first and the last stretch the outer end."""
    if first and not last and len(text) > KEPT:
        return "…" + markdown_span(text[-KEPT:])
    if last and len(text) > KEPT:
        return markdown_span(text[: KEPT * (1 + first)]) + "…"
    return (
        markdown_span(text)
        if len(text) <= 2 * KEPT
        else f"{markdown_span(text[:KEPT])} … {markdown_span(text[-KEPT:])}"
    )


def _span(text: str, mark: str) -> str:
    return f"[{markdown_span(plain(text, EDITED))}]{{.{mark}}}" if text else ""


def named_edits(edits: Sequence[Mapping[str, Any]]) -> str:
    """Return edits in words: "great → grewt; film → flim"."""
    shown = [_named(edit["before"], edit["after"]) for edit in edits[:MARKED]]
    more = len(edits) - len(shown)
    return "; ".join(shown + [f"{more} more"] * bool(more)) or "none"


def _named(before: str, after: str) -> str:
    strange = dict.fromkeys(character for character in after if ord(character) > 127 and character not in before)
    points = "".join(f" ({_code_point(character)})" for character in strange)
    return f"{plain(before, EDITED) or '(nothing)'} → {plain(after, EDITED) or '(nothing)'}{points}"


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed').lower()}"
