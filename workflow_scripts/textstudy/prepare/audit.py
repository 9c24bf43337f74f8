"""Checks of a preparation: texts that two splits share, label conflicts, and words that give labels away.

Everything is computed anew from the texts, so that an error in an earlier step is found.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from textstudy.errors import StudyError
from textstudy.prepare.groups import audit_groups
from textstudy.prepare.loss_warnings import loss_warnings
from textstudy.prepare.overlap import count_overlaps
from textstudy.prepare.suspects import strongest_features, suspects
from textstudy.storage.tables import HELD_OUT, SPLITS

NEAR_THRESHOLD = 0.7  # Jaccard similarity of near-duplicates where the study sets none
CONFLICTS_LISTED = 200
FEATURES_FROM = 50_000  # most training documents for the strongest features; more would take minutes


def audit(
    documents: pd.DataFrame,
    clean: pd.DataFrame,
    unique: pd.DataFrame,
    split: pd.DataFrame,
    duplicates: pd.DataFrame,
    settings: Mapping[str, Any],
    ledger: Sequence[Mapping[str, Any]] = (),
    *,
    processes: int = 1,
) -> dict[str, Any]:
    """Return the content of `audit.json`; `check` raises an error for what must not be in it.

    Args:
        documents, clean, unique, split, duplicates: the tables of the preparation, in the order they are made.
        settings: `near_threshold`, or None if near-duplicates may stay; they are then counted at `NEAR_THRESHOLD`.
        ledger: the lines of all steps, from the corpus to the split.
        processes: how many may read texts at a time.

    Returns:
        - `near_threshold`: the setting;
        - `warnings`: what the steps took that is to be questioned, see `loss_warnings`;
        - `overlaps`: one for every stage and pair of splits, see `count_overlaps`;
        - `empties`: number of documents without text; `label_counts`: documents per label of each split;
        - `label_conflicts`, `label_conflict_count`: duplicates whose label differs from that of the kept document;
        - `top_features`, `suspects`: see `textstudy.prepare.suspects`; `features_from`: number of training documents
          drawn for them, present only if there are more;
        - `groups`, `times`, `easier`: see `textstudy.prepare.groups`, present only if the corpus has groups or times;
        - `digest`: SHA-256 of ids, texts, labels and splits in order.
    """
    stages = {
        "parsed": (documents, "official_split"),
        "cleaned": (clean, "official_split"),
        "deduplicated": (unique, "official_split"),
        "split": (split, "split"),
    }
    conflicts = _label_conflicts(duplicates)
    limited = _limit_training(split)
    top_features = strongest_features(documents, limited)
    sample = {"features_from": FEATURES_FROM} if len(limited) < len(split) else {}
    return {
        "near_threshold": settings["near_threshold"],
        "warnings": loss_warnings(ledger),
        "overlaps": list(count_overlaps(stages, settings["near_threshold"] or NEAR_THRESHOLD, processes=processes)),
        "empties": int((split["text"].str.strip() == "").sum()),
        "label_counts": {name: _counts(split["label"][split["split"] == name]) for name in SPLITS},
        "label_conflicts": conflicts[:CONFLICTS_LISTED],
        "label_conflict_count": len(conflicts),
        "top_features": top_features,
        "suspects": suspects(documents, limited, top_features),
        "digest": _digest(split),
        **sample,
        **audit_groups(split),
    }


def check(result: Mapping[str, Any]) -> None:
    """Check the result of `audit`.

    Raises:
        StudyError: the final splits share a text, a text is empty, or labels cannot be learned. All faults are named.
    """
    faults = []
    for overlap in result["overlaps"]:
        near = overlap["near"] if result["near_threshold"] is not None else 0
        if overlap["stage"] == "split" and overlap["exact"] + near:
            faults.append(
                f"{overlap['exact']} exact and {near} near duplicates of {overlap['first']} documents "
                f"are in {overlap['second']}"
            )
    if result["empties"]:
        faults.append(f"{result['empties']} documents have no text")
    labels = result["label_counts"]["train"]
    if len(labels) < 2:
        faults.append(f"train has fewer than two labels ({', '.join(labels) or 'none'})")
        faults += [each["text"].rstrip(".") for each in result["warnings"] if each["kind"] == "class lost"]
    for name in HELD_OUT:
        unknown = sorted(set(result["label_counts"][name]) - set(labels))
        if unknown:
            faults.append(f"{name} has labels that train does not have ({', '.join(unknown)})")
    if faults:
        raise StudyError(
            f"The audit of the prepared corpus failed: {'; '.join(faults)}. "
            "Change the settings `clean`, `deduplicate` or `split` of the study, or the corpus."
        )


def _limit_training(split: pd.DataFrame) -> pd.DataFrame:
    """Return `split` with at most `FEATURES_FROM` training documents."""
    train = split[split["split"] == "train"]
    if len(train) <= FEATURES_FROM:
        return split
    drawn = train.sample(FEATURES_FROM, random_state=0).index
    return split[(split["split"] != "train") | split.index.isin(drawn)]


def _counts(labels: pd.Series) -> dict[str, int]:
    return {label: int(count) for label, count in sorted(labels.value_counts().items())}


def _label_conflicts(duplicates: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the duplicates whose label differs from that of the document they duplicate, the most similar first."""
    removed = duplicates["cluster"][duplicates["match"] == "conflict"]
    conflicts = duplicates[duplicates["label"] != duplicates["kept_label"]]
    conflicts = conflicts.assign(dropped=conflicts["cluster"].isin(removed))
    conflicts = conflicts.sort_values(["similarity", "cluster", "id"], ascending=[False, True, True])
    columns = {
        "cluster": "kept",
        "id": "other",
        "kept_label": "kept_label",
        "label": "label",
        "similarity": "similarity",
        "dropped": "dropped",
    }
    return conflicts.rename(columns=columns)[list(columns.values())].to_dict("records")


def _digest(split: pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for row in split[["id", "text", "label", "split"]].itertuples(index=False):
        digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()
