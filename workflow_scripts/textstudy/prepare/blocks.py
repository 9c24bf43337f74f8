"""Machine-made blocks inside a message: PGP armour, uuencoded, BinHex and base64 data."""

import re
from bisect import bisect_right

_ARMOUR = re.compile(r"-{5}BEGIN PGP (?!SIGNED)[A-Z ,0-9/]{1,40}-{5}$")
_ARMOUR_END = re.compile(r"-{5}END PGP [A-Z ,0-9/]{1,40}-{5}$")
_SIGNED = re.compile(r"-{5}BEGIN PGP SIGNED MESSAGE-{5}$")
_BEGIN = re.compile(r"begin [0-7]{3,4} \S")
_DENSE = re.compile(r"\S{45,}$")
_LONGEST_ARMOUR = 400  # lines; a longer "block" has lost its end line, and the text after it must not go with it
_SHORTEST_RUN = 3  # encoded lines in a row; one or two may be a long address or a file name


def _is_uuencoded(line: str) -> bool:
    """A full uuencoded line: M, for 45 bytes, and four characters for every three of them."""
    # Gateways dropped spaces at the end or added a checksum character.
    return line[0] == "M" and 58 <= len(line) <= 63 and line.upper() == line


def _is_encoded(line: str) -> bool:
    if len(line) < 45:
        return False
    if _is_uuencoded(line):
        return True
    if not _DENSE.match(line) or len(set(line)) < 12:  # a rule of dashes is dense, too
        return False
    return not any(mark in line for mark in ("://", "@", "...", "--", "==="))


def strip_blocks(text: str) -> str:
    """Remove PGP armour and encoded binary data; keep the text of a PGP-signed message.

    Encoded data is known by runs of three or more lines without a space that carry no word-like structure, so parts
    of a multi-part posting without a `begin` line go as well. The short last line of a run and `end` go with it.
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
                while end < len(lines) and lines[end] and " " not in lines[end]:  # the last, shorter lines and `end`
                    end += 1
                index = end
                continue
            kept.extend(lines[index:end])
            index = end
            continue
        kept.append(line)
        index += 1
    return "\n".join(kept)
