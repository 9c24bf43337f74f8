"""Removing machine-made blocks from a message: PGP armour, uuencoded, BinHex and base64 data."""

import re
from bisect import bisect_right

_ARMOUR = re.compile(r"-{5}BEGIN PGP (?!SIGNED)[A-Z ,0-9/]{1,40}-{5}$")
_ARMOUR_END = re.compile(r"-{5}END PGP [A-Z ,0-9/]{1,40}-{5}$")
_SIGNED = re.compile(r"-{5}BEGIN PGP SIGNED MESSAGE-{5}$")
_BEGIN = re.compile(r"begin [0-7]{3,4} \S")
_DENSE = re.compile(r"\S{45,}$")
_LONGEST_ARMOUR = 400  # lines; a longer block has lost its end line, and what follows is text
_SHORTEST_RUN = 3  # encoded lines in a row; one or two may be a long address or a file name


def _is_uuencoded(line: str) -> bool:
    """Return whether this is a full uuencoded line: "M", for 45 bytes, and 60 characters.

    It may be a little shorter or longer, because gateways dropped spaces at the end or added a checksum character.
    """
    return line[0] == "M" and 58 <= len(line) <= 63 and line.upper() == line


def _is_encoded(line: str) -> bool:
    if len(line) < 45:
        return False
    if _is_uuencoded(line):
        return True
    if not _DENSE.match(line) or len(set(line)) < 12:  # such as a rule of dashes
        return False
    return not any(mark in line for mark in ("://", "@", "...", "--", "==="))


def strip_blocks(text: str) -> str:
    """Return `text` without PGP armour and encoded binary data; the text of a PGP-signed message is kept.

    Encoded data are three or more lines in a row that look encoded, with or without a `begin` line, because a part of a
    multi-part posting has none. The shorter lines at the end of such a run are removed as well.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    armour_ends = [index for index, line in enumerate(lines) if _ARMOUR_END.match(line)]
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if _SIGNED.match(line):
            index += 1
            if index < len(lines) and lines[index].startswith("Hash:"):
                index += 1
            continue
        if _ARMOUR.match(line):
            following = bisect_right(armour_ends, index)
            closed = following < len(armour_ends) and armour_ends[following] - index <= _LONGEST_ARMOUR
            index = armour_ends[following] + 1 if closed else index + 1
            continue
        if _is_encoded(line):
            end = index
            while end < len(lines) and _is_encoded(lines[end]):
                end += 1
            if end - index >= _SHORTEST_RUN:
                if kept and _BEGIN.match(kept[-1]):
                    kept.pop()
                while end < len(lines) and lines[end] and " " not in lines[end]:  # shorter last lines and `end`
                    end += 1
                index = end
                continue
            kept.extend(lines[index:end])
            index = end
            continue
        kept.append(line)
        index += 1
    return "\n".join(kept)
