"""Removing quoted text of earlier messages, and the lines that attribute it (`Ada writes:`)."""

import re
from collections import Counter

from textstudy.prepare.attributions import IDENTITY, find_attributions

_ANGLE = re.compile(r"[ \t]{0,12}[|:#}\]]{0,3}[ \t]?>")
_LETTER = r"[^\W\d_][\u0300-\u036f]?"  # of any script; marks may follow as characters of their own
_TAGGED = re.compile(
    rf"[ \t]{{0,3}}(?:((?:{_LETTER}){{2,4}})[ \t]?>|({_LETTER}[\w.-]{{0,9}})[ \t]?>(?=[> \t]|$|[A-Z\"'(\[]))"
)
_BRACKETED = re.compile(r"[ \t]{0,3}([A-Z]{2,3})\]")
_IN_BRACKETS = re.compile(r"[ \t]{0,3}\[[A-Z]{2,4}\](?=\s|$)")  # "[OK]" begins the lines of a log, too
_PROMPTS = set(re.findall(r"\w+", "dos ftp gdb dbx sql unix prompt telnet csh ksh vms ok tcl b i p"))
_COLON = re.compile(r":(?=[ \t]|$|:|>|\w)")
_PROSE_COLON = re.compile(r":(?:[ \t]|$|(?!\w+(?: \w+)?:)\w+(?:[ ,.]+\w+){3})")  # not that of `:name:` and `:D`
_BAR = re.compile(r"[ \t]{0,2}\|")
_BAR_PREFIX = re.compile(rf"(?:(?:(?:{_LETTER}){{2,4}}>|[|>])[ \t]?)+")  # nested marks
_SEQUENCE = re.compile(r"(?:[A-Z]{20,}|[acgtun]{20,})[*]?$")  # of a protein or a nucleic acid
_UNUSUAL_PREFIXES = "#%}]+=~!$&{;*@^:|\\-"
_LONGEST_INDENTED = 200  # lines
_WIDE = 70  # characters of a quoted line that may have been broken
_LONGEST_OVERFLOW, _LONGEST_LAST_WORD = 60, 12  # characters broken off, between quoted lines and below the last one
_DIFF = re.compile(r"\d{1,6}(?:,\d{1,6})?[acd]\d{1,6}(?:,\d{1,6})?$")
# A text that is no mail and has none of these holds no quotation. This is checked first because it is quick.
_CANDIDATES = ("<", ">", "@", "]", "|", "\n:", "article")


def _next_filled(lines: list[str]) -> list[int]:
    """Return for each line the index of the next line that is not blank, `len(lines)` if there is none."""
    following = [len(lines)] * len(lines)
    upcoming = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        following[index] = upcoming
        if lines[index]:
            upcoming = index
    return following


def _is_escaped(lines: list[str], index: int) -> bool:
    """Return whether a line begins with `>From` only because mailbox files escape "From" at the start of a line."""
    return (
        lines[index].startswith(">From ")
        and not (index and lines[index - 1].lstrip().startswith(">"))
        and not (index + 1 < len(lines) and lines[index + 1].lstrip().startswith(">"))
        and not IDENTITY.search(lines[index][:200])
    )


def _find_angles(lines: list[str]) -> list[bool]:
    """Return which lines begin with `>`, the mark that hardly anything but a quotation begins with."""
    quoted = [False] * len(lines)
    in_diff = False
    for index, line in enumerate(lines):
        new_lines = line == "---" and index and lines[index - 1].startswith("< ")
        if new_lines or (line[:1].isdigit() and _DIFF.match(line)):
            in_diff = True
        elif _ANGLE.match(line):
            # A banner such as ">>> sale <<<" is no quotation, nor are new lines of a diff or the head of a sequence.
            banner = line.endswith("<") and len(line) < 80
            sequence = line[0] == ">" and index + 1 < len(lines) and _SEQUENCE.match(lines[index + 1])
            quoted[index] = not (banner or sequence or (in_diff and line.startswith("> ")) or _is_escaped(lines, index))
        else:
            in_diff = False
    return quoted


def _find_tags(lines: list[str], quoted: list[bool]) -> dict[int, str]:
    """Return the lines that begin with initials or a name and a mark (`JS> text`), with what stands before the mark."""
    tags = {}
    for index, line in enumerate(lines):
        if quoted[index] or not line:
            continue
        start = line[:16]
        match = (">" in start and _TAGGED.match(line)) or ("]" in start and _BRACKETED.match(line))
        if match and match[match.lastindex].lower() not in _PROMPTS:
            tags[index] = match[match.lastindex]
    return tags


def _choose_tagged(tags: dict[int, str]) -> list[int]:
    """Return the tagged lines whose tag stands on several lines or looks like initials."""
    counts = Counter(tags.values())
    return [
        index for index, tag in tags.items() if counts[tag] >= 2 or (tag.isupper() and sum(map(str.isalnum, tag)) >= 2)
    ]


def _is_transcript(lines: list[str], tags: dict[int, str], quoted: list[bool], *, mail: bool) -> bool:
    """Return whether tagged lines are the text itself: nothing else is there, or (not in mail) speakers take turns."""
    turns, answered, previous = 0, False, ""
    for index, line in enumerate(lines):
        if index in tags:
            turns += previous not in ("", tags[index])
            previous = tags[index]
        elif line and not quoted[index]:
            answered, previous = True, ""
    return not answered or (turns > 0 and not mail)


def _find_bars(lines: list[str]) -> list[int]:
    """Return the lines that begin with `|` and are not part of a table or a box."""
    found: list[int] = []
    index = 0
    while index < len(lines):
        start, bordered = index, 0
        while index < len(lines) and _BAR.match(lines[index]):
            line = lines[index].lstrip()
            bordered += "|" in line[_BAR_PREFIX.match(line).end() :] and not line.startswith("||")
            index += 1
        if bordered * 2 <= index - start:
            found.extend(range(start, index))
        index += index == start
    return found


def _mark_below(lines: list[str], quoted: list[bool]) -> None:
    """Mark lines directly below a quoted line that belong to it: carets, which point at a part of it, and words that a
    narrow editor broke off."""
    for index in range(1, len(lines)):
        if not quoted[index - 1] or quoted[index] or not lines[index]:
            continue
        line, above, below = lines[index], lines[index - 1], index + 1
        if not line.strip(" \t^"):
            quoted[index] = True
        elif line[0].islower() and len(above) >= _WIDE and above[-1] not in '.!?:;)"':
            goes_on = below < len(lines) and quoted[below]
            ends = below == len(lines) or not lines[below]
            quoted[index] = (goes_on and len(line) <= _LONGEST_OVERFLOW) or (ends and len(line) <= _LONGEST_LAST_WORD)


def _mark_unusual(lines: list[str], first: int, quoted: list[bool]) -> None:
    """Mark the quotation that starts at `first`, after an attribution, if it has an unusual prefix or is indented."""
    line = lines[first]
    second = lines[first + 1] if first + 1 < len(lines) else ""
    if line[0] in _UNUSUAL_PREFIXES and second[:1] == line[0]:
        for index in range(first, len(lines)):
            quoted[index] = quoted[index] or lines[index].startswith(line[0])
    elif line[0] in " \t" and second[:1] in (" ", "\t"):
        end = first
        last = min(len(lines), first + _LONGEST_INDENTED)
        while end < last and (not lines[end] or lines[end][0] in " \t"):
            end += 1
        if end < last:  # followed by an answer at the left margin; without one, the author indented the lines
            quoted[first:end] = [True] * (end - first)


def strip_quotes(text: str, *, mail: bool = False) -> str:
    """Return `text` without quoted lines and the lines that attribute them.

    Lines that begin with `>` (nested or indented) are quoted. Lines that begin with initials as in `JS>`, with `:` or
    with `|` are quoted if an attribution stands above such a line, or else if they look like quotations: in a message
    (`mail`, a text with a header) two lines with `: ` or a run of `|` that is no table, and in every text initials that
    are answered and not a transcript, in which speakers take turns. After an attribution, lines with another repeated
    character or an indent are quoted, too. "He wrote:" inside the author's own text is kept, as are escaped `>From`
    lines, banners, prompts and the lines of a diff.
    """
    if not mail and text[:1] != ":" and not any(each in text for each in _CANDIDATES):
        return text
    lines = [line.rstrip() for line in text.split("\n")]
    following = _next_filled(lines)
    quoted = _find_angles(lines)
    angles = [index for index, mark in enumerate(quoted) if mark]
    prompts = angles if all(lines[index].startswith(">>>") for index in angles) else []  # of Python, if not in mail
    for index in prompts:
        quoted[index] = False
    tags = _find_tags(lines, quoted)
    colons = [index for index, line in enumerate(lines) if line[:1] == ":" and _COLON.match(line)]
    bracketed = (
        []
        if "[" not in text
        else [index for index, line in enumerate(lines) if "[" in line[:4] and _IN_BRACKETS.match(line)]
    )
    bars = _find_bars(lines) if "|" in text else []
    prose_colons = {index for index in colons if _PROSE_COLON.match(lines[index])}
    # Lines that may be quoted, those of them that an attribution can stand above, and whether they are without one.
    kinds = [
        (prompts, set(prompts), mail),
        (_choose_tagged(tags), set(tags), bool(tags) and not _is_transcript(lines, tags, quoted, mail=mail)),
        (colons, prose_colons, mail and len(prose_colons) >= 2),
        (bars, set(bars), mail),
        (bracketed, set(bracketed), False),
    ]
    possible = quoted.copy()
    for indices, _, _ in kinds:
        for index in indices:
            possible[index] = True
    attributions = find_attributions(lines, following, possible)
    led = {following[attribution[-1]] for attribution in attributions}
    for indices, begin, likely in kinds:
        if likely or not led.isdisjoint(begin):
            for index in indices:
                quoted[index] = True
    removed = [False] * len(lines)
    for attribution in attributions:
        first = following[attribution[-1]]
        if first < len(lines) and not quoted[first]:
            if possible[first]:  # it introduces no quotation
                continue
            _mark_unusual(lines, first, quoted)
        for index in attribution:
            removed[index] = True
    _mark_below(lines, quoted)
    return "\n".join(line for line, a, b in zip(lines, quoted, removed, strict=True) if not (a or b))
