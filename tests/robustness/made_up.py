"""Samples and scores made up for the tests of robustness: as many as asked for, of models as good as asked for."""

import numpy as np
import pandas as pd

KINDS = ["deletion", "insertion"]
SHARES = [0.1, 0.4]
COLUMNS = ["id", "perturbation", "share", "variant"]


def settings(*, kinds=KINDS, shares=SHARES, variants=2, sentence=None) -> dict:
    """Settings of the perturbations, resolved."""
    return {"kinds": list(kinds), "shares": list(shares), "variants": variants, "sentence": sentence}


def samples(documents: int, options: dict) -> pd.DataFrame:
    """A PERTURBED table: every text has ten words, and a share of 0.1 edits one of them."""
    rows = [_row(f"d{number:05}", "ab"[number % 2], "none", 0.0, 0) for number in range(documents)]
    rows += [
        _row(row["id"], row["label"], kind, share, variant)
        for row in rows[:documents]
        for kind in options["kinds"]
        for share in options["shares"]
        for variant in range(options["variants"])
    ]
    sentence = options["sentence"]
    if sentence:
        rows.append(_row("sentence", sentence["label"], "none", 0.0, 0))
        rows += [
            _row("sentence", sentence["label"], kind, sentence["share"], variant)
            for kind in options["kinds"]
            for variant in range(sentence["variants"])
        ]
    return pd.DataFrame(rows).astype({"variant": "int32", "words": "int32"})


def _row(identifier: str, label: str, kind: str, share: float, variant: int) -> dict:
    words = [f"{identifier}x{place}" for place in range(10)]
    edits, start = [], 0
    for place, word in enumerate(words):
        if place < round(share * 10):
            edits.append({"start": start, "end": start + len(word), "before": word, "after": f"{word}{variant}"})
            words[place] = f"{word}{variant}"
        start += len(word) + 1
    return {
        "id": identifier,
        "label": label,
        "perturbation": kind,
        "share": share,
        "variant": variant,
        "text": " ".join(words),
        "words": 10,
        "edits": edits,
    }


def scores(table: pd.DataFrame, right: np.ndarray, *, confidence=0.8, tokens=10, unknown=0) -> pd.DataFrame:
    """The ROBUSTNESS table of a run with two classes that is `right` (samples,) or wrong; other columns broadcast."""
    label = (table["label"] == "b").to_numpy().astype("int32")
    predicted = np.where(right, label, 1 - label).astype("int32")
    sure = np.broadcast_to(np.asarray(confidence, np.float32), len(table))
    probabilities = np.where(np.arange(2) == predicted[:, None], sure[:, None], 1 - sure[:, None])
    return pd.DataFrame(
        {
            "id": table["id"],
            "label": label,
            **{name: table[name] for name in COLUMNS[1:]},
            "predicted": predicted,
            "probabilities": list(probabilities.astype(np.float32)),
            "tokens": np.broadcast_to(np.asarray(tokens, np.int32), len(table)),
            "unknown": np.broadcast_to(np.asarray(unknown, np.int32), len(table)),
        }
    )
