"""A made-up report whose corpus has authors and times; its numbers are chosen, not measured."""

import copy
from typing import Any

from robust import estimate


def grouped(report: dict[str, Any], *, easier: bool = True, gain: float = 0.08) -> dict[str, Any]:
    """Return the report with groups and times.

    Args:
        easier: whether validation is nearer to training than test is.
        gain: by how much models are more accurate on test documents of known authors; within classes, it is half of
            that, give or take 0.03.
    """
    report = copy.deepcopy(report)
    report["audit"] |= {
        "groups": [
            {"kind": "author", "split": split, "documents": 100, "known": known, "without": 2, "groups": 80,
             "known_groups": known // 2}
            for split, known in (("validation", 63), ("test", 50))
        ],
        "times": [
            _span("train", "1993-03-01", "1993-04-10"),
            _span("validation", "1993-03-02", "1993-04-09", later=0.5, overlap=1.0),
            _span("test", "1993-04-09", "1993-05-20", later=0.985, overlap=0.02),
        ],
        "easier": [{"by": by, "validation": 0.63, "test": 0.5} for by in ("author", "time")] if easier else [],
    }  # fmt: skip
    report["leakage"]["splits"] = [
        {"by": by, "train": 200, "test": 100, "random": estimate(0.75), "strict": estimate(0.75 - price),
         "difference": estimate(price)}
        for by, price in (("time", 0.03), ("author", 0.01))
    ]  # fmt: skip
    for row in report["leakage"]["variants"][1:]:
        change = row["difference"] - 0.1
        row["unknown_groups"] = {
            "author": {"difference": change, "difference_low": change - 0.01, "difference_high": change + 0.01,
                       "documents": 50}
        }  # fmt: skip
    examined = {"documents": 100, "asked": [], "shared": None, "label_issues": None}
    examined |= {key: {name: [] for name in report["models"]} for key in ("confusions", "reliability")}
    scores = {"known": estimate(0.7 + gain), "unknown": estimate(0.7), "difference": estimate(gain, 0.03)}
    scores["within_classes"] = estimate(gain / 2, 0.03)
    models = {name: copy.deepcopy(scores) for name, model in report["models"].items() if not model["refits"]}
    known = {"kind": "author", "known": 50, "unknown": 48, "models": models}
    report["errors"] = {**(report["errors"] or examined), "groups": [known]}
    return report


def _span(split: str, earliest: str, latest: str, **compared: float) -> dict[str, Any]:
    span = {"split": split, "documents": 98, "without": 2, "earliest": earliest, "median": "1993-04-05"}
    return {**span, "latest": latest, "later": None, "overlap": None, **compared}
