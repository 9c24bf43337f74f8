"""Perturbed copies of training texts, so that a model learns from texts with typos."""

from collections.abc import Mapping, Sequence
from typing import Any

from textstudy.perturb.perturb import generator_for, perturb


def copy_texts(texts: Sequence[str], ids: Sequence[str], *, corpus: str, augmentation: Mapping[str, Any]) -> list[str]:
    """Return perturbed copies of the texts: the first copy of every text, then the second of every text, and so on.

    Each copy has a random generator of its own, which first draws one of the `kinds`.

    Args:
        texts: texts to perturb.
        ids: the ids of their documents, in the same order.
        corpus: the name of their corpus.
        augmentation: `kinds`, `share` (of a text's words) and `copies`, their number per text.
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
    return perturb(text, kind, share=share, generator=generator).text
