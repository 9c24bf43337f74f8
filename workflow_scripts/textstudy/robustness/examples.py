"""One short worked example of each perturbation: an excerpt of a real text, and what was edited in it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from textstudy.robustness.grid import CLEAN

WIDTH = 160  # characters of an excerpt
_LEAD = 40  # characters before the first edit, of these
_EDITS = 3  # this many show well what a perturbation does


def worked_examples(samples: pd.DataFrame, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Return {perturbation, id, text, edits} for each kind of the PERTURBED table that edited any text.

    `text` is an excerpt of the clean text, with an ellipsis where it was cut, and the edits' offsets refer to it. The
    example chosen has about three edits and one line where possible; then a small share and a short text decide.
    """
    clean = samples[samples["perturbation"] == CLEAN]
    texts = dict(zip(clean["id"], clean["text"], strict=True))
    examples = []
    for kind in kinds:
        of_kind = samples[(samples["perturbation"] == kind) & (samples["edits"].map(len) > 0)]
        candidates = [
            (row, *excerpt(texts[row.id], row.edits))
            for row in of_kind[["id", "share", "variant", "edits"]].itertuples(index=False)
        ]
        if candidates:
            row, text, edits = min(candidates, key=_rank)
            examples.append({"perturbation": kind, "id": row.id, "text": text, "edits": edits})
    return examples


def _rank(candidate: tuple) -> tuple:
    row, text, edits = candidate
    return abs(len(edits) - _EDITS), "\n" in text, row.share, len(text), row.id, row.variant


def excerpt(text: str, edits: Sequence[Mapping[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Return at most `WIDTH` characters of `text` around its first edit, cut between words, and the edits in them.

    It is longer only where a single edit is. Offsets of the edits are those in the excerpt.
    """
    first = edits[0]
    start, end = 0, len(text)
    if end > WIDTH:
        start = _word_start(text, max(0, first["start"] - _LEAD), first["start"])
        end = _word_end(text, start + WIDTH, first["end"])
    inside = [edit for edit in edits if edit["start"] >= start and edit["end"] <= end]
    # An edit across the end would show in part: the excerpt ends before it.
    crossing = [edit["start"] for edit in edits if edit["start"] < end < edit["end"]]
    end = min([end, *crossing])
    lead, tail = "…" if start > 0 else "", "…" if end < len(text) else ""
    shift = len(lead) - start
    moved = [
        {
            "start": int(edit["start"]) + shift,
            "end": int(edit["end"]) + shift,
            "before": edit["before"],
            "after": edit["after"],
        }
        for edit in inside
    ]
    return f"{lead}{text[start:end]}{tail}", moved


def _word_start(text: str, position: int, limit: int) -> int:
    """Return where the first word begins from `position` on, `limit` at most."""
    if position == 0:
        return 0
    space = re.compile(r"\s+").search(text, position - 1, limit)
    return space.end() if space else limit


def _word_end(text: str, position: int, limit: int) -> int:
    """Return where the last word ends up to `position`, `limit` at least."""
    if position >= len(text):
        return len(text)
    spaces = list(re.compile(r"\s+").finditer(text, limit, position + 1))
    return spaces[-1].start() if spaces else max(limit, min(position, len(text)))
