"""Made-up robustness and explanations for the made-up report: drawn by formula, not measured."""

import copy
from itertools import combinations
from typing import Any

from sample import restate, sample, training_time

from textstudy.report.findings import make_findings

KINDS = ("contract", "extend", "homoglyph", "neighbour_swap", "qwerty", "deletion", "insertion", "substitution",
         "combination")  # fmt: skip
SHARES = (0.05, 0.1, 0.2, 0.4)
# What a perturbation costs at 40 % of the words, as a share of the largest drop that it could cause.
COSTS = {"contract": 0.0, "extend": 0.01, "homoglyph": 0.9, "neighbour_swap": 0.7, "qwerty": 0.75, "deletion": 0.6,
         "insertion": 0.65, "substitution": 0.8, "combination": 0.55}  # fmt: skip
FRAGILITY = {"linear_nb": 0.12, "bilstm_attention": 0.2, "distilbert_freeze": 0.3, "bilstm_augmented": 0.06}
CHANCE = 0.3
EDITED = {"contract": 80, "extend": 3}  # of 400 texts; other perturbations edit nearly all
FRACTIONS = [0.0, 0.1, 0.2, 0.3, 0.5]
AVERAGED = ("flip_rate", "confidence", "calibration_error", "tokens_added", "unknown_added")
TEXT = "It's a great film, I do not know why nobody likes it."
EDITS = {
    "contract": [(21, 27, "do not", "don't")],
    "extend": [(0, 4, "It's", "It is")],
    "homoglyph": [(7, 12, "great", "gr\u0435at")],
    "neighbour_swap": [(13, 17, "film", "flim")],
    "qwerty": [(7, 12, "great", "grewt"), (44, 49, "likes", "likws")],
    "deletion": [(33, 36, "why", "wy")],
    "insertion": [(7, 12, "great", "grqeat")],
    "substitution": [(37, 43, "nobody", "nobzdy")],
    "combination": [(0, 4, "It's", "It is"), (13, 17, "film", "fulm")],
}


def estimate(value: float, half: float = 0.02) -> dict[str, float]:
    """Return a figure with an interval of twice `half`."""
    return {"mean": value, "low": value - half, "high": value + half}


def perturbed(
    report: dict[str, Any], *, kinds: tuple[str, ...] = KINDS, shares: tuple[float, ...] = SHARES,
    fragility: dict[str, float] | None = None, sentence: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Return the report with a BiLSTM trained with perturbed copies, and with the robustness of four models.

    Args:
        kinds: the perturbations.
        fragility: model → the largest drop that a perturbation could cause at 40 % of the words.
        sentence: whether the report has the published protocol.
    """
    report = copy.deepcopy(report)
    base = report["models"]["bilstm_attention"]
    defended = copy.deepcopy({**base, "title": "BiLSTM + attention, perturbed copies"})
    base["settings"]["encoding"], defended["settings"]["encoding"] = "words", "typos"
    defended["settings"]["training"] = {**base["settings"]["training"], "epochs": 2}  # of twice the documents
    restate(base, defended)
    words = {"tokenizer": "words", "maximum_length": 256}
    copies = {"kinds": ["qwerty", "deletion"], "share": 0.2, "copies": 1}
    report["study"]["settings"]["encodings"] |= {"words": {**words, "augmentation": None},
                                                 "typos": {**words, "augmentation": copies}}  # fmt: skip
    defended["seconds"] = training_time(2 * base["seconds"]["train"], epoch=3.0)
    for run in defended["runs"]:
        run["folder"] = run["folder"].replace("bilstm_attention", "bilstm_augmented")
    report["models"]["bilstm_augmented"] = defended
    report["confusions"]["bilstm_augmented"] = report["confusions"]["bilstm_attention"]
    fragility = fragility or FRAGILITY
    measured = {name: _measured(report, name, loss, kinds, shares) for name, loss in fragility.items()}
    rank = sorted(measured, key=lambda name: -measured[name]["kept"]["mean"])
    report["robustness"] = {
        "settings": {"kinds": list(kinds), "shares": list(shares), "documents": 400, "variants": 1,
                     "as_published": False},
        "documents": 400,
        "groups": None, "chance": CHANCE, "edited_enough": 0.5, "fewest_edited": 10,
        "samples": [
            {"perturbation": kind, "share": share, "words_changed": 0.95 * share, "texts": 400,
             "edited": EDITED.get(kind, 398), "measured": kind != "extend", "averaged": kind not in EDITED}
            for kind in kinds for share in shares
        ],
        "models": measured,
        "pairs": [_pair(measured, *two) for two in combinations(measured, 2)],
        "ranking": [
            {"model": name, "rank": place, "kept": measured[name]["kept"],
             "ties": [other for other in rank if other != name and _overlap(measured[name], measured[other])]}
            for place, name in enumerate(rank, start=1)  # in a real report, tied models may share a rank
        ],
        "sentence": _sentence(measured, kinds) if sentence else None,
        "examples": [
            {"perturbation": kind, "id": f"doc/{place}", "text": TEXT, "edits": edits_of(kind)}
            for place, kind in enumerate(kinds)
        ],
    }  # fmt: skip
    return report


def two_models(**fragility: float) -> dict[str, Any]:
    """Return a report with the robustness of two models and without the published protocol."""
    return perturbed(sample(), fragility=fragility or {"linear_nb": 0.05, "bilstm_attention": 0.3}, sentence=False)


def sentences(report: dict[str, Any], kind: str) -> list[str]:
    """Return the sentences of all findings of one kind."""
    return [item["text"] for item in make_findings(report) if item["kind"] == kind]


def rows(table: Any) -> list[dict[str, str]]:
    """Return the rows of a table as header → cell."""
    return [dict(zip(table.headers, map(str, row), strict=True)) for row in table.rows]


def _pair(measured: dict[str, Any], first: str, second: str) -> dict[str, Any]:
    one, other = (measured[name] for name in (first, second))
    means = {
        "clean": [found["clean"]["accuracy"]["mean"] for found in (one, other)],
        "kept": [found["kept"]["mean"] for found in (one, other)],
        **{key: [found["overall"][key]["mean"] for found in (one, other)] for key in ("accuracy", "drop")},
    }
    return {"first": first, "second": second, **{key: estimate(a - b, 0.015) for key, (a, b) in means.items()}}


def set_difference(report: dict[str, Any], first: str, second: str, key: str, value: float, half: float = 0.01) -> None:
    """Set how much a figure of the first model is above that of the second, in their paired comparison."""
    for pair in report["robustness"]["pairs"]:
        if {pair["first"], pair["second"]} == {first, second}:
            pair[key] = estimate(value if pair["first"] == first else -value, half)


def edits_of(kind: str) -> list[dict[str, Any]]:
    """Return the edits that a perturbation makes in TEXT."""
    return [dict(zip(("start", "end", "before", "after"), edit, strict=True)) for edit in EDITS[kind]]


def _overlap(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return abs(first["kept"]["mean"] - second["kept"]["mean"]) <= 0.015


def _measured(report, name: str, loss: float, kinds, shares) -> dict[str, Any]:
    clean = report["models"][name]["test"]["accuracy"]["mean"]
    words = name != "distilbert_freeze"
    rows = []
    for kind in (kind for kind in kinds if kind != "extend"):
        for share in shares:
            drop = loss * COSTS[kind] * (share / 0.4) ** 0.7
            rows.append({
                "perturbation": kind, "share": share, "accuracy": estimate(clean - drop), "drop": estimate(drop, 0.012),
                "clean": estimate(clean), "kept": estimate(1 - drop / (clean - CHANCE), 0.02),
                "flip_rate": 0.01 + 1.3 * drop, "confidence": 0.8 - 0.3 * drop, "calibration_error": 0.05 + 0.6 * drop,
                "tokens_added": 0.0 if words else 1.1 * share * (COSTS[kind] > 0.05),
                "unknown_added": 0.8 * share * (COSTS[kind] > 0.05) if words else 0.0,
            })  # fmt: skip
    averaged = [row for row in rows if row["perturbation"] not in EDITED]
    mean = sum(row["drop"]["mean"] for row in averaged) / len(averaged)
    worst = max((row for row in rows if row["share"] == max(shares)), key=lambda row: row["drop"]["mean"])
    return {
        "runs": 1 if name == "linear_nb" else 3,
        "clean": {"accuracy": estimate(clean), "confidence": 0.8, "calibration_error": 0.05},
        "perturbed": rows,
        "worst": {"perturbation": worst["perturbation"], "share": worst["share"], "drop": worst["drop"]},
        "overall": {
            "accuracy": estimate(clean - mean),
            "clean": estimate(clean),
            "drop": estimate(mean, 0.01),
            **{key: sum(row[key] for row in averaged) / len(averaged) for key in AVERAGED},
        },
        "kept": estimate(1 - mean / (clean - CHANCE), 0.015),
    }


def _sentence(measured: dict[str, Any], kinds) -> dict[str, Any]:
    shown = {"bilstm_augmented": 1.0, "linear_nb": 0.93, "bilstm_attention": 1.0, "distilbert_freeze": 0.98}
    return {
        "text": "I liked this movie much!", "label": "rec.autos", "share": 0.1, "variants": 100,
        "edited": dict.fromkeys(kinds, 1.0),
        "models": {
            name: {"clean": float(name != "distilbert_freeze"),
                   "accuracies": {kind: 1.0 if COSTS[kind] < 0.5 else shown[name] for kind in kinds}}
            for name in measured
        },
    }  # fmt: skip


def explained(report: dict[str, Any], *, documents: int = 3) -> dict[str, Any]:
    """Return the report with explanations of a linear model and of a network with attention."""
    report = copy.deepcopy(report)
    labels = report["corpus"]["labels"]
    report["explanations"] = {
        "linear_nb": _explanation("weights", labels, attention=False, rival="bilstm_attention", documents=documents),
        "bilstm_attention": _explanation("integrated gradients", labels, attention=True, rival="linear_nb",
                                         documents=documents),
    }  # fmt: skip
    return report


def deletion(order: str, model: str | None, value: float, half: float = 0.02) -> dict[str, Any]:
    """Return a comparison with another order, of so much difference."""
    smallest = 0.05 if order == "random" else 0.0
    return {
        "order": order, "model": model, "documents": 40 if order == "model" else 50,
        "difference": estimate(value, half),
        "smallest_difference": smallest, "curve": [0.9 - (0.6 - value) * each for each in FRACTIONS],
        "shown": value - half > smallest,
    }  # fmt: skip


def set_deletions(report: dict[str, Any], name: str, *, half: float = 0.02, **values: float | None) -> None:
    """Set the differences of a model's explanation from random words, from rare ones (idf) and from another model."""
    found = report["explanations"][name]["faithfulness"]
    rival = next(other for other in report["explanations"] if other != name)
    found["comparisons"] = [
        deletion(order, rival if order == "model" else None, value, half)
        for order, value in values.items() if value is not None
    ]  # fmt: skip


def _explanation(method: str, labels, *, attention: bool, rival: str, documents: int) -> dict[str, Any]:
    words = TEXT.replace(",", " ,").replace(".", " .").split()
    strengths = (0.05, 0.0, 1.0, 0.4, 0.0, -0.02, 0.1, -0.65, 0.2, -0.3, -1.0, 0.55, 0.08, 0.0)
    tokens = [
        {"text": word, "attribution": strength, "attention": abs(strength) / 3 if attention else None}
        for word, strength in zip(words, strengths, strict=True)
    ]
    return {
        "seed": 1, "method": method, "attention": "weights of the attention" if attention else None,
        "sample": 100, "completeness": {"residual": 0.02, "largest_residual": 0.05, "difference": 2.0, "steps": 64.0,
                                        "most_steps": 128},
        "top_words": {label: [[f"{label[:3]}word{rank}", 0.9 / rank] for rank in range(1, 6)] for label in labels},
        "documents": [
            {"id": f"doc/{place}", "kind": kind, "label": labels[0], "predicted": labels[kind != "right"],
             "probability": 0.91, "perturbation": "qwerty" if kind == "flipped" else None, "tokens": tokens}
            for place, kind in enumerate(("right", "wrong", "flipped")[:documents])
        ],
        "faithfulness": {
            "fractions": FRACTIONS, "curve": [0.9 - 0.6 * each for each in FRACTIONS], "documents": 50,
            "comparisons": [deletion("random", None, 0.3), deletion("idf", None, 0.2), deletion("model", rival, 0.1)],
            "random_orders": 3, "models": 2,
        },
    }  # fmt: skip
