"""The price of leakage: what one model scores on the same documents when something is left in that cleaning removes."""

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import ComplementNB

from textstudy.prepare.clean import truncate
from textstudy.prepare.content_words import needed_stop_words
from textstudy.prepare.vocabulary import fitted_features
from textstudy.storage.tables import SPLITS

MODEL = "complement naive Bayes on TF-IDF of word 1- and 2-grams"
RESAMPLES = 10_000
_LEFT_IN = ("headers", "quotes", "signatures")
_SWITCHES = (*_LEFT_IN, "blocks")


class _Variant(NamedTuple):
    name: str
    train: pd.DataFrame  # text, label
    test: pd.DataFrame  # text, label; begins with the documents of the clean test split, in their order


def price_of_leakage(
    documents: pd.DataFrame,
    split: pd.DataFrame,
    settings: Mapping[str, Any],
    clean_text: Callable[..., str],
    *,
    duplicates: pd.DataFrame | None = None,
    stop_words: Set[str] | None = None,
    seed: int = 13,
) -> dict[str, Any]:
    """Return the test accuracy of one linear model on clean text and with each kind of leak left in.

    All variants train and test on the same documents, cut to the same number of words, but for "duplicates left in",
    which adds to each split the duplicates that were removed from it. A variant that changes no text is left out.

    Args:
        documents: the DOCUMENTS table, raw.
        split: the SPLIT table.
        settings: the settings of `clean` that made it.
        clean_text: the function of `clean`; it takes a text, the switches `headers`, `quotes`, and so on, and
            `stop_words`.
        duplicates: the table of duplicates; without it their variant is left out.
        stop_words: as for `clean`.
        seed: of the bootstrap and, in a corpus without official splits, of where its duplicates would have gone.

    Returns:
        `model`, and `variants`, the first of which is "clean": each with `variant`, `accuracy`, its 95 % bootstrap
        interval over documents (`low`, `high`), `difference` to the clean variant with its interval from the same
        resamples (`difference_low`, `difference_high`), and `documents`, those tested. There are no variants where the
        clean text leaves the model no word to read, so that nothing can be measured.
    """
    generator = np.random.default_rng(seed)
    stop_words = needed_stop_words(settings, stop_words)

    def cleaned(texts: pd.Series, **left_in: bool) -> list[str]:
        switches = {name: settings[name] for name in _SWITCHES} | left_in
        maximum = settings["maximum_words"]
        return [truncate(clean_text(text, **switches, stop_words=stop_words), maximum) for text in texts]

    raw = documents.set_index("id")[["text", "label", "official_split"]]
    train, test = split[split["split"] == "train"], split[split["split"] == "test"]
    clean_correct = _correct(_Variant("clean", train, test))
    if clean_correct is None:
        return {"model": MODEL, "variants": []}
    rows = [_row("clean", clean_correct, clean_correct, generator)]
    for variant in _variants(raw, train, test, settings, cleaned):
        correct = _correct(variant)
        if correct is not None:  # a quote before the text may take all of its words over the limit
            rows.append(_row(variant.name, correct, clean_correct, generator))
    if duplicates is not None and (duplicates["kind"] != "kept").any():
        removed = raw.loc[duplicates["id"][duplicates["kind"] != "kept"]]
        removed = removed.assign(text=cleaned(removed["text"]))
        variant = _with_duplicates(removed, split, generator)
        rows.append(_row(variant.name, _correct(variant), clean_correct, generator))
    return {"model": MODEL, "variants": rows}


def _variants(
    raw: pd.DataFrame,
    train: pd.DataFrame,
    test: pd.DataFrame,
    settings: Mapping[str, Any],
    cleaned: Callable[..., list[str]],
) -> Iterator[_Variant]:
    """Yield the variants that leave in one part of the messages, then the one that leaves in all of them."""
    changes = {f"{name} left in": {name: False} for name in _LEFT_IN if settings[name]}
    if sum(bool(settings[name]) for name in _SWITCHES) > 1:
        changes["everything left in"] = dict.fromkeys(_SWITCHES, False)
    for name, switches in changes.items():
        parts = [part.assign(text=cleaned(raw["text"].loc[part["id"]], **switches)) for part in (train, test)]
        if any((part["text"] != before["text"]).any() for part, before in zip(parts, (train, test), strict=True)):
            yield _Variant(name, *parts)


def _with_duplicates(removed: pd.DataFrame, split: pd.DataFrame, generator: np.random.Generator) -> _Variant:
    """Return the variant whose splits hold the removed duplicates as well, where an unwary study would have them."""
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
    """Return whether the model, trained on the variant, is right on each of its test documents; None without words."""
    # Words of one document are dropped: they cannot be recognised again, and there are four times as many of them.
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    features, words = fitted_features(vectorizer, variant.train["text"])
    if not len(words):
        return None
    model = ComplementNB(alpha=0.1).fit(features, variant.train["label"])
    return model.predict(vectorizer.transform(variant.test["text"])) == variant.test["label"].to_numpy()


def _row(name: str, correct: np.ndarray, clean_correct: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
    """Return a variant's accuracy and its difference to the clean one, each with a percentile bootstrap interval.

    Documents that agree in what is right and in whether the clean variant has them are alike, so that resampling
    documents comes down to drawing how many there are of each kind.
    """
    in_clean = np.arange(len(correct)) < len(clean_correct)
    right_in_clean = np.zeros(len(correct), bool)
    right_in_clean[: len(clean_correct)] = clean_correct
    kinds, counts = np.unique(np.stack([correct, right_in_clean, in_clean], axis=1), axis=0, return_counts=True)
    drawn = generator.multinomial(len(correct), counts / len(correct), size=RESAMPLES)  # (resamples, kinds)
    accuracies = drawn @ kinds[:, 0] / len(correct)
    differences = accuracies - drawn @ kinds[:, 1] / (drawn @ kinds[:, 2])
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
