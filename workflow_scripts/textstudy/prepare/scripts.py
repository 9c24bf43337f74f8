"""In which scripts texts are written, and how many words they hold."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

# A letter of a script that is written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han.
UNSPACED = re.compile(r"[\u0e01-\u0edf\u1000-\u109f\u1780-\u17e9\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")

_LETTER = re.compile(r"[^\W\d_]")


def script_shares(texts: Sequence[str]) -> dict[str, float]:
    """Return the share of the letters in each script, largest first: {"Latin": 0.97, "Greek": 0.03}."""
    letters = Counter("".join(texts))
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        if letter.isalpha():
            scripts[_script(letter)] += count
    return {script: count / scripts.total() for script, count in scripts.most_common()}


def unspaced_share(texts: Sequence[str]) -> float:
    """Return the share of letters in scripts that put no spaces between words."""
    together = "".join(texts)
    return len(UNSPACED.findall(together)) / max(len(_LETTER.findall(together)), 1)


def count_words(text: str) -> int:
    """Return the number of words between spaces; in scripts that put none between them, each letter is a word."""
    if text.isascii():
        return len(text.split())
    spaced, unspaced = UNSPACED.subn(" ", text)
    return unspaced + len(spaced.split())


def _script(letter: str) -> str:
    """Return the script of a letter, which its Unicode name begins with: Python does not have the property itself."""
    name = unicodedata.name(letter, "unknown").split()[0].rstrip("-0123456789")
    return {"CJK": "Han"}.get(name, name.capitalize())
