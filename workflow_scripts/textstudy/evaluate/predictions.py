"""The predictions of the runs of a study, by model."""

from collections.abc import Sequence

import pandas as pd

from textstudy.storage.tables import PREDICTIONS, read_table


def predictions_by_model(runs: Sequence[tuple[str, int]], paths: Sequence[str]) -> dict[str, list[pd.DataFrame]]:
    """Return model → the PREDICTIONS of each of its runs, by seed.

    Args:
        runs: (model, seed), one for each path.
    """
    found: dict[str, list[pd.DataFrame]] = {}
    for (model, _), path in sorted(zip(map(tuple, runs), paths, strict=True)):
        found.setdefault(model, []).append(read_table(path, PREDICTIONS))
    return found
