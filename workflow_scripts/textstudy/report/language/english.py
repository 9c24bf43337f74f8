"""The parts of a study that are made for English."""

from collections.abc import Iterator
from typing import Any

from textstudy.prepare.language_names import ENGLISH, UNKNOWN
from textstudy.report.language.numbers import join_items
from textstudy.report.language.perturbations import PERTURBATIONS, perturbation_names
from textstudy.report.language.ranks import list_titles
from textstudy.report.language.types import Report

MOSTLY = 0.9  # share of the documents with a known language from which a corpus counts as English
ENCODERS = ("minilm", "bert-base-uncased", "distilbert-base-uncased", "sentence-transformers/all-MiniLM-L6-v2")
TYPOS = ("contract", "extend", "homoglyph", "qwerty", "insertion", "substitution", "combination")


def is_english(report: Report) -> bool:
    """Whether nearly all documents whose language could be told are in English."""
    shares = report["corpus"]["languages"]["languages"]
    known = 1 - shares.get(UNKNOWN, 0)
    return known > 0 and shares.get(ENGLISH, 0) >= MOSTLY * known


def english_only(report: Report) -> list[tuple[str, str]]:
    """Return each part of the study that is made for English, and what it does to texts in other languages."""
    return [*_cleaning(report["study"]["settings"]), *_models(report), *_typos(report), _WORD_LISTS]


_WORD_LISTS = (
    "the lists of frequent words and of words of a class",
    "Only English stop words are left out.",
)


def _cleaning(settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    clean = settings["preparation"].get("clean", {})
    if clean.get("quotes"):
        yield "clean.quotes", "Lines such as “Ada wrote:” before a quotation are found by their English verbs."
    if clean.get("signatures"):
        yield "clean.signatures", "Closing phrases such as “Best regards” are known in English."
    if clean.get("content_words"):
        yield "clean.content_words", "Only English stop words are left out, and words of one or two characters."


def _models(report: Report) -> Iterator[tuple[str, str]]:
    settings = {name: model["settings"] for name, model in report["models"].items()}
    if any(encoding["tokenizer"] == "words" for encoding in report["encodings"].values()):
        yield "the tokenizer words", "It splits English contractions (do n't) and no others."
    stop_words = [name for name, each in settings.items() if each.get("stop_words") == "english"]
    if stop_words:
        yield f"stop words of {list_titles(report, stop_words)}", "Only English stop words are left out."
    vectors = [name for name, each in settings.items() if each.get("embeddings") == "glove"]
    if vectors:
        yield f"GloVe vectors of {list_titles(report, vectors)}", "The vectors are those of English words."
    encoders = sorted(set(report["study"]["encoders"].values()) & set(ENCODERS))
    if encoders:
        yield f"the pretrained encoder {join_items(encoders)}", "It was pretrained on English text."


def _typos(report: Report) -> Iterator[tuple[str, str]]:
    made = [PERTURBATIONS[name][0] for name in perturbation_names(report) if name in TYPOS]
    if made:
        yield (
            f"the perturbations {join_items(made)}",
            "Contractions are English, neighbouring keys those of a QWERTY keyboard, and letters those from a to z.",
        )
