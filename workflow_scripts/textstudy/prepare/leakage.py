"""How much leaks raise the test accuracy: one model on the same documents, with and without what cleaning removes."""

from collections.abc import Callable, Iterator, Mapping, Set
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.naive_bayes import ComplementNB

from textstudy.ngrams import NgramVectorizer
from textstudy.prepare.clean import lines_to_strip
from textstudy.prepare.clean_text import clean_text, truncate
from textstudy.prepare.groups import known_groups
from textstudy.prepare.header_parts import other_fields, subject
from textstudy.prepare.split_prices import price_of_splits
from textstudy.storage.tables import SPLITS, group_kinds

MODEL = "complement naive Bayes on TF-IDF of word 1- and 2-grams"
MOST = 50_000  # documents of all splits; more would take minutes and change little
RESAMPLES = 10_000
SEED = 13  # of the bootstrap, of the sample, and of the draw of splits for duplicates
_LEFT_IN = ("headers", "quotes", "signatures")
_SWITCHES = (*_LEFT_IN, "blocks")
_HEADER_PARTS = {"subject": subject, "other header fields": other_fields}


class _Variant(NamedTuple):
    name: str
    train: pd.DataFrame  # text, label
    test: pd.DataFrame  # text, label; begins with the documents of the clean test split, in their order


def measure_leakage(
    documents: pd.DataFrame,
    split: pd.DataFrame,
    duplicates: pd.DataFrame,
    settings: Mapping[str, Any],
    stop_words: Set[str] | None = None,
) -> dict[str, Any]:
    """Return the test accuracy of one linear model on clean text, and on text with each possible leak.

    All variants train and test on the same documents, cut to the same number of words. Only "duplicates left in" adds
    to each split the duplicates that were removed from it. A variant that changes no text is not measured. Of more than
    `MOST` documents, a random sample is used, with its own duplicates.

    Args:
        documents: the DOCUMENTS table.
        split: the SPLIT table.
        duplicates: the table of duplicates.
        settings: the settings of `clean` for the SPLIT table.
        stop_words: as for `clean`.

    Returns:
        `model`, `variants` and, if the corpus has groups or times, `splits` (see `price_of_splits`). The first variant
        is "clean". Each has `variant`, its name, `accuracy` with its 95 % bootstrap interval over documents (`low`,
        `high`), `difference` to the clean variant with its interval from the same resamples (`difference_low`,
        `difference_high`), and `documents`, their number in the test; with groups also `unknown_groups`: kind → the
        difference on the test documents of groups that no training document has. There are no variants if the clean
        texts hold no word that the model can use. `sample` is the number of documents drawn, present only if there are
        more.
    """
    recurring = dict(zip(documents["id"], lines_to_strip(documents["text"], settings), strict=True))
    sample = {}
    if len(split) > MOST:
        sample = {"sample": MOST}
        split = split.sample(MOST, random_state=SEED).sort_index()
        duplicates = duplicates[duplicates["cluster"].isin(split["cluster"])]
        documents = documents[documents["id"].isin(pd.concat([split["id"], duplicates["id"]]))]
    generator = np.random.default_rng(SEED)

    def clean_again(texts: pd.Series, **left_in: bool) -> list[str]:
        switches = {name: settings[name] for name in _SWITCHES} | left_in
        maximum = settings["maximum_words"]
        cleaned = (
            clean_text(text, **switches, recurring=recurring[name], stop_words=stop_words)
            for name, text in texts.items()
        )
        return [truncate(text, maximum) for text in cleaned]

    raw = documents.set_index("id")[["text", "label", "official_split"]]
    train, test = split[split["split"] == "train"], split[split["split"] == "test"]
    clean_correct = _correct(_Variant("clean", train, test))
    if clean_correct is None:
        return {"model": MODEL, "variants": [], **sample}
    splits = price_of_splits(split, lambda *parts: _correct(_Variant("", *parts)))
    unknown = {kind: known_groups(test, train, kind) == 0 for kind in group_kinds(split)}
    rows = [_row("clean", clean_correct, clean_correct, generator)]
    for variant in _variants(raw, train, test, settings, clean_again):
        correct = _correct(variant)
        if correct is not None:  # None if a quote before the text moves all its words over the limit
            row = _row(variant.name, correct, clean_correct, generator)
            rows.append(row | _on_unknown_groups(unknown, correct, clean_correct, generator))
    if (duplicates["match"] != "kept").any():
        removed = raw.loc[duplicates["id"][duplicates["match"] != "kept"]]
        removed = removed.assign(text=clean_again(removed["text"]))
        variant = _with_duplicates(removed, split, generator)
        rows.append(_row(variant.name, _correct(variant), clean_correct, generator))
    return {"model": MODEL, "variants": rows, **sample} | ({"splits": splits} if splits else {})


def _variants(
    raw: pd.DataFrame,
    train: pd.DataFrame,
    test: pd.DataFrame,
    settings: Mapping[str, Any],
    clean_again: Callable[..., list[str]],
) -> Iterator[_Variant]:
    """Yield the variants with one part of the messages left in, then the one with all parts left in.

    Headers are left in as a whole, and in two parts: the subject says what a message is about, the other fields who
    wrote it and where.
    """
    nothing_removed = dict.fromkeys(_SWITCHES, False)

    def uncleaned(part: pd.DataFrame, **switches: bool) -> list[str]:
        return clean_again(raw["text"].loc[part["id"]], **switches)

    def with_field(part: pd.DataFrame, read: Callable[[str], str]) -> list[str]:
        fields = clean_again(raw["text"].loc[part["id"]].map(read), **nothing_removed)
        texts = (f"{field}\n{text}" if field else text for field, text in zip(fields, part["text"], strict=True))
        return [truncate(text, settings["maximum_words"]) for text in texts]

    changes = {name: partial(uncleaned, **{name: False}) for name in _LEFT_IN if settings[name]}
    if settings["headers"]:
        of_headers = {name: partial(with_field, read=read) for name, read in _HEADER_PARTS.items()}
        changes = {"headers": changes.pop("headers"), **of_headers, **changes}
    if sum(bool(settings[name]) for name in _SWITCHES) > 1:
        changes["everything"] = partial(uncleaned, **nothing_removed)
    for name, change in changes.items():
        parts = [part.assign(text=change(part)) for part in (train, test)]
        if any((part["text"] != before["text"]).any() for part, before in zip(parts, (train, test), strict=True)):
            yield _Variant(f"{name} left in", *parts)


def _with_duplicates(removed: pd.DataFrame, split: pd.DataFrame, generator: np.random.Generator) -> _Variant:
    """Return the variant with the removed duplicates, each in its official split or, without one, in a random split."""
    shares = [(split["split"] == name).mean() for name in SPLITS]
    drawn = generator.choice(SPLITS, size=len(removed), p=shares)
    place = removed["official_split"].where(removed["official_split"] != "", drawn)
    train, test = (
        pd.concat(
            [split.loc[split["split"] == name, ["text", "label"]], removed.loc[place == name, ["text", "label"]]],
            ignore_index=True,
        )
        for name in ("train", "test")
    )
    return _Variant("duplicates left in", train, test)


def _correct(variant: _Variant) -> np.ndarray | None:
    """Return for each test document of a variant whether the model is right; None if there is no word to train on."""
    # Most words are in one document only, and those cannot be recognised again.
    vectorizer = NgramVectorizer((1, 2), minimum_document_frequency=2)
    try:
        features = vectorizer.fit_transform(variant.train["text"])
    except ValueError:  # no word is in two documents
        return None
    model = ComplementNB(alpha=0.1).fit(features, variant.train["label"])
    return model.predict(vectorizer.transform(variant.test["text"])) == variant.test["label"].to_numpy()


def _on_unknown_groups(
    unknown: Mapping[str, np.ndarray], correct: np.ndarray, clean_correct: np.ndarray, generator: np.random.Generator
) -> dict[str, Any]:
    """Return a variant's difference to the clean one on the test documents of unknown groups, for each kind of group.

    What holds there is no recognition of an author or a thread.
    """
    columns = ("difference", "difference_low", "difference_high", "documents")
    rows = {
        kind: _row(kind, correct[chosen], clean_correct[chosen], generator)
        for kind, chosen in unknown.items() if chosen.any()
    }  # fmt: skip
    found = {kind: {column: row[column] for column in columns} for kind, row in rows.items()}
    return {"unknown_groups": found} if found else {}


def _row(name: str, correct: np.ndarray, clean_correct: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
    """Return a variant's accuracy and its difference to the clean one, each with a percentile bootstrap interval.

    Documents are of one group if the answers to them are right in the same variants and the clean variant has them or
    not. To resample documents, it is enough to draw the number of documents of each group.
    """
    in_clean = np.arange(len(correct)) < len(clean_correct)
    right_in_clean = np.zeros(len(correct), bool)
    right_in_clean[: len(clean_correct)] = clean_correct
    groups, counts = np.unique(np.stack([correct, right_in_clean, in_clean], axis=1), axis=0, return_counts=True)
    drawn = generator.multinomial(len(correct), counts / len(correct), size=RESAMPLES)  # (resamples, groups)
    accuracies = drawn @ groups[:, 0] / len(correct)
    differences = accuracies - drawn @ groups[:, 1] / (drawn @ groups[:, 2])
    low, high = np.quantile(accuracies, [0.025, 0.975])
    difference_low, difference_high = np.quantile(differences, [0.025, 0.975])
    return {
        "variant": name,
        "accuracy": float(correct.mean()),
        "low": float(low),
        "high": float(high),
        "difference": float(correct.mean() - clean_correct.mean()),
        "difference_low": float(difference_low),
        "difference_high": float(difference_high),
        "documents": len(correct),
    }
