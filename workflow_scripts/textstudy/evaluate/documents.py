"""The test documents as the analyses of scores read them: who was right, and which documents belong together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from textstudy.storage.tables import GROUP, group_kinds


def right_answers(tables: Sequence[pd.DataFrame], identifiers: pd.Series) -> np.ndarray:
    """Return (documents, seeds): 1 where a run is right, else 0; the documents are in the order of the identifiers."""
    found = [table.set_index("id").loc[identifiers] for table in tables]
    return np.stack([(each["predicted"] == each["label"]).to_numpy(float) for each in found], axis=1)


def kin_of(documents: pd.DataFrame) -> list[np.ndarray]:
    """Return for each kind of group a number for each document, the same for those of one group.

    A document without a group is alone.
    """
    return [_numbers(documents[f"{GROUP}{kind}"]) for kind in group_kinds(documents)]


def _numbers(groups: pd.Series) -> np.ndarray:
    codes = pd.factorize(groups)[0]
    alone = (groups == "").to_numpy()
    codes[alone] = codes.max(initial=0) + 1 + np.arange(alone.sum())
    return codes
