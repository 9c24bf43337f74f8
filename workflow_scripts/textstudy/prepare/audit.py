"""Checks of a preparation: texts that two splits share, label conflicts, and words that give labels away.

Everything is computed anew from the texts, so that an error in an earlier step is found.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError
from textstudy.prepare.groups import audit_groups
from textstudy.prepare.overlap import compare
from textstudy.prepare.suspects import strongest_features, suspects
from textstudy.prepare.words import exact_key
from textstudy.storage.tables import HELD_OUT, SPLITS

NEAR_THRESHOLD = 0.7  # Jaccard similarity of near-duplicates where the study sets none
CONTAINED_SHARE = 0.8  # share of a document's 5-grams that one other document has
CONFLICTS_LISTED = 200
FEATURES_FROM = 50_000  # most training documents for the strongest features; more would take minutes


def audit(
    documents: pd.DataFrame,
    clean: pd.DataFrame,
    unique: pd.DataFrame,
    split: pd.DataFrame,
    duplicates: pd.DataFrame,
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the content of `audit.json`; `check` raises an error for what must not be in it.

    Args:
        documents, clean, unique, split, duplicates: the tables of the preparation, in the order they are made.
        settings: `near_threshold`, or None if near-duplicates may stay; they are then counted at `NEAR_THRESHOLD`.

    Returns:
        - `near_threshold`: the setting;
        - `overlaps`: one for every stage and pair of splits, see `_overlap`;
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
    return (
        {
            "near_threshold": settings["near_threshold"],
            "overlaps": list(_overlaps(stages, settings["near_threshold"] or NEAR_THRESHOLD)),
            "empties": int((split["text"].str.strip() == "").sum()),
            "label_counts": {name: _counts(split["label"][split["split"] == name]) for name in SPLITS},
            "label_conflicts": conflicts[:CONFLICTS_LISTED],
            "label_conflict_count": len(conflicts),
            "top_features": top_features,
            "suspects": suspects(documents, limited, top_features),
            "digest": _digest(split),
        }
        | ({"features_from": FEATURES_FROM} if len(limited) < len(split) else {})
        | audit_groups(split)
    )


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


def _overlaps(stages: Mapping[str, tuple[pd.DataFrame, str]], threshold: float) -> Iterator[dict[str, Any]]:
    """Yield one overlap for every stage and pair of splits."""
    known: list[tuple[Counter, Counter, dict[str, Any]]] = []  # avoids a search for a stage that changes no text
    for stage, (frame, column) in stages.items():
        texts = {
            name: Counter(map(exact_key, frame["text"][frame[column] == name]))
            for name in SPLITS
            if (frame[column] == name).any()
        }
        for first, second in combinations(texts, 2):
            pair = texts[first], texts[second]
            shared = next((overlap for one, other, overlap in known if (one, other) == pair), None)
            if shared is None:
                shared = _overlap(*pair, threshold)
                known.append((*pair, shared))
            yield {"stage": stage, "first": first, "second": second} | shared


def _overlap(first: Counter, second: Counter, threshold: float) -> dict[str, Any]:
    """Return what two splits share, counted in documents of the second one.

    Args:
        first, second: number of documents of each split by the `exact_key` of their text.
        threshold: least similarity of near-duplicates.

    Returns:
        `exact`, `exact_pairs`: documents of the second split with the same words as one of the first, and their pairs;
        `near`, `near_pairs`: the same for near-duplicates that are not exact ones;
        `contained`: share of the documents of the second split with most of their 5-grams in one document of the first;
        `documents`: all documents of the second split.
    """
    first_keys, second_keys = list(first), list(second)
    pairs, contained = compare(first_keys, second_keys, threshold=threshold, share=CONTAINED_SHARE)
    first_counts, second_counts = (np.fromiter(counter.values(), np.int64) for counter in (first, second))
    exact = np.array([key in first for key in second_keys], bool)
    different = np.array(
        [first_keys[i] != second_keys[j] for i, j in zip(pairs.first, pairs.second, strict=True)], bool
    )
    near_first, near_second = pairs.first[different], pairs.second[different]
    near = np.zeros(len(second_keys), bool)
    near[near_second] = True
    documents = int(second_counts.sum())
    return {
        "exact": int(second_counts[exact].sum()),
        "exact_pairs": sum(count * first[key] for key, count in second.items() if key in first),
        "near": int(second_counts[near & ~exact].sum()),
        "near_pairs": int((first_counts[near_first] * second_counts[near_second]).sum()),
        "contained": float(second_counts[contained].sum() / documents),
        "documents": documents,
    }


def _counts(labels: pd.Series) -> dict[str, int]:
    return {label: int(count) for label, count in sorted(labels.value_counts().items())}


def _label_conflicts(duplicates: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the duplicates whose label differs from that of the kept document, the most similar first."""
    conflicts = duplicates[duplicates["label"] != duplicates["kept_label"]]
    conflicts = conflicts.sort_values(["similarity", "cluster", "id"], ascending=[False, True, True])
    columns = {
        "cluster": "kept",
        "id": "other",
        "kept_label": "kept_label",
        "label": "label",
        "similarity": "similarity",
    }
    return conflicts.rename(columns=columns)[list(columns.values())].to_dict("records")


def _digest(split: pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for row in split[["id", "text", "label", "split"]].itertuples(index=False):
        digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()
