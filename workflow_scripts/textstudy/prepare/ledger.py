"""The ledger: one line for each step, with documents in, documents out and why."""

from typing import Any

import pandas as pd


def entry(*, step: str, reason: str, documents_in: int, kept: pd.Series) -> dict[str, Any]:
    """Return a ledger line.

    Args:
        step: name of the step.
        reason: why documents went, or what happened to them.
        documents_in: documents before the step.
        kept: the split (official or final, "" where there is none) of each document after the step.
    """
    counts = kept.value_counts()
    return {
        "step": step,
        "reason": reason,
        "documents_in": int(documents_in),
        "documents_out": len(kept),
        "by_split": {str(name): int(counts[name]) for name in sorted(counts.index)},
    }
