"""The models of a study compared with an earlier run of the same study, on the test documents that both predict."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from textstudy.evaluate.comparison import SIGNIFICANCE, compare
from textstudy.evaluate.significance import holm

Runs = Mapping[str, Sequence[pd.DataFrame]]


def compare_with_baseline(after: Runs, before: Runs) -> dict[str, dict[str, Any]]:
    """Return model → {"status", and where compared "before", "after", "difference", "low", "high", "p_value", …}.

    `status` is added, removed, unchanged (every prediction on test is the same), incomparable (other test documents) or
    compared. The difference is test accuracy after minus before, with its paired interval. The p-value is given as it
    is, and as `adjusted_p_value` after Holm's correction over all models compared.

    Args:
        after, before: model → PREDICTIONS of each seed.
    """
    found: dict[str, dict[str, Any]] = {}
    for model in sorted({*after, *before}):
        if model not in before or model not in after:
            found[model] = {"status": "added" if model in after else "removed"}
        else:
            found[model] = _compare_model(*(list(map(_test_rows, runs[model])) for runs in (after, before)))
    compared = [row for row in found.values() if row["status"] == "compared"]
    for row, corrected in zip(compared, holm([row["p_value"] for row in compared]), strict=True):
        row |= {"adjusted_p_value": corrected, "significant": corrected < SIGNIFICANCE}
    return found


def _test_rows(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["split"] == "test"].sort_values("id", ignore_index=True)


def _compare_model(after: list[pd.DataFrame], before: list[pd.DataFrame]) -> dict[str, Any]:
    documents = ["id", "label"]
    if not all(table[documents].equals(after[0][documents]) for table in (*after, *before)):
        return {"status": "incomparable"}
    answers = [[tuple(table["predicted"]) for table in tables] for tables in (after, before)]
    if answers[0] == answers[1]:
        return {"status": "unchanged"}
    comparison, pairs = compare({"after": after, "before": before})
    accuracy = comparison[comparison["metric"] == "accuracy"].set_index("model")["mean"]
    pair = pairs[pairs["metric"] == "accuracy"].iloc[0]
    numbers = {key: float(pair[key]) for key in ("difference", "low", "high", "p_value")}
    means = {key: float(accuracy[key]) for key in ("before", "after")}
    return {"status": "compared", **means, **numbers, "test": pair["test"], "documents": int(pair["documents"])}
