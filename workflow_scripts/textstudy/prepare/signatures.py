"""Removing the signature of a news message, with or without the `-- ` line before it."""

import re

from textstudy.prepare.identity import CELLS, CONTACT, PROSE_WORD, WIDTH, WORD, is_bare, is_identity, names_author

_DELIMITER = re.compile(r"--[ \t]{0,3}$")
_COLUMNS = re.compile(r"[^\s.?!]\s{3,}\S|\S\t+\S|\s{0,9}\|")
_POSTSCRIPT = re.compile(r"[ \t]{0,8}(?:\[|p\.?p?\.?s\b|ps[.: ])", re.IGNORECASE)
_STOCK = re.compile(
    r"(?:std|standard|usual)\W{1,3}disclaim|^\s{0,3}\* origin:|"
    r"\bopinions?\b.{0,40}\b(?:my own|mine|employer|not those)",
    re.IGNORECASE,
)
_TAGLINE = re.compile(r"\s{0,3}(?:\.\.\. ?\S|-{3} ?\S|\* \S.{0,20}\*)")
_SIGN_OFF = re.compile(r"\s{0,70}[-=*/~. ]{0,8}[^\W\d_]{2,12}(?: [A-Z]\.?| [A-Z][a-z]{1,12})?[-=*~ ]{0,8}$")
_FAREWELL = re.compile(r"[^\W\d_]\S{1,20}(?: [\w']{1,12}){0,3},$")
_DASHED = re.compile(r"\s{0,70}[-=*/~]{1,4} {0,2}[^\W\d_]")
_DRAWING = re.compile(
    r"[-=*_~#+|/\\<>.,:;%&@$'\"`\[\]{}\s\u2010-\u2015\u2022\u00b7\u2500-\u259f]{3,}$"
)  # no smileys, no emoji
_QUOTED = re.compile(r"\s*(?:[|:]?>|(?:[^\W\d_][\u0300-\u036f]?){2,4}[ \t]?>)")  # `>` or initials as in `JS>`
_QUOTED_OR_BAR = re.compile(rf"{_QUOTED.pattern}|\s*\|")

_LONGEST = 12  # most lines with text in a signature after a "--" line; a longer passage belongs to the message
_LONGEST_UNMARKED = 13  # most lines with text in a signature without a "--" line
_LONGEST_BELOW_NAME = 6  # most lines with text in a motto below a name and a drawn line
_MOST_PROSE = 3  # most lines of prose below the name in a signature without a "--" line
_SEPARATORS = 4  # so many "--" lines separate the sections of a list, as in a FAQ
_LONGEST_ADDENDUM = 60  # most lines with text in a postscript or a moderator's remark
_OPENING = 3  # a signature names its author in its first so many lines


def _quotation(lines: list[str]) -> re.Pattern:
    """Return how the quoted lines of a text begin. Boxes are drawn with `|`, too, but not below "Ada wrote:"."""
    bars = any(line[:1] == "|" and lines[index - 1].rstrip().endswith(":") for index, line in enumerate(lines) if index)
    return _QUOTED_OR_BAR if bars else _QUOTED


def _is_rule(line: str) -> bool:
    """Return whether a line is drawn with dashes, stars or the like, but not with carets, which underline text."""
    line = line.strip()
    if line[-1:].isalnum():
        return False
    return len(line) >= 5 and _DRAWING.match(line) is not None or line in ("---", "===", "==", "___")


def _is_stock(line: str) -> bool:
    lowered = line.lower()
    return any(word in lowered for word in ("disclaim", "opinion", "origin:")) and _STOCK.search(line) is not None


def _is_prose(line: str) -> bool:
    """Return whether a line reads like part of a sentence; a motto in quotation marks does not count."""
    cells = CELLS.split(line[:WIDTH].replace(",", " ").strip())
    return any(
        cell.count(" ") >= 5 and len(PROSE_WORD.findall(cell)) >= 2 and not cell.startswith('"') for cell in cells
    )


def _is_signature(lines: list[str], author: frozenset[str], quotation: re.Pattern = _QUOTED) -> bool:
    """Return whether a passage is short and names its author or an address early, before any prose."""
    filled = [line for line in lines if line.strip()]
    if len(filled) > _LONGEST or any(quotation.match(line) for line in filled):
        return False
    written = [line for line in filled if not _is_rule(line)]
    parted = len(lines) > 1 and not lines[1].strip()  # a line across the page, not the edge of a box
    for position, line in enumerate(written):
        if CONTACT.search(line[:WIDTH]) or is_identity(line, author):
            return position < (1 if parted else _OPENING) or _is_rule(filled[-1])
        if _is_prose(line):
            return False
    return not written


def _delimited_end(lines: list[str], start: int, author: frozenset[str]) -> int:
    """Return the end of the signature that begins at `start`, after its "--" line; `start` if it is not a signature."""
    end = start
    while end < len(lines) and not _DELIMITER.match(lines[end]):
        # A moderator's remark or a postscript below the signature is text.
        if end > start and not lines[end - 1].strip() and _POSTSCRIPT.match(lines[end]):
            break
        end += 1
    section = lines[start:end]
    written = [line for line in section if line.strip() and not _is_rule(line)]
    named = any(is_identity(line, author) for line in written[:_OPENING])
    if len(written) <= _LONGEST and (named or not any(line.startswith((">", "|>", ":>")) for line in section)):
        return end
    first = start
    while first < end and not lines[first].strip():
        first += 1
    while first < end and lines[first].strip():
        first += 1
    return first if _is_signature(lines[start:first], author) else start


def _strip_delimited(lines: list[str], author: frozenset[str]) -> list[str]:
    if sum(1 for line in lines if line.startswith("--") and _DELIMITER.match(line)) >= _SEPARATORS:
        return lines
    kept: list[str] = []
    opened = False  # whether there is text above; a "--" at the start of a message begins no signature
    index = 0
    while index < len(lines):
        if lines[index].startswith("--") and _DELIMITER.match(lines[index]):
            index = _delimited_end(lines, index + 1, author) if opened else index + 1
            continue
        opened = opened or bool(lines[index].strip())
        kept.append(lines[index])
        index += 1
    return kept


def _signs_off(lines: list[str], index: int, start: int, author: frozenset[str]) -> bool:
    """Return whether a line of one or two words is the author's name above the signature that begins at `start`.

    At the end of a message it must name the author or be set off by dashes, for "Paris" is an answer there, and below a
    quotation it always is. Without a known author nobody signs off.
    """
    line = lines[index]
    if not author or not _SIGN_OFF.match(line[:WIDTH]):
        return False
    above = next((other for other in reversed(lines[max(0, index - 3) : index]) if other.strip()), "")
    if not above or above.startswith(":") or _QUOTED_OR_BAR.match(above):
        return False
    if start < len(lines):
        return not any(between.strip() for between in lines[index + 1 : start])
    opens = not lines[index - 1].strip() or above.endswith(",") or _DASHED.match(line)
    if index != len(lines) - 1:
        return False
    dashed = _DASHED.match(line) is not None and _DASHED.match(above) is None  # not the last entry of a list
    return bool(opens) and (dashed or any(names_author(word, author) for word in WORD.findall(line.lower())))


def _unmarked_start(lines: list[str], author: frozenset[str]) -> int:
    """Return the first line of a signature without "--" at the end of `lines`, or `len(lines)` if there is none."""
    start, filled, prose = len(lines), 0, 0
    if not author and not any(_is_rule(line) or _is_stock(line) for line in lines[-2 * _LONGEST_UNMARKED :]):
        return start
    quotation = _quotation(lines)
    for index in range(len(lines) - 1, 0, -1):
        line = lines[index][:WIDTH]
        if not line.strip():
            continue
        filled += 1
        if filled > _LONGEST_UNMARKED or quotation.match(line):
            break
        above, last = lines[index - 1].strip(), index == len(lines) - 1
        opens = not above or above.endswith(",") or _DASHED.match(line) is not None
        joins = index + 1 == start and not last  # directly above the signature found so far
        stock = prose == 0 and _is_stock(line)
        goes_on = joins and (_TAGLINE.match(line) or _COLUMNS.search(line.strip()))
        if _is_rule(line) and not (above and abs(len(above) - len(line.strip())) <= 2):  # not an underlined heading
            below_name = author and filled <= _LONGEST_BELOW_NAME and _SIGN_OFF.match(above)
            start = index if joins or below_name or _is_signature(lines[index:], author, quotation) else start
        elif prose > _MOST_PROSE and start == len(lines):
            continue  # too far from the end to begin a signature
        elif _signs_off(lines, index, start, author) or stock or goes_on:
            start = index
        elif _is_prose(line):
            prose += 1
        elif (
            prose <= _MOST_PROSE and is_identity(line, author) and (opens or joins or (last and is_bare(line, author)))
        ):
            start = index
    return start


def _strip_unmarked(lines: list[str], author: frozenset[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[: _unmarked_start(lines[:end], author)]


def _strip_farewell(lines: list[str]) -> list[str]:
    """Return the lines without a last one such as "Cheers,": a few words with a comma, whose name below was removed."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    above = next((line for line in reversed(lines[: max(end - 1, 0)]) if line.strip()), "")
    alone = end >= 2 and not lines[end - 2].strip() and above and not _QUOTED_OR_BAR.match(above)
    return lines[: end - 1] if alone and _FAREWELL.match(lines[end - 1].strip()) else lines


def _addendum_start(lines: list[str]) -> int:
    """Return the first line of a postscript or a moderator's remark in brackets at the end, or `len(lines)`."""
    filled, bracketed = 0, False
    for index in range(len(lines) - 1, 0, -1):
        line = lines[index].strip()
        if not line:
            continue
        filled += 1
        if filled > _LONGEST_ADDENDUM:
            break
        bracketed = bracketed or (filled == 1 and line[-1] == "]")
        begins = line[0] in "[pP" and not lines[index - 1].strip() and _POSTSCRIPT.match(lines[index])
        if begins and (bracketed or line[0] != "["):
            return index
    return len(lines)


def strip_name(text: str, author: frozenset[str]) -> str:
    """Return `text` without a last line that is only the author's name, which had a quotation below it before."""
    *rest, name = text.rstrip().rsplit("\n", 2)
    opens = bool(rest) and (not rest[-1].strip() or rest[-1].rstrip().endswith(","))
    if not (author and opens and len(name) <= 60 and is_bare(name, author) and is_identity(name, author)):
        return text
    return "\n".join(_strip_farewell("\n".join(rest).split("\n")))


def strip_signature(text: str, *, author: frozenset[str] = frozenset()) -> str:
    """Return `text` without the author's signature.

    After a line of two hyphens (RFC 3676, section 4.3, with or without its space), everything up to the next such line
    or the end is removed if it is short; of a long passage only the first paragraph is, if it looks like a signature.
    Without such a line, the last lines are removed, from the first one that names the author (`author`: words of the
    `From:` header), from a drawn rule above an address, or from a disclaimer. A last paragraph of plain prose is always
    kept, and so is a postscript or a moderator's remark in brackets below a signature.
    """
    lines = text.split("\n")
    rest = _strip_delimited(lines, author) if "\n--" in text or text.startswith("--") else lines
    addendum = _addendum_start(rest)
    body, addition = (_strip_unmarked(part, author) for part in (rest[:addendum], rest[addendum:]))
    without = _strip_farewell(body)
    if len(without) < len(body) and any(map(str.strip, lines[len(body) + len(addition) :])):
        body = without
    return "\n".join([*body, *([""] if addition else []), *addition])
