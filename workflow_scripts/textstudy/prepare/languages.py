"""In which scripts and languages a corpus is written, from the beginnings of some of its texts.

Languages are identified by py3langid: naive Bayes over byte n-grams, 139 languages, no download. A text of 1,000
characters takes about 0.2 ms.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from textstudy.prepare.language_names import OTHER, UNKNOWN
from textstudy.prepare.scripts import script_shares

DOCUMENTS = 2_000  # looked at, evenly spread over the corpus
BEGINNING = 1_000  # characters of each document
CERTAIN = 0.3  # least probability of a language; of short texts it is never high
LEAST_SHARE = 0.01  # of the documents or letters; what is rarer is mostly an error, so it is put together as "other"

_NO_LANGUAGE = "zxx"  # the code of ISO 639 for text that is in none, such as numbers


def describe_languages(texts: Sequence[str]) -> dict[str, Any]:
    """Return the scripts and languages of texts.

    Returns:
        - `scripts`: script → share of the letters, such as {"Latin": 0.97, "Greek": 0.03};
        - `languages`: code of ISO 639 → share of the documents, with "und" where none is certain;
        - `documents`: how many documents were looked at.

        Both are ordered by share, and what is rare is under "other".
    """
    number = min(len(texts), DOCUMENTS)
    some = [texts[place * len(texts) // number][:BEGINNING] for place in range(number)]
    languages = Counter(identify_languages(some))
    return {
        "scripts": _frequent(script_shares(some)),
        "languages": _frequent({name: count / len(some) for name, count in languages.most_common()}),
        "documents": len(some),
    }


def identify_languages(texts: Iterable[str]) -> Iterator[str]:
    """Yield the language of each text, by its beginning: a code of ISO 639, or "und" where none is certain."""
    for text in texts:
        language, probability = _identifier().classify(text[:BEGINNING])
        yield language if probability >= CERTAIN and language != _NO_LANGUAGE else UNKNOWN


@cache
def _identifier():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # takes half a second to import and to load

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _frequent(shares: dict[str, float]) -> dict[str, float]:
    frequent = {name: share for name, share in shares.items() if share >= LEAST_SHARE}
    rest = sum(share for name, share in shares.items() if name not in frequent)
    return frequent | ({OTHER: rest} if rest else {})
