"""The samples as a grid of documents, perturbations with their shares, and variants; scores in the same order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from textstudy.errors import StudyError

CLEAN = "none"  # the perturbation of a text as it was
SENTENCE = "sentence"  # the id of the one sentence of the published protocol
KEYS = ["id", "perturbation", "share", "variant"]


@dataclass(frozen=True)
class Grid:
    """The place of each sample: the clean documents, then the conditions in order, then the sentence.

    Attributes:
        keys: of every sample, in this order: the clean documents; condition by condition, document by document, each
            variant; the clean sentence, and each of its variants kind by kind.
        documents: ids, sorted.
        conditions: (perturbation, share), kinds in the order of the study, shares rising.
        kinds: perturbations of the sentence.
        variants: number of variants of each document under each condition.
        sentence_variants: number of variants of the sentence under each kind, 0 without a sentence.
    """

    keys: pd.MultiIndex
    documents: list[str]
    conditions: list[tuple[str, float]]
    kinds: list[str]
    variants: int
    sentence_variants: int

    def arrange(self, table: pd.DataFrame, name: str) -> pd.DataFrame:
        """Return the rows of a PERTURBED or ROBUSTNESS table in the order of the grid; errors call it `name`.

        Raises:
            StudyError: it does not hold each sample of the grid exactly once.
        """
        found = pd.MultiIndex.from_frame(table[KEYS])
        rows = found.get_indexer(self.keys) if found.is_unique else np.array([-1])
        if len(found) != len(self.keys) or (rows < 0).any():
            raise StudyError(f"{name} does not hold the samples of this study, each once: delete it and rerun.")
        return table.iloc[rows]

    def over_documents(self, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return an arranged column as (documents,) of the clean texts and (conditions, documents, variants)."""
        count = len(self.documents)
        shape = len(self.conditions), count, self.variants
        end = count + int(np.prod(shape))
        return column[:count], column[count:end].reshape(*shape, *column.shape[1:])

    def over_sentence(self, column: np.ndarray) -> tuple[Any, np.ndarray]:
        """Return an arranged column as the clean sentence's value and (kinds, variants)."""
        size = len(self.kinds) * self.sentence_variants
        return column[-size - 1], column[-size:].reshape(len(self.kinds), self.sentence_variants)


def make_grid(samples: pd.DataFrame, settings: Mapping[str, Any]) -> Grid:
    """Return the grid that the settings of the perturbations span over the documents of the PERTURBED table.

    Args:
        settings: kinds, shares, variants; sentence, with its share and variants, or None.
    """
    kinds, variants, sentence = list(settings["kinds"]), settings["variants"], settings["sentence"]
    clean = samples["id"][(samples["perturbation"] == CLEAN) & (samples["id"] != SENTENCE)]
    documents = sorted(clean)
    conditions = [(kind, float(share)) for kind in kinds for share in sorted(settings["shares"])]
    keys = [(document, CLEAN, 0.0, 0) for document in documents]
    keys += [
        (document, kind, share, variant)
        for kind, share in conditions
        for document in documents
        for variant in range(variants)
    ]
    if sentence:
        keys.append((SENTENCE, CLEAN, 0.0, 0))
        keys += [
            (SENTENCE, kind, float(sentence["share"]), variant)
            for kind in kinds
            for variant in range(sentence["variants"])
        ]
    return Grid(
        keys=pd.MultiIndex.from_tuples(keys, names=KEYS),
        documents=documents,
        conditions=conditions,
        kinds=kinds,
        variants=variants,
        sentence_variants=sentence["variants"] if sentence else 0,
    )
