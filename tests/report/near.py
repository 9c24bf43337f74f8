"""A made-up semantic audit."""

from typing import Any


def semantic_audit(labels: tuple[str, ...]) -> dict[str, Any]:
    """Return the semantic audit of 400 test documents, of which 8 are near."""
    quantiles = {"p5": 0.31, "p25": 0.42, "median": 0.52, "p75": 0.61, "p95": 0.74, "p99": 0.82, "maximum": 0.991}
    split = {"quantiles": quantiles, "near": 8, "near_same_label": 7, "same_label": 240}
    pair = {"id": "test/7", "label": labels[0], "text": "Space digest, issue 12: the launch is on Monday …"}
    return {
        "encoder": "packaged-encoder",
        "near": 0.8,
        "splits": {
            "train": {**split, "documents": 1200, "near": 36, "near_same_label": 35, "same_label": 800},
            "validation": {**split, "documents": 200, "near": 0, "near_same_label": 0, "same_label": 130},
            "test": {**split, "documents": 400},
        },
        "levels": [
            {"low": 0.9, "high": None, "documents": 2, "same_label": 2},
            {"low": 0.8, "high": 0.9, "documents": 6, "same_label": 5},
            {"low": 0.4, "high": 0.5, "documents": 300, "same_label": 200},
            {"low": None, "high": 0.4, "documents": 92, "same_label": 33},
        ],
        "pairs": [
            {**pair, "similarity": 0.991, "shared": 0.55, "neighbour": "train/3", "neighbour_label": labels[0],
             "neighbour_text": "Space digest, issue 11: the launch is on Friday …"},
            {**pair, "similarity": 0.81, "shared": 0.0, "neighbour": "train/4", "neighbour_label": labels[-1],
             "neighbour_text": "When is the launch?"},
        ],
    }  # fmt: skip
