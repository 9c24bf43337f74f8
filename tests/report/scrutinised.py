"""What the scores of a made-up report hide: subgroups, labels in doubt, other shares of the classes."""

import copy
from typing import Any

from robust import estimate

from textstudy.report.schema.report import check

EXPOSURE = {
    "corpus": {"public": True, "published": 1995},
    "readers": [
        {"resource": "packaged-encoder", "kind": "encoder", "models": ["distilbert_freeze"], "published": 2021,
         "learned_from": "many books", "card": "https://example.org/card"}
    ],
}  # fmt: skip


def scrutinised(report: dict[str, Any], *, worse: bool = True, gap: float = 0.1) -> dict[str, Any]:
    """Return the report with its scrutiny, and with an encoder that may have read the texts before.

    Args:
        worse: whether the first part of each division is shown to be worse, by `gap`.
        gap: difference between the parts; with equal shares of classes, every accuracy is lower by as much.
    """
    report, names = copy.deepcopy(report), list(report["models"])
    report["exposure"] = EXPOSURE
    labels = report["corpus"]["labels"]
    parts = {
        ("length", "words"): ["up to 40 words", "more than 40 words"],
        ("cut", "wordpieces"): ["read in part", "read as a whole"],
        ("group", "shop"): ["<b>A</b>", "B"],
    }
    scores = [_part(0.7 - gap, 0.7, worse), _part(0.7, 0.7 - gap, False)]
    given = {label: 1 / len(labels) for label in labels}
    report["scrutiny"] = {
        "subgroups": [
            {"kind": kind, "by": by, "subgroups": [{"name": name, "documents": 200} for name in named],
             "models": {name: copy.deepcopy(scores) for name in names if kind != "cut" or "bert" in name}}
            for (kind, by), named in parts.items()
        ],
        "truncation": {
            "encoding": "wordpieces",
            "ranges": [{"least": 1, "most": 256, "documents": 200}, {"least": 257, "most": None, "documents": 90}],
            "models": {
                name: [{"accuracy": estimate(share), "cut": cut} for share, cut in ((0.7, 0.0), (0.6, _cut(name)))]
                for name in names
            },
            "pairs": [{"cut": "distilbert_freeze", "whole": "bilstm_attention", "reads_in_part": _windows(gap, worse),
                       "reads_whole": _windows(0.0, False)}],
        },
        "label_noise": {
            "wrong": estimate(0.06), "doubted": {"test": 8, "validation": 2},
            "models": {name: {"as_given": 0.7, "as_suggested": 0.75, "low": 0.64, "high": 0.76} for name in names},
        },
        "class_shares": {
            "reference": names[0], "common": labels[0],
            "scenarios": [
                {"name": name, "shares": given, "models": {each: _shifted(each == names[0], 0.0 if not place else gap)
                                                           for each in names}}
                for place, name in enumerate(("given", "equal"))
            ],
        },
    }  # fmt: skip
    return check(report)


def _part(accuracy: float, rest: float, worse: bool) -> dict[str, Any]:
    half = 0.02 if worse else 0.2
    return {"accuracy": estimate(accuracy), "rest": estimate(rest), "difference": estimate(accuracy - rest, half),
            "p_value": 0.0004 if worse else 0.4, "worse": worse}  # fmt: skip


def _cut(name: str) -> float:
    return float("bert" in name)


def _windows(gap: float, shown: bool) -> dict[str, Any]:
    return {"documents": 90, "cut": estimate(0.6), "whole": estimate(0.6 + gap),
            "difference": estimate(gap, 0.02 if shown else 0.2), "p_value": 0.0004 if shown else 0.4}  # fmt: skip


def _shifted(reference: bool, gap: float) -> dict[str, Any]:
    lead = None if reference else {**estimate(-0.01), "p_value": 1.0, "better": False}
    change = estimate(-gap, 0.02 * bool(gap))
    return {"accuracy": estimate(0.7 - gap), "macro_f1": estimate(0.69 - gap), "change": change, "lead": lead}
