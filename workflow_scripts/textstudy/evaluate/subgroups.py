"""Accuracy on parts of the test documents: short and long ones, those cut by an encoding, languages, groups."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from textstudy.evaluate.contrasts import Contrasts, contrast
from textstudy.evaluate.documents import number_groups, right_answers
from textstudy.prepare.language_names import UNKNOWN
from textstudy.prepare.languages import identify_languages
from textstudy.storage.tables import GROUP, group_kinds

FEWEST = 20  # test documents of a subgroup from which it is looked at
MOST_VALUES = 12  # of a kind of group; authors and threads have more, and a value of theirs says little
LANGUAGE_SHARE = 0.05  # of the test documents; what is rarer is mostly an error of the identification
OTHERS = ""  # the name of all documents in no subgroup of their own


def compare_subgroups(
    runs: Mapping[str, Sequence[pd.DataFrame]],
    split: pd.DataFrame,
    *,
    cut: Mapping[str, pd.Series],
    encodings: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return the accuracy of each model on subgroups of the test documents, each compared with all other ones.

    A row has its `kind` (length, cut, language or group), `by` (the encoding, or the kind of group), `subgroups`
    ({"name", "documents"}) and `models`: name → for each subgroup `accuracy`, `rest` and `difference` of the two, each
    {"mean", "low", "high"}, the p-value of the difference, and `worse`: whether it is shown to be below 0. The
    intervals of the differences hold for all subgroups of a row together, and p-values are adjusted for them.

    Args:
        runs: model → PREDICTIONS of each seed.
        split: the SPLIT table.
        cut: encoding → by id, whether it keeps only the beginning of a document.
        encodings: model → the encoding that it reads, of those models that read one.
    """
    test = split[split["split"] == "test"].sort_values("id")
    kin = list(number_groups(test).values())
    rows = []
    for kind, by, names, order in _divisions(test, cut):
        subgroups, codes = _subgroups(names, order)
        if not subgroups:
            continue
        models = {
            name: _scores(right_answers(tables, test["id"]), codes, len(subgroups), kin)
            for name, tables in runs.items()
            if kind != "cut" or encodings.get(name) == by
        }
        counted = [{"name": name, "documents": int((names == name).sum())} for name in subgroups]
        rows.append({"kind": kind, "by": by, "subgroups": counted, "models": models})
    return rows


def _divisions(test: pd.DataFrame, cut: Mapping[str, pd.Series]) -> Iterator[tuple[str, str, np.ndarray, list[str]]]:
    """Yield each way to divide the test documents: kind, by, the name of each document's subgroup, names in order."""
    yield "length", "words", *_thirds(test["text"])
    for encoding, is_cut in cut.items():
        order = ["read in part", "read as a whole"]
        yield "cut", encoding, np.where(is_cut.loc[test["id"]], *order), order
    languages = _languages(test["text"])
    yield "language", "language", languages, sorted(set(languages))
    for kind in group_kinds(test):
        values = test[f"{GROUP}{kind}"].to_numpy(dtype=object)
        if len(set(values) - {OTHERS}) <= MOST_VALUES:
            yield "group", kind, values, sorted(set(values))


def _thirds(texts: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return "up to 34 words", "35 to 80 words" or "more than 80 words" for each text, and these names."""
    words = texts.str.split().str.len().to_numpy()
    first, second = (int(bound) for bound in np.quantile(words, [1 / 3, 2 / 3], method="lower"))
    names = [f"up to {first} words", f"{first + 1} to {second} words", f"more than {second} words"]
    return np.array(names, dtype=object)[(words > first).astype(int) + (words > second)], names


def _languages(texts: pd.Series) -> np.ndarray:
    """Return the language of each text; OTHERS where it is rare or not identified."""
    languages = pd.Series(list(identify_languages(texts)))
    shares = languages.value_counts(normalize=True)
    rare = languages.map(shares) < LANGUAGE_SHARE
    return languages.mask(rare | (languages == UNKNOWN), OTHERS).to_numpy(dtype=object)


def _subgroups(names: np.ndarray, order: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Return the subgroups with enough documents and each document's place among them; the others' is after the last.

    There are none where too few documents are left to compare a subgroup with.
    """
    counts = {name: int((names == name).sum()) for name in order}
    large = [name for name in order if name != OTHERS and counts[name] >= FEWEST]
    if len(names) - max((counts[name] for name in large), default=len(names)) < FEWEST:
        return [], names
    place = {name: number for number, name in enumerate(large)}
    return large, np.array([place.get(name, len(large)) for name in names])


def _scores(right: np.ndarray, codes: np.ndarray, subgroups: int, kin: Sequence[np.ndarray]) -> list[dict[str, Any]]:
    sizes = np.bincount(codes).astype(float)
    own = np.eye(len(sizes))[:subgroups]
    rest = (1 - own) * sizes
    rest /= rest.sum(axis=1, keepdims=True)
    accuracy, others, difference = (contrast(right, codes, each, kin) for each in (own, rest, own - rest))
    p_values = difference.p_values()
    columns = [_estimates(accuracy), _estimates(others), _estimates(difference, simultaneous=True)]
    return [
        {
            "accuracy": each, "rest": other, "difference": change, "p_value": float(p_value),
            "worse": change["high"] < 0,
        }
        for each, other, change, p_value in zip(*columns, p_values, strict=True)
    ]  # fmt: skip


def _estimates(found: Contrasts, *, simultaneous: bool = False) -> list[dict[str, float]]:
    low, high = found.intervals(simultaneous=simultaneous)
    least = -1.0 if simultaneous else 0.0
    return [
        {"mean": float(mean), "low": float(max(below, least)), "high": float(min(above, 1.0))}
        for mean, below, above in zip(found.mean, low, high, strict=True)
    ]
