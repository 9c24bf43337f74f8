"""What an honest reader asks of a preparation: does a text stand in two splits, and what do predictions rest on?

Everything is recomputed from the texts; what the earlier steps say about themselves is not taken for granted.
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
from textstudy.prepare.overlap import compare
from textstudy.prepare.suspects import strongest_features, suspects
from textstudy.prepare.words import exact_key
from textstudy.storage.tables import HELD_OUT, SPLITS

NEAR_THRESHOLD = 0.7  # Jaccard similarity counted where a study looks for exact duplicates only
CONTAINED_SHARE = 0.8  # of a document's 5-grams within one other document
CONFLICTS_LISTED = 200
FEATURES_FROM = 50_000  # training documents at most; a linear model needs minutes for some hundred thousand phrases


def audit(
    documents: pd.DataFrame,
    clean: pd.DataFrame,
    unique: pd.DataFrame,
    split: pd.DataFrame,
    duplicates: pd.DataFrame,
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what `audit.json` holds; pass it to `check` to fail on a leak.

    Args:
        documents, clean, unique, split, duplicates: the tables of the preparation, in the order they are made.
        settings: `near_threshold`; None where near-duplicates may stay, which are then counted at `NEAR_THRESHOLD`.

    Returns:
        - `near_threshold`: as set;
        - `overlaps`: for every stage and pair of splits, see `_overlap` for what each holds;
        - `empties`: documents without text; `label_counts`: documents per label of each split;
        - `label_conflicts`, `label_conflict_count`: duplicates whose label is not that of the document kept;
        - `top_features`, `suspects`: see `textstudy.prepare.suspects`; `features_from`, the training documents drawn
          for them, only where there are more than `FEATURES_FROM`;
        - `digest`: SHA-256 of ids, texts, labels and splits in order.
    """
    stages = {
        "parsed": (documents, "official_split"),
        "cleaned": (clean, "official_split"),
        "deduplicated": (unique, "official_split"),
        "split": (split, "split"),
    }
    conflicts = _label_conflicts(duplicates)
    seen = _seen(split)
    top_features = strongest_features(documents, seen)
    return {
        "near_threshold": settings["near_threshold"],
        "overlaps": list(_overlaps(stages, settings["near_threshold"] or NEAR_THRESHOLD)),
        "empties": int((split["text"].str.strip() == "").sum()),
        "label_counts": {name: _counts(split["label"][split["split"] == name]) for name in SPLITS},
        "label_conflicts": conflicts[:CONFLICTS_LISTED],
        "label_conflict_count": len(conflicts),
        "top_features": top_features,
        "suspects": suspects(documents, seen, top_features),
        "digest": _digest(split),
    } | ({"features_from": FEATURES_FROM} if len(seen) < len(split) else {})


def check(result: Mapping[str, Any]) -> None:
    """Raise where an audit found a leak between the final splits, an empty text, or labels that cannot be learned.

    Raises:
        StudyError: names everything that was found.
    """
    faults = []
    for overlap in result["overlaps"]:
        near = overlap["near"] if result["near_threshold"] is not None else 0
        if overlap["stage"] == "split" and overlap["exact"] + near:
            faults.append(
                f"{overlap['exact']} exact and {near} near duplicates of {overlap['first']} documents "
                f"stand in {overlap['second']}"
            )
    if result["empties"]:
        faults.append(f"{result['empties']} documents have no text")
    labels = result["label_counts"]["train"]
    if len(labels) < 2:
        faults.append(f"train has fewer than two labels ({', '.join(labels) or 'none'})")
    for name in HELD_OUT:
        unknown = sorted(set(result["label_counts"][name]) - set(labels))
        if unknown:
            faults.append(f"{name} has labels that train lacks ({', '.join(unknown)})")
    if faults:
        raise StudyError(
            f"The audit of the prepared corpus failed: {'; '.join(faults)}; "
            "mend the settings of clean, deduplicate or split in the study, or the corpus itself."
        )


def _seen(split: pd.DataFrame) -> pd.DataFrame:
    """Return `split` with no more than `FEATURES_FROM` of its training documents."""
    train = split[split["split"] == "train"]
    if len(train) <= FEATURES_FROM:
        return split
    drawn = train.sample(FEATURES_FROM, random_state=0).index
    return split[(split["split"] != "train") | split.index.isin(drawn)]


def _overlaps(stages: Mapping[str, tuple[pd.DataFrame, str]], threshold: float) -> Iterator[dict[str, Any]]:
    """Yield for every stage and pair of splits what they share."""
    known: list[tuple[Counter, Counter, dict[str, Any]]] = []  # a stage that changes no text costs no search
    for stage, (frame, column) in stages.items():
        texts = {
            name: Counter(map(exact_key, frame["text"][frame[column] == name]))
            for name in SPLITS
            if (frame[column] == name).any()
        }
        for first, second in combinations(texts, 2):
            ours, theirs = texts[first], texts[second]
            shared = next((found for one, other, found in known if one == ours and other == theirs), None)
            if shared is None:
                shared = _overlap(ours, theirs, threshold)
                known.append((ours, theirs, shared))
            yield {"stage": stage, "first": first, "second": second} | shared


def _overlap(ours: Counter, theirs: Counter, threshold: float) -> dict[str, Any]:
    """Return what two splits share, counted in documents of the second.

    Args:
        ours, theirs: how often each text, as its `exact_key`, stands in the first split and in the second.
        threshold: the similarity that makes a near-duplicate.

    Returns:
        `exact`, `exact_pairs`: documents of the second with the same words as one of the first, and how many pairs;
        `near`, `near_pairs`: the same for a similarity that reaches `threshold`, exact duplicates left out;
        `contained`: share of the documents of the second with most of their 5-grams in a single one of the first;
        `documents`: documents of the second.
    """
    keys, other_keys = list(ours), list(theirs)
    pairs, contained = compare(keys, other_keys, threshold=threshold, share=CONTAINED_SHARE)
    our_counts, their_counts = (np.fromiter(counter.values(), np.int64) for counter in (ours, theirs))
    exact = np.array([key in ours for key in other_keys], bool)
    different = np.array([keys[i] != other_keys[j] for i, j in zip(pairs.first, pairs.second, strict=True)], bool)
    near_first, near_second = pairs.first[different], pairs.second[different]
    near = np.zeros(len(other_keys), bool)
    near[near_second] = True
    documents = int(their_counts.sum())
    return {
        "exact": int(their_counts[exact].sum()),
        "exact_pairs": sum(count * ours[key] for key, count in theirs.items() if key in ours),
        "near": int(their_counts[near & ~exact].sum()),
        "near_pairs": int((our_counts[near_first] * their_counts[near_second]).sum()),
        "contained": float(their_counts[contained].sum() / documents),
        "documents": documents,
    }


def _counts(labels: pd.Series) -> dict[str, int]:
    return {label: int(count) for label, count in sorted(labels.value_counts().items())}


def _label_conflicts(duplicates: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the duplicates whose label is not that of the document kept, the most similar first."""
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
