"""Removing machine-made blocks from a message: PGP armour, uuencoded, BinHex and base64 data."""

import re
from bisect import bisect_right
from collections.abc import Sequence

_ARMOUR = re.compile(r"-{5}BEGIN PGP (?!SIGNED)[A-Z ,0-9/]{1,40}-{5}$")
_ARMOUR_END = re.compile(r"-{5}END PGP [A-Z ,0-9/]{1,40}-{5}$")
_SIGNED = re.compile(r"-{5}BEGIN PGP SIGNED MESSAGE-{5}$")
_LONGEST_ARMOUR = 400  # lines; a longer block has lost its end line, and what follows is text

_BEGIN = re.compile(r"begin [0-7]{3,4} \S")
_NARROWEST = 45  # characters of a full line
_SHORTEST_RUN = 3  # full lines in a row; one or two may be a long address or a file name
# A text without such a line holds neither armour nor encoded data. This is checked first because it is quick.
_CANDIDATE = re.compile(rf"\n(?:-----BEGIN PGP |[!-z]{{{_NARROWEST}}}|M[ -`]{{{_NARROWEST}}})")

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}$")
_BINHEX = re.compile(r":?[!-&'-*+,\-0-689@-NP-VX-Z\[`a-fh-mp-r]+:?$")
_UUENCODE = re.compile(r"[ -`]+$")
_FULL_UUENCODED = range(57, 63)  # 60 characters for 45 bytes; gateways dropped spaces or added a checksum
_LETTERS = re.compile(r"[A-Z ]")
_CLASSES = str.maketrans(
    dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A")
    | dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "a")
    | dict.fromkeys("0123456789", "0")
)
_WORD = re.compile(r"(?:[A-Z]?[a-z]+|[A-Z]+)$")
_REPEATED = re.compile(r"(.)\1+")
_NEIGHBOURS = re.compile(r"[Aa0](?=[Aa0])")
_CHANGE = re.compile(r"A(?=[a0])|a(?=[A0])|0(?=[Aa])")


def _is_uuencoded(line: str) -> bool:
    """Return whether this may be a line of 45 bytes: "M", then characters of the uuencode alphabet, without a-z.

    It may be short, because gateways dropped spaces at the end of lines.
    """
    return line[:1] == "M" and len(line) - 1 < _FULL_UUENCODED.stop and _UUENCODE.match(line) is not None


def _is_last_uuencoded(line: str) -> bool:
    """Return whether a line is shorter than a full one and has as many characters as its first one says."""
    size = (ord(line[0]) - 32) % 64 if line and _UUENCODE.match(line) else 0
    return 0 < size < 45 and -6 <= len(line) - 1 - 4 * -(-size // 3) <= 2


def _read_uuencoded(lines: list[str], start: int) -> tuple[int, bool]:
    """Return the line after the run of uuencoded lines that begins at `start`, and whether it is encoded data."""
    end = full = start
    whole = 0
    while end < len(lines) and _is_uuencoded(lines[end]):
        end += 1
        if len(lines[end - 1]) - 1 in _FULL_UUENCODED:
            whole, full = whole + 1, end
    run = "".join(lines[start:full])
    if whole < _SHORTEST_RUN or len(_LETTERS.findall(run)) > 0.85 * len(run):  # text in capitals, or a protein
        return end, False
    end = full
    if end < len(lines) and _is_last_uuencoded(lines[end]):
        end += 1
    while end < len(lines) and lines[end] in ("`", "end"):
        end += 1
    return end, True


def _look_random(lines: Sequence[str]) -> bool:
    """Return whether the lines mix capitals, small letters and digits as no words, names, paths or sequences do.

    In base64 more than half of the neighbours are of different classes; in words, paths and camel case it is a quarter.
    """
    classes = _REPEATED.sub(r"\1", "".join(lines)).translate(_CLASSES)  # base64 of zero bytes is "AAAA"
    shares = [classes.count(each) / len(classes) for each in "Aa0"]
    return min(shares) >= 0.02 and len(_CHANGE.findall(classes)) >= 0.45 * len(_NEIGHBOURS.findall(classes))


def _read_run(lines: list[str], start: int) -> tuple[int, bool]:
    """Return the line after the run of like lines that begins at line `start`, and whether it is encoded data."""
    line = lines[start]
    if len(line) < _NARROWEST:
        return start + 1, False
    if _is_uuencoded(line):
        return _read_uuencoded(lines, start)
    alphabet = next((each for each in (_BASE64, _BINHEX) if each.match(line)), None)
    if alphabet is None:
        return start + 1, False
    end = start + 1
    while end < len(lines) and len(lines[end]) == len(line) and alphabet.match(lines[end]):
        end += 1
    data_end = end
    last = lines[end] if end < len(lines) else ""
    if 0 < len(last) < len(line) and alphabet.match(last) and not _WORD.match(last):
        data_end += 1
    if data_end - start < _SHORTEST_RUN or not _look_random(lines[start:end]):
        return end, False
    return data_end, True


def strip_blocks(text: str) -> str:
    """Return `text` without PGP armour and encoded binary data; the text of a PGP-signed message is kept.

    Encoded data are three or more full lines in a row in the alphabet of an encoding, with or without a `begin` line,
    because a part of a multi-part posting has none. Full lines of base64 and BinHex are equally long, and full lines of
    uuencode begin with "M". The shorter lines at the end of the data are removed as well.
    """
    if text.count("\n") < 2 or not _CANDIDATE.search("\n" + text):
        return text
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
        elif _ARMOUR.match(line):
            following = bisect_right(armour_ends, index)
            closed = following < len(armour_ends) and armour_ends[following] - index <= _LONGEST_ARMOUR
            index = armour_ends[following] + 1 if closed else index + 1
        else:
            end, encoded = _read_run(lines, index)
            if not encoded:
                kept.extend(lines[index:end])
            elif kept and _BEGIN.match(kept[-1]):
                kept.pop()
            index = end
    return "\n".join(kept)
