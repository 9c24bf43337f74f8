"""Removing quoted text of earlier messages, and the lines that attribute it (`Ada writes:`)."""

import re
from collections import Counter

_ANGLE = re.compile(r"[ \t]{0,12}[|:#}\]]{0,3}[ \t]?>")
_TAGGED = re.compile(r"[ \t]{0,3}(?:([A-Z]{2,4})[ \t]?>|([A-Za-z][A-Za-z0-9._-]{0,9})[ \t]?>(?=[> \t]|$|[A-Z\"'(\[]))")
_BRACKETED = re.compile(r"[ \t]{0,3}([A-Z]{2,3})\]")
_PROMPTS = set(re.findall(r"\w+", "dos ftp gdb dbx sql unix prompt telnet csh ksh vms ok tcl b i p"))
_COLON = re.compile(r":(?=[ \t]|$|:|>|\w)")
_BAR = re.compile(r"[ \t]{0,2}\|")
_UNUSUAL_PREFIXES = "#%}]+=~!$&{;*@^:|\\-"

_VERB = (
    r"(?:writes?|wrote|writing|sa(?:ys?|id)|asks?|asked|repl(?:y|ies|ied)|respond(?:s|ed)|state[sd]|posted|added|adds|"
    r"continue[sd]|claim(?:s|ed)|comment(?:s|ed)|remark(?:s|ed)|mention(?:s|ed)|explain(?:s|ed)|observe[sd]|"
    r"suggest(?:s|ed)|pontificat(?:es|ed|ing)|articulated|spake|scribbled|screams?|babbled|typed)"
)
_SPOKEN = re.compile(
    rf"\b{_VERB}(?: (?:this|the following|in part|back))?[ \t]{{0,20}}(?P<mark>[:;,.\-]{{0,4}})$", re.I
)
_SPOKEN_BEFORE = re.compile(rf"\b{_VERB} in (?:article|message|news|<|post)", re.IGNORECASE)
_IDENTITY = re.compile(r"[\w.+%=-]@[\w\[]|<[^<> ]{3,100}>|\([A-Z][^()]{2,60}\)|\barticle\b", re.ASCII)
_SOURCE = re.compile(
    r"\W{0,4}(?:in|from|as quoted from|excerpts? from|quoting|quoted from|regarding|re:?)\s+"
    r"(?:(?:a|an|the|his|her|your|my|previous|recent|earlier|last|of)\s+){0,3}"
    r"(?:article|message|msg|posting|news|mail|letter|<)",
    re.IGNORECASE,
)
_QUOTING = re.compile(r"\W{0,4}(?:quoting|quoted from|excerpts? from|as quoted)\s.{0,150}:$", re.IGNORECASE)
_FIELD = re.compile(r"(?:from|to|date|subject|newsgroups|message-id):[ \t]", re.IGNORECASE)
_REPLY_NOTE = re.compile(r"[\[(*-]{1,3}\s?(?:in )?(?:repl(?:y|ying)|respon\w{2,8}|answer\w{0,3}) to\b", re.IGNORECASE)
_NAME_ONLY = re.compile(r"(?:[A-Z][\w.'-]{0,20}\s){1,3}[A-Z][\w.'-]{0,20}:$")
_LONGEST_INDENTED = 200  # lines
_DIFF = re.compile(r"\d{1,6}(?:,\d{1,6})?[acd]\d{1,6}(?:,\d{1,6})?$")


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
        and not _IDENTITY.search(lines[index][:200])
    )


def _runs(lines: list[str], prefix: re.Pattern) -> list[tuple[int, int]]:
    """Return the half-open ranges of adjacent lines that begin with `prefix`."""
    runs, start = [], None
    for index, line in enumerate([*lines, ""]):
        if index < len(lines) and prefix.match(line):
            start = index if start is None else start
        elif start is not None:
            runs.append((start, index))
            start = None
    return runs


def _tag(line: str) -> str:
    """Return the initials or the name before the mark of a quoted line such as `JS> text`, or ""."""
    start = line[:16]
    match = (">" in start and _TAGGED.match(line)) or ("]" in start and _BRACKETED.match(line))
    return match[match.lastindex] if match else ""


def _find_prefixes(lines: list[str]) -> list[bool]:
    """Return which lines are quoted, judged by their beginnings."""
    quoted = [False] * len(lines)
    tags = [_tag(line) for line in lines]
    counts = Counter(tags)
    in_diff = False
    for index, line in enumerate(lines):
        if _DIFF.match(line) or (line == "---" and index and lines[index - 1].startswith("< ")):
            in_diff = True
        elif _ANGLE.match(line):
            # A banner such as ">>> sale <<<" is not a quotation, nor are the new lines of a diff.
            banner = line.endswith("<") and len(line) < 80
            quoted[index] = not (banner or (in_diff and line.startswith("> ")) or _is_escaped(lines, index))
        else:
            in_diff = False
            tag = tags[index]
            if tag and tag.lower() not in _PROMPTS:
                quoted[index] = counts[tag] >= 2 or (tag.isupper() and len(tag) >= 2)
    colons = [index for index, line in enumerate(lines) if _COLON.match(line)]
    if len(colons) >= 2:  # a single colon may be anything
        for index in colons:
            quoted[index] = True
    for start, end in _runs(lines, _BAR):
        bordered = sum(1 for line in lines[start:end] if line.count("|") >= 2 and not line.startswith("||"))
        if bordered * 2 <= end - start:  # not a table or a box
            quoted[start:end] = [True] * (end - start)
    return quoted


def _attribution_length(lines: list[str], index: int, following: list[int], quoted: list[bool]) -> int:
    """Return how many lines from `index` on attribute a quotation: 0 for none, more than 1 for a folded attribution."""
    line = lines[index]
    upcoming = following[index]
    leads = upcoming < len(lines) and quoted[upcoming]
    if leads and (_REPLY_NOTE.match(line) or _FIELD.match(line) or _NAME_ONLY.match(line)):
        return 1
    if leads and len(line) < 100 and _SPOKEN.search(line[-60:]):
        return 1
    opens = index == 0 or not lines[index - 1] or quoted[index - 1]
    source = _SOURCE.match(line) is not None
    if not (source or opens or any(mark in line for mark in "@<(")):
        return 0
    if not (source or _IDENTITY.search(line[:300])) and not (opens and _QUOTING.match(line)):
        return 0
    together = apart = line
    for count in range(1, 5 if source else 4 if opens else 2):
        if count > 1:
            extra = index + count - 1
            if extra >= len(lines) or not lines[extra] or quoted[extra] or _SOURCE.match(lines[extra]):
                break
            together, apart = together + lines[extra].strip(), apart + " " + lines[extra].strip()
        spoken = _SPOKEN.search(together[-60:]) or _SPOKEN.search(apart[-60:])
        before_quote = (after := following[index + count - 1]) < len(lines) and quoted[after]
        # "..., who says," at the end of a line is the author's own text; an attribution ends in a colon or dots.
        if spoken and (source or before_quote or (len(spoken["mark"]) > 1 or spoken["mark"] in (":", ";"))):
            return count
        if _QUOTING.match(together):
            return count
        if (source or _SPOKEN_BEFORE.search(apart[:400])) and together.endswith(":"):
            return count
    if source and _IDENTITY.search(line[:300]) and (leads or _SPOKEN_BEFORE.search(line) or "writes:" in line):
        return 1
    return 0


def _mark_underlines(lines: list[str], quoted: list[bool]) -> None:
    """Mark lines of carets below a quoted line: they point at a part of it."""
    for index in range(1, len(lines)):
        quoted[index] = quoted[index] or (quoted[index - 1] and lines[index] != "" and not lines[index].strip(" \t^"))


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


def strip_quotes(text: str) -> str:
    """Return `text` without quoted lines and the lines that attribute them.

    Quoted lines begin with `>` (nested, indented, or after initials as in `JS>`), or are a run of lines that begin with
    `:` or `|` and are neither smileys nor a table, or follow an attribution and begin with another repeated character
    or an indent. An attribution may be folded over four lines. "He wrote:" inside the author's own text is kept, as are
    escaped `>From` lines, banners, prompts and the lines of a diff.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    following = _next_filled(lines)
    quoted = _find_prefixes(lines)
    attributed = [False] * len(lines)
    index = 0
    while index < len(lines):
        count = 0 if quoted[index] or not lines[index] else _attribution_length(lines, index, following, quoted)
        if count:
            attributed[index : index + count] = [True] * count
            first = following[index + count - 1]
            if first < len(lines) and not quoted[first]:
                _mark_unusual(lines, first, quoted)
        index += count or 1
    _mark_underlines(lines, quoted)
    return "\n".join(line for line, a, b in zip(lines, quoted, attributed, strict=True) if not (a or b))
