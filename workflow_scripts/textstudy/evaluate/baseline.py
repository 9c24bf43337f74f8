"""The models of a study compared with an earlier run of the same study, on the test documents that both predict."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from textstudy.evaluate.comparison import Plan, Split, compare_two, read_split

Runs = Mapping[str, Sequence[pd.DataFrame]]
AFTER, BEFORE = "after", "before"
KEPT = ("difference", "low", "high", "p_value", "adjusted_p_value", "significant", "scope", "documents")


def compare_with_baseline(
    after: Runs, before: Runs, *, deterministic: Collection[str] = (), groups: pd.DataFrame | None = None
) -> dict[str, dict[str, Any]]:
    """Return model → {"status", and where compared "before", "after", and of `compare_two` what is in `KEPT`}.

    `status` is added, removed, unchanged (every prediction on test is the same), incomparable (other test documents) or
    compared. The difference is test accuracy after minus before, its interval and its p-value are corrected for all
    models compared.

    Args:
        after, before: model → PREDICTIONS of each seed.
        deterministic: models whose one run is that of every seed.
        groups: id and the group columns of the documents, where they have any.
    """
    found: dict[str, dict[str, Any]] = {}
    splits: dict[str, Split] = {}
    for model in sorted({*after, *before}):
        if model not in before or model not in after:
            found[model] = {"status": "added" if model in after else "removed"}
            continue
        runs = {AFTER: list(map(_test_rows, after[model])), BEFORE: list(map(_test_rows, before[model]))}
        found[model] = {"status": _status(runs)}
        if found[model]["status"] == "compared":
            plan = Plan(chosen_from=(), deterministic=list(runs) if model in deterministic else ())
            splits[model] = read_split(runs, "test", plan, groups)
    for model, split in splits.items():
        means = {key: each.mean("accuracy") for key, each in split.models.items()}
        shown = compare_two(split, AFTER, BEFORE, "accuracy", comparisons=len(splits))
        found[model] |= means | {key: shown[key] for key in KEPT}
    return found


def _test_rows(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["split"] == "test"].sort_values("id", ignore_index=True)


def _status(runs: Runs) -> str:
    first, *others = (table for tables in runs.values() for table in tables)
    documents = ["id", "label"]
    if not all(table[documents].equals(first[documents]) for table in others):
        return "incomparable"
    answers = [[tuple(table["predicted"]) for table in tables] for tables in runs.values()]
    return "unchanged" if answers[0] == answers[1] else "compared"
