"""The header of a message in two parts: its subject, which is content, and what tells who wrote it and where."""

import re

from textstudy.prepare.headers import header_block, unix_lines

_SUBJECT = re.compile(r"^subject:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)\n?", re.IGNORECASE | re.MULTILINE)


def subject(text: str) -> str:
    """Return the subject of a message, "" if it has none."""
    found = _SUBJECT.search(_header(text))
    return found[1] if found else ""


def other_fields(text: str) -> str:
    """Return the header of a message without its subject, "" if it has no header."""
    return _SUBJECT.sub("", _header(text), count=1)


def _header(text: str) -> str:
    return header_block(unix_lines(text))[0]
