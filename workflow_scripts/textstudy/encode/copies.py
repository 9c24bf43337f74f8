"""Perturbed copies of the training documents, for a model that shall be robust to typos."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pandas as pd


def perturbed_copies(split: pd.DataFrame, corpus: str, augmentation: Mapping[str, Any] | None) -> pd.DataFrame | None:
    """Return perturbed copies (id, text, label, split) of the training documents, or None without augmentation.

    Args:
        split: a SPLIT table.
        corpus: the name of the corpus; random numbers depend on it.
        augmentation: `kinds`, `share` and `copies`, see `copy_texts`.
    """
    if augmentation is None:
        return None
    # Imported by name, so that a change of the perturbations makes no other encoding stale.
    augment = import_module("textstudy.perturb.augment")
    train = split.loc[split["split"] == "train", ["id", "text", "label", "split"]]
    copies = pd.concat([train] * augmentation["copies"], ignore_index=True)
    texts = augment.copy_texts(train["text"].tolist(), train["id"].tolist(), corpus=corpus, augmentation=augmentation)
    number = copies.groupby("id").cumcount() + 1
    return copies.assign(text=texts, id=copies["id"] + "~" + number.astype(str))
