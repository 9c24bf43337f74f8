"""The texts that models are measured on: a sample of the test split, clean and under every perturbation."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from textstudy.errors import StudyError
from textstudy.perturb.perturb import generator_for, perturb
from textstudy.perturb.words import Words

COLUMNS = ("id", "label", "perturbation", "share", "variant", "text", "words", "edits")
SENTENCE = "sentence"  # the id of the single sentence


def make_samples(split: pd.DataFrame, *, corpus: str, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the PERTURBED table: each sampled test document clean, then once per kind, share and variant.

    The rows depend on the documents' ids and texts, not on the order of `split`; a larger sample holds the smaller one.

    Args:
        split: a SPLIT table.
        corpus: name of the corpus, part of every seed.
        settings: `kinds`, `shares`, `documents` (None for all), `variants`, and those of `perturb`; `sentence` is None
            or holds a `text` with its `label`, a `share` and `variants`: it comes last, with the id "sentence".

    Raises:
        StudyError: there is no test document, or one is named like the sentence.
    """
    test = split[split["split"] == "test"]
    if test.empty:
        raise StudyError("The split has no test document to perturb: set `split.test` to a share to draw.")
    if (test["id"] == SENTENCE).any():  # with or without a sentence: what reads the samples knows it by this id
        raise StudyError(f"A test document has the id {SENTENCE!r}, which is kept for the single sentence: rename it.")
    rows: list[tuple] = []
    for document, label, text in sample(test, corpus=corpus, documents=settings["documents"]):
        rows += _versions(document, label, text, corpus, settings, settings["shares"], settings["variants"])
    if settings["sentence"] is not None:
        sentence = settings["sentence"]
        rows += _versions(
            SENTENCE, sentence["label"], sentence["text"], corpus, settings, [sentence["share"]], sentence["variants"]
        )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"share": "float64", "variant": "int32", "words": "int32"})


def sample(test: pd.DataFrame, *, corpus: str, documents: int | None) -> list[tuple[str, str, str]]:
    """Return (id, label, text) of as many documents, each label within one document of its share of them."""
    order = test.assign(draw=[_digest(corpus, document) for document in test["id"]]).sort_values("draw")
    by_label = order.groupby("label")["draw"]
    # The share of its label's documents that comes before a document puts the labels' orders into one.
    order = order.assign(rank=(by_label.cumcount() + 0.5) / by_label.transform("size")).sort_values(["rank", "draw"])
    return list(order[["id", "label", "text"]].head(documents).itertuples(index=False, name=None))


def _digest(corpus: str, document: str) -> bytes:
    return hashlib.sha256(f"{corpus}\n{document}".encode()).digest()


def _versions(
    document: str,
    label: str,
    text: str,
    corpus: str,
    settings: Mapping[str, Any],
    shares: Sequence[float],
    variants: int,
) -> Iterator[tuple]:
    yield document, label, "none", 0.0, 0, text, len(Words.of(text)), []
    for kind in settings["kinds"]:
        for share in shares:
            for variant in range(variants):
                generator = generator_for(corpus, document, kind, share, variant)
                result = perturb(text, kind, share=share, generator=generator, settings=settings)
                edits = [edit._asdict() for edit in result.edits]
                yield document, label, kind, share, variant, result.text, result.words, edits
