"""The ledger: one line for each step, with the number of documents before and after it, and the reason."""

from typing import Any

import pandas as pd


def entry(*, step: str, reason: str, documents_in: int, kept: pd.Series) -> dict[str, Any]:
    """Return a ledger line.

    Args:
        step: name of the step.
        reason: why documents were removed, or what happened to them.
        documents_in: number of documents before the step.
        kept: the official or final split of each document after the step; "" if it has none.
    """
    counts = kept.value_counts()
    return {
        "step": step,
        "reason": reason,
        "documents_in": int(documents_in),
        "documents_out": len(kept),
        "by_split": {str(name): int(counts[name]) for name in sorted(counts.index)},
    }
