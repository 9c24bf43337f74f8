"""Removing the earlier message that mail programs copy below an answer without any mark before its lines."""

import re
from collections.abc import Sequence

from textstudy.prepare.attributions import ADDRESS

_SEPARATOR = re.compile(r"[ \t]{0,8}-{3,60} ?[^\W\d_][^\n\d<>@:=_]{2,60}?-{3,60}$")
_RULE = re.compile(r"[ \t]{0,8}[_-]{10,200}$")
_FIELD = re.compile(r"[ \t]{0,8}\*?([^\W\d_][\w .'’-]{0,24})\*?[ \u00a0]?[:：]\*?(?=\s|$)")
# What mail programs call the sender and the day, for a heading without an address or without a line of signs above it.
_SENDERS = frozenset(
    re.findall(
        r"\S+",
        """from von de da van от od från fra lähettäjä mittente expéditeur remitente kimden feladó από 发件人 寄件者 
    差出人 보낸사람""",
    )
)
_SENT = frozenset(
    re.findall(
        r"\S+",
        """sent gesendet envoyé enviado enviadoel enviada enviadaem inviato verzonden отправлено wysłano skickat sendt
    lähetetty gönderildi elküldve αποστολή 发送时间 傳送時間 送信日時 보낸날짜""",
    )
)
_DATES = frozenset(("date", "datum", "data", "fecha", "дата", "dato", "päivämäärä", "tarih", "日期"))
# A text without such a line holds no heading. This is checked first because it is quick.
_CANDIDATE = re.compile(
    rf"\n[ \t]{{0,8}}(?:-{{3}}|_{{10}}|\*?(?:{'|'.join(_SENDERS - {'보낸사람'})}|보낸 ?사람)\*?[ \u00a0]?[:：])",
    re.IGNORECASE,
)
_SHORTEST = 3  # fields; Outlook writes four to six
_LONGEST = 8


def _read_fields(lines: Sequence[str], start: int) -> tuple[int, list[str]]:
    """Return the line after the fields that begin at line `start`, and the names of the fields in small letters."""
    names: list[str] = []
    index = start
    while index < min(len(lines), start + 2 * _LONGEST) and lines[index].strip():
        match = _FIELD.match(lines[index])
        if match:
            names.append(match[1].lower().replace(" ", ""))
        elif not names or lines[index][:1] not in (" ", "\t"):
            break
        index += 1
    return index, names


def _heading_end(lines: Sequence[str], index: int) -> int:
    """Return the line after the heading of an earlier message that begins at line `index`; `index` if there is none.

    A heading is a line of dashes, words and dashes above two fields, with an address or a known name for the sender; or
    the fields alone or below a rule, the sender first and then the day.
    """
    line = lines[index]
    if not line or not _CANDIDATE.match("\n" + line):
        return index
    start = index
    if _SEPARATOR.match(line) or _RULE.match(line):
        start = index + 1
        while start < min(len(lines), index + 3) and not lines[start].strip():
            start += 1
    elif not (_FIELD.match(line) and (index == 0 or not lines[index - 1].strip())):
        return index
    end, names = _read_fields(lines, start)
    if len(names) < 2:
        return index
    address = ADDRESS.search("\n".join(lines[start:end])[:2000]) is not None
    if _SEPARATOR.match(line):
        return end if address or names[0] in _SENDERS else index
    sent = names[1] in _SENT or (names[1] in _DATES and address)
    return end if len(names) >= _SHORTEST and names[0] in _SENDERS and sent else index


def strip_original(text: str) -> str:
    """Return `text` up to an earlier message that is copied below it (`-----Original Message-----` and the like).

    A line of dashes, words and dashes above fields with an address is known by its form in any language. Fields without
    an address or without such a line count if their names are known (`_SENDERS`, `_SENT`). If nothing stands above the
    heading, or if the lines below it are marked as quotations, only the heading is removed.
    """
    if text.count("\n") < 2 or not (candidate := _CANDIDATE.search("\n" + text)):
        return text
    lines = text.split("\n")
    filled = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    index = text.count("\n", 0, candidate.start())
    kept = lines[:index]
    while index < len(lines):
        end = _heading_end(lines, index)
        if end == index:
            kept.append(lines[index])
            index += 1
            continue
        below = end
        while below < len(lines) and not lines[below].strip():
            below += 1
        if index > filled and not (below < len(lines) and lines[below].lstrip().startswith(">")):
            return "\n".join(kept)
        index = end
    return "\n".join(kept)
