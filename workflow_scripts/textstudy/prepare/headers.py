"""The headers of a news message: its header block, headers pasted into its body, and the name of its author."""

import re

_FIELDS = (
    "from|subject|newsgroups|date|message-id|path|organi[sz]ation|lines|sender|references|reply-to|followup-to|"
    "distribution|nntp-posting-(?:host|user)|keywords|summary|expires|to|cc|bcc|apparently-to|in-reply-to|received|"
    "return-path|originator|article-i\\.d\\.|approved|xref|mime-version|content-(?:type|length|transfer-encoding)|"
    "posted-date|received-date|resent-[a-z-]{2,20}|status|news-software|original-sender|archive-name|x-[a-z0-9-]{1,30}"
)
_KNOWN_FIELD = re.compile(rf"(?:{_FIELDS}):(?=[ \t]|$)", re.IGNORECASE)
_FROM_LINE = re.compile(r"^from:[ \t]*(.{0,300})", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[\w.+%!-]{1,100}@[\w.-]{1,100}")
_NOT_NAMES = set(re.findall(r"\w+", "the and von van der dr mr mrs ms jr sr iii phd prof user news root usenet"))


def header_block(text: str) -> tuple[str, str]:
    """Return `(header, body)`: the message split at its first blank line, or `("", text)` if it has no header.

    A text has a header if at least two lines before its first blank line begin with a well-known field name (RFC 1036),
    so a text that merely begins with "Note:" stays whole.
    """
    header, _, body = text.partition("\n\n")
    known = sum(1 for line in header.split("\n") if _KNOWN_FIELD.match(line))
    return (header, body) if known >= 2 else ("", text)


def strip_pasted_headers(text: str) -> str:
    """Return a body without the headers in it.

    These are two or more adjacent lines with well-known field names, and every `Newsgroups:` line, which would give the
    label away. The continuation lines of a folded field belong to it.
    """
    lines = text.split("\n")
    kept: list[str] = []
    start = 0
    while start < len(lines):
        end, known = start, 0
        while end < len(lines) and ":" in lines[end] and (match := _KNOWN_FIELD.match(lines[end])):
            known += 1
            end += 1
            # Only fields that news software folds: an indented line after "Subject:" may be text.
            folds = match.group().lower() in ("path:", "references:", "received:", "newsgroups:", "message-id:")
            while folds and end < len(lines) and lines[end][:1] in (" ", "\t") and lines[end].strip():
                end += 1
        if known >= 2 or (known == 1 and lines[start].lower().startswith("newsgroups:")):
            start = end
        else:
            kept.extend(lines[start : max(end, start + 1)])
            start = max(end, start + 1)
    return "\n".join(kept)


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
    for account in accounts:
        words |= {account.strip("+"), *(part for part in re.split(r"[^a-z0-9]+", account) if len(part) >= 3)}
    if len(names) >= 2:
        words |= {"".join(name[0] for name in names), names[0][0] + names[-1][0]}
    return frozenset(words)
