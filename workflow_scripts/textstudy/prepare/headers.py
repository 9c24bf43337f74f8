"""The headers of a message: its header block, headers pasted into its body, and who its author is."""

import re
from typing import NamedTuple

# Fields of news and mail (RFC 1036, RFC 5322), in small letters; also all that begin with "x-" or "resent-".
_KNOWN_FIELDS = frozenset(
    re.findall(
        r"\S+",
        """from subject newsgroups date message-id path organization organisation lines sender references reply-to
    followup-to distribution nntp-posting-host nntp-posting-user keywords summary expires to cc bcc apparently-to
    in-reply-to received return-path originator article-i.d. approved xref mime-version content-type content-length
    content-transfer-encoding posted-date received-date status news-software original-sender archive-name""",
    )
)
_ANY_FIELD = re.compile(r"([!-9;-~]{1,60})[ \t]{0,3}:(\s|$)?")
_MAILBOX_LINE = re.compile(r">?From \S{1,200} .{0,60}\d{2}:\d{2}")
_LONGEST_INDENTED = 60  # lines of an indented header
_FOLDS = {"path", "references", "received", "newsgroups", "message-id"}

# What only a mail or news program writes. People write "From: Paris", "Date: 19 May", "References: Smith" themselves.
_NAMES_A_PERSON = {"from", "to", "cc", "bcc", "sender", "reply-to", "apparently-to", "original-sender"}
_PROGRAM_FIELDS = {
    "message-id": re.compile(r"[<@]"),
    "in-reply-to": re.compile(r"[<@]"),
    "references": re.compile(r"<\S+>"),
    "received": re.compile(r"\b(?:from|by) \S+\.\w"),
    "return-path": re.compile(r"[<@]"),
    "path": re.compile(r"\w!\w"),
    "newsgroups": re.compile(r"\s*[a-z0-9+_-]{1,30}\.[a-z0-9.+_,\s-]{1,300}$", re.IGNORECASE),
    "lines": re.compile(r"\s*\d+\s*$"),
    "mime-version": re.compile(r"\s*1\.0"),
    "content-type": re.compile(r"\s*\w+/\w"),
    "content-transfer-encoding": re.compile(r"\s*(?:[78]bit|quoted-printable|base64)", re.IGNORECASE),
    "nntp-posting-host": re.compile(r"\S"),
    "nntp-posting-user": re.compile(r"\S"),
    "article-i.d.": re.compile(r"\S"),
}
_ADDRESS = re.compile(r"[\w.+%!-]{1,100}@[\w.-]{1,100}")
_ADDRESS_VALUE = re.compile(r"[^\s<>]{1,100}@[\w\[]|\w!\w", re.ASCII)
_DATE_AND_TIME = re.compile(  # to the second, or with a zone
    r"\b(?:\d{1,2} [a-z]{3} \d{2,4},?|[a-z]{3} [a-z]{3} {1,2}\d{1,2}) \d{1,2}:\d{2}(?::\d{2}| [a-z]{3}\b| [+-]\d{4})",
    re.IGNORECASE,
)

# Short forms that do not begin like the English name; "Rich" and "Dave" are found without.
_SHORT_FORMS = {
    "anthony": "tony", "charles": "chuck", "edward": "ted", "elizabeth": "betty beth liz", "henry": "hank",
    "james": "jim jimmy", "john": "jack", "joseph": "joe", "lawrence": "larry", "margaret": "peggy", "michael": "mike",
    "richard": "dick rick", "robert": "bob bobby", "stephen": "steve", "theodore": "ted", "thomas": "tom tommy",
    "william": "bill billy",
}  # fmt: skip
_FROM_LINE = re.compile(r"^from:[ \t]*(.{0,300})", re.IGNORECASE | re.MULTILINE)
_NOT_NAMES = set(re.findall(r"\w+", "the and von van der dr mr mrs ms jr sr iii phd prof user news root usenet"))


class _Fields(NamedTuple):
    """Header fields on adjacent lines."""

    names: tuple[str, ...]  # the well-known ones
    signs: int  # how many fields show that a mail or news program wrote them
    from_program: bool  # whether one of these is a field that people never write
    known_end: int  # the line after the last well-known field and its continuation
    end: int  # the line after the last field

    def head_a_message(self, *, apart: bool, body: bool) -> bool:
        """Return whether these fields are the header of a message.

        Args:
            apart: whether blank lines part them from the text around them.
            body: whether there is text besides them.
        """
        if len(self.names) < 2:
            return False
        if not body:  # a message without text; the lines that people write are a text themselves
            return self.from_program or (apart and self.signs >= 1)
        mail = {"from", "subject"} <= set(self.names)
        enough = 1 if apart or mail or self.from_program else 2
        return self.signs >= enough or (apart and mail)


def _is_blank(line: str) -> bool:
    """Return whether a line shows nothing: white space of any kind, and marks without width."""
    return not line.strip().strip("\u200b\ufeff")


def _is_sign(name: str, value: str) -> bool:
    if name in _NAMES_A_PERSON:
        return _ADDRESS_VALUE.search(value[:300]) is not None
    if name == "date":
        return _DATE_AND_TIME.search(value[:100]) is not None
    return name in _PROGRAM_FIELDS and _PROGRAM_FIELDS[name].search(value[:300]) is not None


def _field_name(line: str) -> str:
    """Return the name of the field that a line begins, in small letters; "" if it begins none.

    Only behind a well-known name may the space be missing: "http://x.org" is no field.
    """
    match = _ANY_FIELD.match(line)
    if not match:
        return ""
    name = match[1].lower()
    return name if match[2] is not None or name in _KNOWN_FIELDS else ""


def _is_known(name: str) -> bool:
    return name in _KNOWN_FIELDS or name.startswith(("x-", "resent-"))


def _read_fields(lines: list[str], start: int, *, any_name: bool) -> _Fields:
    """Return the fields from line `start` on.

    With `any_name`, fields of any name count, and lines that continue a folded field may stand anywhere. Otherwise the
    fields are well-known ones, and only those that programs fold go on over indented lines.
    """
    names: list[str] = []
    signs, known_end, from_program, continues, index = 0, start, False, False, start
    for index in range(start, len(lines)):
        line = lines[index]
        name = _field_name(line)
        if _is_known(name):
            names.append(name)
            sign = _is_sign(name, line.partition(":")[2])
            signs += sign
            from_program = from_program or (sign and name in _PROGRAM_FIELDS)
            known_end, continues = index + 1, any_name or name in _FOLDS
        elif line[:1] in (" ", "\t") and not _is_blank(line) and (continues or (any_name and not names)):
            known_end = index + 1 if known_end == index else known_end
        elif not (any_name and name) and not (index == start and _MAILBOX_LINE.match(line)):
            return _Fields(tuple(names), signs, from_program, known_end, index)
    return _Fields(tuple(names), signs, from_program, known_end, len(lines))


def unix_lines(text: str) -> str:
    """Return `text` with "\\n" at the ends of lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def header_block(text: str) -> tuple[str, str]:
    """Return `(header, body)`, or `("", text)` if the text has no header.

    A header is the lines up to the first that is neither a field (RFC 5322) nor the continuation of one. Blank lines
    above and below it are dropped; they may hold white space. At least two fields have well-known names, and there are
    signs that a program wrote them: an address, a date with its time, or a field such as `Message-ID`. One sign, or
    `From` with `Subject`, is enough if a blank line follows. So a text that begins with "Note:" or with "From: Paris"
    stays whole.
    """
    if ":" not in text[:1000]:
        return "", text
    lines = text.split("\n")
    start = next((index for index, line in enumerate(lines) if not _is_blank(line)), 0)
    fields = _read_fields(lines, start, any_name=True)
    apart = fields.end < len(lines) and _is_blank(lines[fields.end])
    end = fields.end if apart else fields.known_end
    below = end
    while below < len(lines) and _is_blank(lines[below]):
        below += 1
    body = below < len(lines)
    if not fields.head_a_message(apart=apart and (body or below > end + 1), body=body):
        return "", text
    return "\n".join(lines[start:end]), "\n".join(lines[end + apart :])


def _read_pasted(lines: list[str], start: int) -> _Fields | None:
    """Return the fields that begin at line `start` of a body, perhaps all indented alike; None if it begins none."""
    line = lines[start].lstrip()
    if not _is_known(_field_name(line)) and not _MAILBOX_LINE.match(line):
        return None
    indent = len(lines[start]) - len(line)
    if not indent:
        return _read_fields(lines, start, any_name=False)
    block = [other[indent:] for other in lines[start : start + _LONGEST_INDENTED]]
    fields = _read_fields(block, 0, any_name=False)
    return fields._replace(end=start + fields.end)


def strip_pasted_headers(text: str) -> str:
    """Return a body without the headers in it.

    These are two or more adjacent lines with well-known field names that head a message (see `header_block`), and every
    line that names newsgroups, which would give the label away. The continuation lines of a folded field belong to it.
    """
    if ":" not in text:
        return text
    lines = text.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    last = next((index for index in reversed(range(len(lines))) if lines[index].strip()), 0)
    filled = range(first, last + 1)
    kept: list[str] = []
    start = 0
    while start < len(lines):
        line = lines[start]
        fields = _read_pasted(lines, start) if ":" in line else None
        if not fields or not fields.names:
            kept.append(line)
            start += 1
            continue
        names_groups = fields.names == ("newsgroups",) and fields.signs == 1
        if not names_groups and not (len(fields.names) > 1 and _head_a_part(fields, lines, start, filled)):
            kept.extend(lines[start : fields.end])
        start = fields.end
    return "\n".join(kept)


def _head_a_part(fields: _Fields, lines: list[str], start: int, filled: range) -> bool:
    """Return whether the fields from line `start` on head a message that is copied into `lines`.

    `filled` goes from the first line with text to the last.
    """
    above, below = start - 1, fields.end
    apart = (above < 0 or _is_blank(lines[above])) and (below == len(lines) or _is_blank(lines[below]))
    body = start > filled.start or below < filled.stop
    return fields.head_a_message(apart=apart and body, body=body)


def author_address(header: str) -> str:
    """Return the address in the `From:` line, in lower case; without one, the whole line; "" if there is no line."""
    match = _FROM_LINE.search(header)
    if not match:
        return ""
    address = _ADDRESS.search(match[1])
    return (address.group() if address else match[1].strip()).lower()


def author_words(header: str) -> frozenset[str]:
    """Return the words of the `From:` line that name the author, in lower case; empty if there is no such line.

    They are the parts of the real name and of the account, and the initials.
    """
    match = _FROM_LINE.search(header)
    if not match:
        return frozenset()
    addresses = _ADDRESS.findall(match.group(1))
    accounts = {address.partition("@")[0].lower() for address in addresses}
    names = re.findall(r"[^\W\d_]+", _ADDRESS.sub(" ", match.group(1)).lower())
    names = [name for name in names if name not in _NOT_NAMES]
    words = {word for word in names if len(word) >= 2}
    words.update(*(_SHORT_FORMS[name].split() for name in names if name in _SHORT_FORMS))
    for account in accounts:
        words |= {account.strip("+"), *(part for part in re.split(r"[^a-z0-9]+", account) if len(part) >= 3)}
    if len(names) >= 2:
        words |= {"".join(name[0] for name in names), names[0][0] + names[-1][0]}
    return frozenset(words)
