"""Perturbed copies of the training documents: what a model is shown that is to stand typos."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pandas as pd


def perturbed_copies(split: pd.DataFrame, corpus: str, augmentation: Mapping[str, Any] | None) -> pd.DataFrame | None:
    """Return the copies (id, text, label, split) of the training documents of a SPLIT table; None without augmentation.

    Args:
        split: the SPLIT table of the preparation.
        corpus: its name, from which the copies' seeds derive.
        augmentation: kinds, share and copies.
    """
    if augmentation is None:
        return None
    # By name: an encoding without copies is not stale when the perturbations change.
    augment = import_module("textstudy.perturb.augment")
    train = split.loc[split["split"] == "train", ["id", "text", "label", "split"]]
    copies = pd.concat([train] * augmentation["copies"], ignore_index=True)
    texts = augment.augmented(train["text"].tolist(), train["id"].tolist(), corpus=corpus, augmentation=augmentation)
    number = copies.groupby("id").cumcount() + 1
    return copies.assign(text=texts, id=copies["id"] + "~" + number.astype(str))
