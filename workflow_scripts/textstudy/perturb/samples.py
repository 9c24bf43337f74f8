"""Perturbed test documents: a sample of the test split, without edits and with every perturbation."""

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
    """Return the PERTURBED table: each sampled test document without edits, then once per kind, share and variant.

    The rows depend on the documents' ids and texts, not on their order; a larger sample contains every smaller one.

    Args:
        split: a SPLIT table.
        corpus: the name of the corpus; random numbers depend on it.
        settings: `kinds`, `shares`, `documents` (None for all), `variants`, `as_published`; `sentence`,
            None or a `text` with its `label`, `share` and `variants`, comes last in the table, with the id "sentence".

    Raises:
        StudyError: there is no test document, or one has the id "sentence".
    """
    test = split[split["split"] == "test"]
    if test.empty:
        raise StudyError("There is no test document to perturb: set `split.test` to a share to draw.")
    if (test["id"] == SENTENCE).any():  # even without a sentence, because readers of the samples know it by this id
        raise StudyError(f"A test document has the id {SENTENCE!r}, which is reserved: rename the document.")
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
    """Return (id, label, text) of `documents` documents; the count of each label is within one of its share."""
    order = test.assign(draw=[_digest(corpus, document) for document in test["id"]]).sort_values("draw")
    by_label = order.groupby("label")["draw"]
    # Sorting by each document's relative position within its label mixes the labels evenly.
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
    """Yield the rows of one document: without edits, then its perturbed versions."""
    yield document, label, "none", 0.0, 0, text, len(Words.of(text)), []
    for kind in settings["kinds"]:
        for share in shares:
            for variant in range(variants):
                generator = generator_for(corpus, document, kind, share, variant)
                result = perturb(text, kind, share=share, generator=generator, as_published=settings["as_published"])
                edits = [edit._asdict() for edit in result.edits]
                yield document, label, kind, share, variant, result.text, result.words, edits
