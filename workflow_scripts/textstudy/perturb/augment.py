"""Perturbed copies of training texts, so that a model learns from what it will be measured on."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.perturb.perturb import generator_for, perturb


def augmented(texts: Sequence[str], ids: Sequence[str], *, corpus: str, augmentation: Mapping[str, Any]) -> list[str]:
    """Return `copies` perturbed copies of each text, copy by copy, so the first len(texts) are one of each.

    Each copy of each text draws its kind from `kinds`, by a generator of its own.

    Args:
        texts: texts to perturb.
        ids: their documents' ids, in the same order.
        corpus: name of their corpus.
        augmentation: `kinds`, `share` (of a text's words) and `copies`.
    """
    return [
        _copy(text, document, variant, corpus, augmentation)
        for variant in range(augmentation["copies"])
        for text, document in zip(texts, ids, strict=True)
    ]


def _copy(text: str, document: str, variant: int, corpus: str, augmentation: Mapping[str, Any]) -> str:
    share = augmentation["share"]
    generator = generator_for(corpus, document, "augmentation", share, variant)
    kind = augmentation["kinds"][generator.integers(len(augmentation["kinds"]))]
    return perturb(text, kind, share=share, generator=generator, settings=augmentation).text
