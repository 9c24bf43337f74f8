"""The words of a text: one tokenizer for the linear models, the `words` encoding and every comparison of texts.

A word is a run of letters, digits and combining marks, as in the Unicode Standard, annex 29, so that Hindi or vocalised
Arabic is not cut at its vowel signs. In scripts written without spaces (Han, kana, Thai, Lao, Khmer, Myanmar), each
letter with its marks is a word; otherwise a whole clause would be one. Signs that carry meaning count: `C++`, `C#`,
`+5`, `$`, `5%`, emoji, `:-)`. English contractions are split as in the Penn Treebank and GloVe: `do n't`, `it 's`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from textstudy.normal_forms import normal_form

Span = tuple[int, int]  # first character, and the one after the last

# Letters of scripts written without spaces; Han letters beyond U+20000 are added below.
_UNSPACED = (
    "\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # Hiragana, Katakana
    "\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2-\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"  # Thai, Lao
    "\u1780-\u17b3\u17d7\u17dc\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065-\u1066\u106e-\u1070"
    "\u1075-\u1081\u108e\ua9e0-\ua9e4\ua9e6-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa76\uaa7a\uaa7e-\uaa7f"  # Khmer, Myanmar
)
_ASTRAL_HAN = range(0x20000, 0x40000)
_unspaced = re.compile(f"[{_UNSPACED}\U00020000-\U0003ffff]")
_CONTRACTION = r"[nN]['’][tT](?!\w)|['’](?:[sSmMdD]|[rR][eE]|[vV][eE]|[lL][lL])(?!\w)"
_MOST_EXPANDED, _SHORT = 4, 1000  # U+FDFA has 18 characters in NFKC: a longer text that grows more keeps to NFC
_MARKS = r"\.{2,}+|-{2,}+|``|''|[^\w\s]|_"  # what is not a word; ellipses, dashes and TeX quotes in one piece


def is_unspaced(character: str) -> bool:
    """Return whether this is a letter of a script written without spaces."""
    return _unspaced.match(character) is not None


def _one_of(codes: Iterable[int]) -> str:
    """Return the pattern of one of these code points.

    `re` looks up U+0000 to U+FFFF in a table, but tries the ranges of a class beyond them one by one, so these are
    asked only where such a character stands.
    """
    basic, astral = [], []
    for code in codes:
        ranges = basic if code < 0x10000 else astral
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    inside = ["".join(f"{chr(first)}-{chr(last)}" for first, last in ranges) for ranges in (basic, astral)]
    return f"(?:[{inside[0]}]|(?=[\U00010000-\U0010ffff])[{inside[1]}])"


def _unicode_characters() -> tuple[str, str, str, str]:
    """Return four patterns of one character: letters of scripts with and without spaces, marks, symbols that are words.

    Python's `re` knows no Unicode properties, and its \\w leaves combining marks out.
    """
    spaced, unspaced, marks, symbols = [0x200C, 0x200D], [], [], []  # the joiners of Persian and Indic words
    for code in range(0x20000):
        character = chr(code)
        category = unicodedata.category(character)
        if is_unspaced(character):
            unspaced.append(code)
        elif category[0] == "M" or character.isalnum():
            spaced.append(code)
        # Emoji, currencies and the like; not ASCII operators, nor what boxes are drawn with.
        elif category in ("So", "Sc", "Sm") and (code > 0x7F or character == "$") and not 0x2500 <= code <= 0x259F:
            symbols.append(code)
        if category[0] == "M":
            marks.append(code)
    return _one_of(sorted(spaced)), _one_of([*unspaced, *_ASTRAL_HAN]), _one_of(marks), _one_of(symbols)


def _patterns(letter: str, unspaced: str, symbol: str) -> tuple[re.Pattern, re.Pattern]:
    """Return the pattern of words and that of words and marks, from patterns of their characters.

    Only single characters are matched possessively: before 3.11.5, Python does not go back to where a possessive group
    began when it fails (python/cpython#106052).
    """
    words = rf"""
        {_CONTRACTION}
      | {unspaced}
      | (?:(?<![\w)\]])[+\-−](?=\d))?  # +5, but not 2+5
        (?: \d++(?:[.,:]\d++)*{letter}*  # 3.5, 10,000, 12:30, 3rd
          | {letter}+(?!(?<=[nN])['’][tT](?!\w))  # do, before n't
          | {letter}+
        )
        (?:_++{letter}+)*
        (?:(?:\+\+|[+\#])(?![\w+\#]))?  # C++, C#, A+
      | (?<!\S)(?:[:;=]['’\-^]?+[()\[\]dDpPoO3/\\|*]++|<3)(?!\w)  # :-)
      | (?<=\d)%
      | {symbol}
    """
    return re.compile(words, re.VERBOSE), re.compile(f"{words}|{_MARKS}", re.VERBOSE)


@cache  # takes 60 ms, for which texts in ASCII need not wait
def _unicode_patterns() -> tuple[re.Pattern, re.Pattern]:
    letter, unspaced, mark, symbol = _unicode_characters()
    # Emoji are changed by a variation selector, a keycap or a skin tone, and joined. Two regional letters make a flag.
    changed = f"{symbol}[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*+"
    return _patterns(
        letter=letter,
        unspaced=f"{unspaced}(?:{mark}|\u200d)*",
        symbol=f"[\U0001f1e6-\U0001f1ff]{{2}}|{changed}(?:\u200d{changed})*",
    )


_ASCII = _patterns(letter="[A-Za-z0-9]", unspaced="(?!)", symbol=r"\$")  # finds the same in ASCII text, sooner


def _patterns_for(text: str) -> tuple[re.Pattern, re.Pattern]:
    return _ASCII if text.isascii() else _unicode_patterns()


def compose(text: str) -> str:
    """Return `text` in Unicode NFC, without soft hyphens, which hide in words."""
    return text if text.isascii() else normal_form("NFC", text).replace("\u00ad", "")


def normalise(text: str) -> str:
    """Return `text` after `compose`, with plain apostrophes."""
    return compose(text).replace("’", "'")


def find_words(text: str) -> list[str]:
    """Return the words of a text in lower case, after `normalise`."""
    text = normalise(text.lower())
    return _patterns_for(text)[0].findall(text)


def find_tokens(text: str, *, lowercase: bool) -> list[str]:
    """Return the words and the marks of a text in order; only white space is left out."""
    text = normalise(text.lower() if lowercase else text)
    return _patterns_for(text)[1].findall(text)


def word_spans(text: str) -> Iterator[Span]:
    """Yield the places of the words of a text; those of `find_words` if the text is composed."""
    return (match.span() for match in _patterns_for(text)[0].finditer(text))


def token_spans(text: str) -> Iterator[Span]:
    """Yield the places of the words and the marks of a text."""
    return (match.span() for match in _patterns_for(text)[1].finditer(text))


def exact_key(text: str) -> str:
    """Return what exact duplicates share: the text in Unicode NFKC, case-folded, with single spaces.

    A text of more than 1,000 characters that NFKC makes more than four times as long is only in NFC.
    """
    return " ".join(_fold(text).split())


def key_words(text: str) -> list[str]:
    """Return the words of the text's `exact_key`; its parts between spaces if it has no word.

    Texts with the same words differ only in punctuation.
    """
    text = _fold(text).replace("’", "'")
    return _patterns_for(text)[0].findall(text) or text.split()


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    folded = normal_form("NFKC", text.casefold())
    form = "NFKC" if len(folded) <= _MOST_EXPANDED * len(text) + _SHORT else "NFC"
    # Folding can undo normalisation and the reverse; two rounds are stable (Unicode Standard, section 3.13).
    for _ in range(2):
        text = normal_form(form, text.casefold())
    return text.replace("\u00ad", "")
