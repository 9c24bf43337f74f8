"""What the texts of a table are like: their language, their lengths, whether they are messages, which are equal."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from textstudy.new.look import Table
from textstudy.new.roles import Roles
from textstudy.prepare.headers import header_block
from textstudy.prepare.language_names import ENGLISH
from textstudy.prepare.languages import describe_languages
from textstudy.prepare.scripts import count_words, unspaced_share
from textstudy.words import key_words

_LOOKED_AT = 5_000  # texts, for what needs no more
_UNSPACED_FROM = 0.3  # share of letters in scripts without spaces from which words cannot be told by spaces
_MOST = 0.5  # share of texts in English from which settings for English are proposed
_FIELD = re.compile(r"[A-Za-z][A-Za-z-]{1,30}:[ \t]")
_QUOTED = re.compile(r"^[ \t]{0,3}>", re.MULTILINE)
_SIGNED = re.compile(r"^--[ \t]{0,2}\n(?=.)", re.MULTILINE)


@dataclass(frozen=True)
class Texts:
    """What the texts are like, title included.

    Attributes:
        scripts: share of the letters in each script, largest first.
        languages: share of the texts in each language, by its code, largest first.
        unspaced: words cannot be told by spaces.
        english: most of them are in English.
        unit: what lengths are counted in, "words" or "characters".
        median, longest_5_percent, longest: lengths; 95 % are no longer than the second.
        mean: mean length.
        headers, quotes, signatures: share of texts with a header block, a line that begins with `>`, a `-- ` line.
        empty: texts without a character.
        short: class → share of its texts under 50 characters.
        classes: class → texts, the largest first.
        distinct: texts with different words.
        conflicts: groups of texts with the same words that stand under more than one label.
    """

    scripts: dict[str, float]
    languages: dict[str, float]
    unspaced: bool
    english: bool
    unit: str
    median: int
    longest_5_percent: int
    longest: int
    mean: float
    headers: float
    quotes: float
    signatures: float
    empty: int
    short: dict[str, float]
    classes: pd.Series
    distinct: int
    conflicts: int


def describe_texts(table: Table, roles: Roles) -> Texts:
    """Return what the texts of a table are like."""
    texts = _documents(table, roles)
    labels = table.frame[roles.label.value].str.strip()
    some = texts.iloc[:: max(len(texts) // _LOOKED_AT, 1)].tolist()
    unspaced = unspaced_share(some) >= _UNSPACED_FROM
    found = describe_languages(some)
    lengths = np.array([_length(text, unspaced) for text in texts])
    keys = pd.DataFrame({"words": [" ".join(key_words(text)) for text in texts], "label": labels})
    under = pd.Series(texts.str.len() < 50).groupby(labels).mean()
    return Texts(
        scripts=found["scripts"],
        languages=found["languages"],
        unspaced=unspaced,
        english=found["languages"].get(ENGLISH, 0) > _MOST,
        unit="characters" if unspaced else "words",
        median=int(np.percentile(lengths, 50)),
        longest_5_percent=int(np.ceil(np.percentile(lengths, 95))),
        longest=int(lengths.max()),
        mean=float(lengths.mean()),
        headers=_share(_has_header, some),
        quotes=_share(_QUOTED.search, some),
        signatures=_share(_SIGNED.search, some),
        empty=int((texts == "").sum()),
        short=under.to_dict(),
        classes=labels.value_counts(),
        distinct=int(keys["words"].nunique()),
        conflicts=int((keys.groupby("words")["label"].nunique() > 1).sum()),
    )


def _documents(table: Table, roles: Roles) -> pd.Series:
    """Return the texts as the pipeline reads them, each behind its title."""
    texts = table.frame[roles.text.value]
    if roles.title is not None:
        titles = table.frame[roles.title.value]
        texts = titles.where((titles == "") | (texts == ""), titles + "\n\n") + texts
    return texts.str.replace("\r\n", "\n", regex=False).str.replace("\r", "\n", regex=False).str.strip()


def _length(text: str, unspaced: bool) -> int:
    return count_words(text) if unspaced else len(text.split())


def _has_header(text: str) -> bool:
    """Whether a text begins with fields of a message; such lines further down may be its own."""
    return bool(_FIELD.match(text)) and header_block(text)[0] != ""


def _share(test: Callable[[str], object], texts: Sequence[str]) -> float:
    return sum(bool(test(text)) for text in texts) / len(texts)
