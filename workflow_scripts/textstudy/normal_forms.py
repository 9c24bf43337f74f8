"""Unicode normal forms in time linear in the length of any text.

`unicodedata.normalize` sorts the marks on a letter by insertion: thousands of them, as in no language, take minutes.
"""

import re
import unicodedata
from functools import partial
from itertools import groupby

# Only these characters sort before or behind others; Python's \w leaves all combining marks out.
_MARK = re.compile("[^\\w\\s\x00-\x7f]|[\uff9e\uff9f]")
_MANY = 32  # marks; sorting fewer takes no time
_MANY_MARKS = re.compile(f"(?:{_MARK.pattern}){{{_MANY},}}")
_DECOMPOSED = {"NFC": "NFD", "NFKC": "NFKD"}


def normal_form(form: str, text: str) -> str:
    """Return what `unicodedata.normalize` returns; `form` is "NFC" or "NFKC"."""
    if _MARK.search(text[::_MANY]):  # many marks in a row do not fit between these characters
        text = _MANY_MARKS.sub(partial(_sort_marks, form), text)
    return unicodedata.normalize(form, text)


def _sort_marks(form: str, marks: re.Match) -> str:
    """Return equivalent marks in the canonical order (Unicode Standard, section 3.11), so that none is left to sort."""
    apart = "".join(unicodedata.normalize(_DECOMPOSED[form], mark) for mark in marks.group())
    runs = groupby(apart, key=lambda mark: unicodedata.combining(mark) > 0)
    return "".join(mark for moves, run in runs for mark in (sorted(run, key=unicodedata.combining) if moves else run))
