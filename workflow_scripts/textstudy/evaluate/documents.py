"""Documents as the analyses of scores read them: which runs were right, and which documents belong together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from textstudy.storage.tables import GROUP, group_kinds


def right_answers(tables: Sequence[pd.DataFrame], identifiers: pd.Series) -> np.ndarray:
    """Return (documents, seeds): 1 where a run is right, else 0; the documents are in the order of the identifiers."""
    found = [table.set_index("id").loc[identifiers] for table in tables]
    return np.stack([(each["predicted"] == each["label"]).to_numpy(float) for each in found], axis=1)


def validation_accuracy(tables: Sequence[pd.DataFrame]) -> float:
    """Return the validation accuracy of a model, the mean over its PREDICTIONS of each seed."""
    parts = [table[table["split"] == "validation"] for table in tables]
    return float(np.mean([(part["predicted"] == part["label"]).mean() for part in parts]))


def number_groups(documents: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return kind of group → (documents,) the number of each document's group; one without is a group of its own."""
    return {kind: _numbers(documents[f"{GROUP}{kind}"]) for kind in group_kinds(documents)}


def _numbers(groups: pd.Series) -> np.ndarray:
    names = groups.to_numpy(dtype=object)
    return pd.factorize(np.where(names == "", np.arange(len(names)), names))[0]
