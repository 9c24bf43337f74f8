"""The words of a text, for comparing texts.

In scripts written without spaces, each character counts as a word. Otherwise a clause would be a single word, and two
texts that differ in one character would have nothing in common.
"""

import re
import unicodedata

# Letters, digits and the marks that Python's \w leaves out, of the scripts written without spaces.
_UNSPACED = (
    r"\u3005-\u3007\u3021-\u3029\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\U00020000-\U0003FFFD"  # Han
    r"\u3041-\u3096\u3099-\u309F\u30A1-\u30FA\u30FC-\u30FF\u31F0-\u31FF"  # Hiragana, Katakana
    r"\u0E01-\u0E3A\u0E40-\u0E4E\u0E50-\u0E59\u0E81-\u0EDF"  # Thai, Lao
    r"\u1780-\u17D3\u17D7\u17DC-\u17E9\u1000-\u1049\u1050-\u109D\uA9E0-\uA9FE\uAA60-\uAA7F"  # Khmer, Myanmar
)
_WORDS = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_ASCII_WORDS = re.compile(r"\w+", re.ASCII)  # finds the same words in ASCII text, faster


def exact_key(text: str) -> str:
    """Return the words of `text` in Unicode NFKC, case-folded, with one space between them.

    Each character of a script written without spaces is a word. A text without any word, such as `:-)`, keeps its
    characters, so that it is a duplicate of the same characters only.
    """
    if text.isascii():
        folded, words = text.lower(), _ASCII_WORDS
    else:
        words = _WORDS
        # Folding can undo normalisation and the reverse; two rounds are stable (Unicode Standard, section 3.13).
        folded = text
        for _ in range(2):
            folded = unicodedata.normalize("NFKC", folded.casefold())
    return " ".join(words.findall(folded)) or " ".join(folded.split())
