"""Finding the lines that say whose words are quoted below them, such as `Ada writes:`.

Two kinds of rules find them: the form of the line, which is the same in many languages (an address or a date, a colon
at the end, a quotation below), and English verbs, which also tell an attribution whose quotation is not marked.
"""

import re
from collections.abc import Sequence

_VERB = (
    r"(?:writes?|wrote|writing|sa(?:ys?|id)|sez|asks?|asked|repl(?:y|ies|ied)|respond(?:s|ed)|state[sd]|posted|added|"
    r"adds|continue[sd]|claim(?:s|ed)|comment(?:s|ed)|remark(?:s|ed)|mention(?:s|ed)|explain(?:s|ed)|observe[sd]|"
    r"suggest(?:s|ed)|pontificat(?:es|ed|ing)|articulated|spake|quoth|scribbled|screams?|babbled|typed)"
)
_SPOKEN = re.compile(
    rf"\b{_VERB}(?: (?:this|the following|in part|back))?[ \t]{{0,20}}(?P<mark>[:;,.\-]{{0,12}})$", re.I
)
_SPOKEN_BEFORE = re.compile(rf"\b{_VERB} in (?:article|message|news|<|post)", re.IGNORECASE)
IDENTITY = re.compile(r"[\w.+%=-]@[\w\[]|<[^<> ]{3,100}>|\([A-Z][^()]{2,60}\)|\barticle\b", re.ASCII)
_SOURCE = re.compile(
    r"\W{0,4}(?:in|from|as quoted from|excerpts? from|quoting|quoted from|regarding|re:?)\s+"
    r"(?:(?:a|an|the|his|her|your|my|previous|recent|earlier|last|of)\s+){0,3}"
    r"(?:article|message|msg|posting|news|mail|letter|<)",
    re.IGNORECASE,
)
_SOURCE_OR_QUOTING = re.compile(r"\W{0,4}(?:in|from|as|excerpts?|quot(?:ing|ed)|regarding|re:?)\s", re.IGNORECASE)
_TOLD_BY = ("@", "<", "(", "article")
_QUOTING = re.compile(r"\W{0,4}(?:quoting|quoted from|excerpts? from|as quoted)\s.{0,150}:$", re.IGNORECASE)
_FIELD = re.compile(r"(?:from|to|date|subject|newsgroups|message-id):[ \t]", re.IGNORECASE)
_REPLY_NOTE = re.compile(r"[\[(*-]{1,3}\s?(?:in )?(?:repl(?:y|ying)|respon\w{2,8}|answer\w{0,3}) to\b", re.IGNORECASE)
_NAME_ONLY = re.compile(r"(?:[A-Z][\w.'-]{0,20}\s){1,3}[A-Z][\w.'-]{0,20}:$")

# The forms, in any language: `Am 3. Mai 2021 um 10:12 schrieb Max <max@example.org>:`, `Jean Dupont a écrit :`.
ADDRESS = re.compile(r"[^\s<>]@[\w\[]|<[^<>\s]{3,100}>|\[mailto:")
_DATE_FORMS = (
    r"\b\d{1,2}\. ?\d{1,2}\. ?(?:\d\d)?\d\d\b",
    r"\b\d{1,2}([/.-])\d{1,2}\1(?:\d\d)?\d\d\b",
    r"\b\d{4}([-/.])\d{1,2}\2\d{1,2}\b",
    r"\b\d{4} ?[年년]",
    r"\b\d{1,2}(?:er|st|nd|rd|th|º|°)?[., -]{1,3}(?:de |of )?[^\W\d_]{3,12}[., -]{1,3}(?:de |of )?(?:\d\d)?\d\d\b",
    r"\b[^\W\d_]{3,12}\.? \d{1,2},? \d{4}\b",
)
_DATE = re.compile("|".join(_DATE_FORMS))
_BEGINS_WITH_DATE = re.compile(rf"\W{{0,3}}(?:\w{{1,12}}\W{{1,3}}){{0,3}}?(?:{'|'.join(_DATE_FORMS)})")
_ENDS_IN_COLON = (":", "：", ";")
_ENDS_A_SENTENCE = (".", "!", "?", ":", ";", "。", "！", "？")
_WORD = re.compile(r"[^\W\d_]+")
_SPEAKS = re.compile(r"[^\W\d_][\w.'’-]{0,20}(?:[ \t]+[^\W\d_][\w.'’-]{0,20}){2,6}(?:\(\w{1,3}\))?[ \t]{0,2}[:：;]$")
_MOST_SMALL_WORDS = 7  # in an attribution that is found by its form; a sentence has more
_WIDTH = 200  # characters


def _spoken(line: str) -> re.Match | None:
    """Return the match of an English verb and the signs after it at the end of a line; brackets around the line and a
    quote mark after it do not count."""
    line = line.rstrip("> ")
    return _SPOKEN.search((line.rstrip("])") if line[:1] in ("[", "(") else line)[-60:])


def _small_words(text: str) -> int:
    """Return how many words of the text begin with a small letter, those of addresses aside."""
    plain = re.sub(r"\S{1,100}@\S{1,100}|<[^<>]{0,100}>", " ", text)
    return sum(1 for word in _WORD.findall(plain) if word[0].islower())


def _names_a_speaker(line: str) -> bool:
    """Return whether a line is two or more names, then a few words and a colon (`Max Muster schrieb:`)."""
    if not _SPEAKS.match(line):
        return False
    capital = [word[0].isupper() for word in _WORD.findall(line.partition("(")[0])]
    names = capital.index(False) if False in capital else 0
    return names >= 2 and 1 <= len(capital) - names <= 3


def _form_start(lines: Sequence[str], last: int, quoted: Sequence[bool]) -> int:
    """Return the first line of the attribution that ends at line `last`, directly above a quotation.

    It ends in a colon and holds an address or a date, and it may be folded over three lines. Without one, this is
    `last + 1`.
    """
    if not lines[last].endswith(_ENDS_IN_COLON) or len(lines[last]) > _WIDTH:
        return last + 1
    if _names_a_speaker(lines[last]):
        return last
    start = _unfold(lines, last, quoted)
    text = " ".join(lines[start : last + 1])
    if not (ADDRESS.search(text) or _DATE.search(text)) or _small_words(text) > _MOST_SMALL_WORDS:
        return last + 1
    return start


def _unfold(lines: Sequence[str], start: int, quoted: Sequence[bool]) -> int:
    """Return the first line of an attribution that goes on at line `start`: lines above with its date or address."""
    for above in range(start - 1, max(start - 3, -1), -1):
        line = lines[above]
        if not line or quoted[above] or len(line) > _WIDTH:
            break
        if not (_BEGINS_WITH_DATE.match(line) or (ADDRESS.search(line) and not line.endswith(_ENDS_A_SENTENCE))):
            break
        if _small_words(line) > _MOST_SMALL_WORDS:
            break
        start = above
    return start


def _spoken_length(lines: Sequence[str], index: int, following: Sequence[int], quoted: Sequence[bool]) -> int:
    """Return how many lines from `index` on attribute a quotation in English; 0 for none."""
    line = lines[index]
    upcoming = following[index]
    leads = upcoming < len(lines) and quoted[upcoming]
    if not leads and not any(map(line.__contains__, _TOLD_BY)) and not _SOURCE_OR_QUOTING.match(line):
        return 0
    if leads and (_REPLY_NOTE.match(line) or _FIELD.match(line) or _NAME_ONLY.match(line)):
        return 1
    opens = index == 0 or not lines[index - 1] or quoted[index - 1]
    spoken = _spoken(line) if leads and len(line) < 100 else None
    # "..., as he says." above a quotation ends a sentence of the author.
    if spoken and (len(spoken["mark"]) > 1 or spoken["mark"] in (":", ";") or (opens and spoken["mark"] != ".")):
        return 1
    source = _SOURCE.match(line) is not None
    if not (source or opens or any(mark in line for mark in "@<(")):
        return 0
    if not (source or IDENTITY.search(line[:300])) and not (opens and _QUOTING.match(line)):
        return 0
    together = apart = line
    for count in range(1, 5 if source else 4 if opens else 2):
        if count > 1:
            extra = index + count - 1
            if extra >= len(lines) or not lines[extra] or quoted[extra] or _SOURCE.match(lines[extra]):
                break
            together, apart = together + lines[extra].strip(), apart + " " + lines[extra].strip()
        spoken = _spoken(together) or _spoken(apart)
        before_quote = (after := following[index + count - 1]) < len(lines) and quoted[after]
        # "..., who says," at the end of a line is the author's own text; an attribution ends in a colon or dots.
        if spoken and (source or before_quote or (len(spoken["mark"]) > 1 or spoken["mark"] in (":", ";"))):
            return count
        if _QUOTING.match(together):
            return count
        if (source or _SPOKEN_BEFORE.search(apart[:400])) and together.endswith(":"):
            return count
    if source and IDENTITY.search(line[:300]) and (leads or _SPOKEN_BEFORE.search(line) or "writes:" in line):
        return 1
    return 0


def find_attributions(lines: Sequence[str], following: Sequence[int], quoted: Sequence[bool]) -> list[range]:
    """Return the ranges of lines that attribute a quotation, in order.

    Args:
        lines: the lines of a text, without white space at their ends.
        following: for each line the index of the next one that is not blank.
        quoted: for each line whether it begins like a quotation.
    """
    found: list[range] = []
    index = done = 0
    while index < len(lines):
        if quoted[index] or not lines[index]:
            index += 1
            continue
        start, end = index, index + _spoken_length(lines, index, following, quoted)
        upcoming = following[index]
        if end > start:
            start = _unfold(lines, start, quoted)
        elif upcoming < len(lines) and quoted[upcoming]:
            start, end = _form_start(lines, index, quoted), index + 1
        if end > start:
            found.append(range(max(start, done), end))
            done = end
        index = max(end, index + 1)
    return found
