"""Parsing one Usenet message: its header block, its body and its header fields (RFC 1036, RFC 5322)."""

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import HeaderParser
from email.policy import compat32

FIELDS = ("from", "subject", "newsgroups", "date", "message_id", "references")

_BLANK_LINE = re.compile(r"\r?\n\r?\n")
# A field name is printable ASCII without the colon. Some messages of 1993 lost their first header line and begin with
# the indented lines that continued it.
_FIRST_FIELD = re.compile(r"(?:[ \t][^\n]*\n)*(?:From |[!-9;-~]+[ \t]*:)")
_LINE_END = re.compile(r"[\r\n]")
_LONGEST_ENCODED = 2_000  # characters; a line of a header has 998 at most, and decoding takes quadratic time


def split_message(raw: str) -> tuple[str, str]:
    """Return the header block and the body of a message, both without the blank line between them.

    A text that does not begin with a header line has no header block: the whole text is its body.
    """
    if not _FIRST_FIELD.match(raw):
        return "", raw
    blank = _BLANK_LINE.search(raw)
    if blank is None:
        return raw, ""
    return raw[: blank.start()], raw[blank.end() :]


def header_fields(raw: str) -> dict[str, str]:
    """Return the header fields of a message that FIELDS names; an absent field is "".

    Folded lines are unfolded. Encoded words (RFC 2047) are decoded; those that cannot be decoded stay as they are, and
    so do those of a field of more than 2,000 characters.
    """
    header, _ = split_message(raw)
    # The newer policies parse addresses and dates, and fail on some of those of 1993.
    message = HeaderParser(policy=compat32).parsestr(header)
    return {field: _decode(message.get(field.replace("_", "-"), "")) for field in FIELDS}


def _decode(value: object) -> str:
    text = " ".join(filter(None, map(str.strip, _LINE_END.split(str(value)))))
    if "=?" not in text or len(text) > _LONGEST_ENCODED:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):  # an unknown character set or damaged base64
        return text
