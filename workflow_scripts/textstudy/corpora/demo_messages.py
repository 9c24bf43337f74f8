"""The layout of the demo corpus's messages: header block, attribution lines, quotes, signature, the poster's habits."""

import binascii
import random
import textwrap
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from textstudy.corpora.demo_grammar import choices

FIRST_NAMES = choices("""Alan|Beatriz|Carl|Deborah|Erik|Fiona|Gordon|Helen|Ian|Judith|Kevin|Laura|Martin|Nora|Oliver
Paula|Quentin|Ruth|Stuart|Tina|Ulf|Vera|Walter|Yvonne|José|Zoë|Jürgen|Chloé|Søren|Иван""")
LAST_NAMES = choices("""Abernethy|Brandt|Calloway|Dunmore|Eastlake|Farquhar|Greaves|Holloway|Ibsen|Jarrow|Kessler
Lindqvist|Merriweather|Norling|Oakes|Pemberton|Quill|Rasmussen|Stanhope|Thackeray|Underhill|Vance|Whitlock|Yardley
Zimmer|Müller|Álvarez|Lefèvre|Петров|Ødegård|Tresco|Marchbanks|Inchbald""")
ORGANIZATIONS = {
    "University of Northmoor": "cs.northmoor.example",
    "Westhaven Polytechnic": "westhaven.example",
    "Harrow Lake College, Dept. of Mathematics": "maths.harrowlake.example",
    "Blue Lantern Systems, Inc.": "bluelantern.example",
    "Institute for Applied Tinkering": "tinker.example",
    "Eastmarch Public Access Unix": "eastmarch.example",
    "Kestrel Laboratories": "kestrel.example",
    "Universität Grünwald": "informatik.gruenwald.example",
    "Stonebridge Survey": "survey.stonebridge.example",
    "Red Barn Bulletin Board": "redbarn.example",
}
FROM_FORMS = ("{address} ({name})", "{name} <{address}>", '"{name}" <{address}>')
ATTRIBUTIONS = (
    "In article {message_id} {address} ({name}) writes:",
    "In article {message_id},\n{name} <{address}> wrote:",
    "In {message_id} {address} writes:",
    "{name} wrote:",
    "{name} ({address}) wrote:",
    "On {day}, {name} said:",
    "On {day}, {name} <{address}> wrote:",
    "{first_name} writes:",
)
SIGNATURES = (
    '-- \n{name}\n{organization}\n"{motto}"',
    "-- \n{name} <{address}>\n{motto}",
    "--\n{name}, {organization}\n{motto}",
    "-- \n{name}   | {motto}\n{address} | Disclaimer: my opinions only.",
    "-------------------------------------------------------\n{name}  {address}\n{motto}\n" + "-" * 55,
    "{name}\n{address}",
    "Cheers,\n{first_name}",
    "   -{first_name}",
)
QUOTE_MARKS = (">", "> ", "> ", "> ", "| ", "{initials}> ")


@dataclass(frozen=True, kw_only=True)
class Author:
    """A poster, and the templates that the poster uses in every message."""

    name: str
    address: str
    organization: str
    motto: str
    from_form: str
    attribution: str
    signature: str  # "" for posters without one
    quote_mark: str
    old_date: bool  # the date without its weekday

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    def fill(self, form: str, **further: str) -> str:
        """Return the template `form` filled with this poster's details and the `further` fields."""
        initials = "".join(part[0] for part in self.name.split())
        own = {"name": self.name, "first_name": self.first_name, "address": self.address, "initials": initials}
        return form.format(**own, organization=self.organization, motto=self.motto, **further)


@dataclass(frozen=True, kw_only=True)
class Post:
    """One message, before its header block is written."""

    group: str  # the label; `newsgroups` also names the other group of a cross-post
    newsgroups: str
    author: Author
    subject: str
    date: datetime
    message_id: str
    references: tuple[str, ...]
    paragraphs: tuple[str, ...]  # in the author's own words
    body: str  # the paragraphs with quotes, attribution and signature


def make_author(random_generator: random.Random, *, motto: str, signs: bool) -> Author:
    """Return a random poster; `signs` says whether the poster's messages have a signature."""
    choice = random_generator.choice
    first, last = choice(FIRST_NAMES), choice(LAST_NAMES)
    organization = choice(list(ORGANIZATIONS))
    account = (first[0] + last).lower().encode("ascii", "ignore").decode() or "guest"
    return Author(
        name=f"{first} {last}",
        address=f"{account}{random_generator.randrange(100)}@{ORGANIZATIONS[organization]}",
        organization=organization,
        motto=motto,
        from_form=choice(FROM_FORMS),
        attribution=choice(ATTRIBUTIONS),
        signature=choice(SIGNATURES) if signs else "",
        quote_mark=choice(QUOTE_MARKS),
        old_date=random_generator.random() < 0.3,
    )


def render(post: Post) -> str:
    """Return the complete message: header block, blank line, body."""
    date = format_datetime(post.date, usegmt=True)
    fields = {
        "From": post.author.fill(post.author.from_form),
        "Subject": post.subject,
        "Newsgroups": post.newsgroups,
        "Organization": post.author.organization,
        "Message-ID": post.message_id,
        "Date": date.partition(", ")[2] if post.author.old_date else date,
        "References": "\n ".join(post.references[-6:]),
        "Lines": str(len(post.body.splitlines())),
    }
    return "\n".join(f"{name}: {value}" for name, value in fields.items() if value) + "\n\n" + post.body + "\n"


def reply_parts(parent: Post, author: Author, paragraphs: Sequence[str], random_generator: random.Random) -> list[str]:
    """Return the parts of a reply's body: an attribution line, then quoted passages, each followed by an answer."""
    lines = parent.body.splitlines()
    first = 0 if random_generator.random() < 0.5 else random_generator.randrange(max(1, len(lines) // 2))
    excerpt = lines[first : first + random_generator.randint(4, 16)]
    passages = max(1, min(len(paragraphs), random_generator.randint(1, 3), len(excerpt)))
    step = -(-len(excerpt) // passages)
    mark = parent.author.fill(author.quote_mark)  # with the initials of the quoted person
    quotes = [quote(excerpt[start : start + step], mark) for start in range(0, len(excerpt), step)]
    day = format_datetime(parent.date)[: len("Mon, 05 Apr 1993")]
    attribution = parent.author.fill(author.attribution, message_id=parent.message_id, day=day)
    answers = [*wrap(paragraphs), *[""] * len(quotes)]
    parts = [attribution + "\n" + quotes[0], answers[0]]
    for passage, answer in zip(quotes[1:], answers[1:], strict=False):
        parts += [passage, answer]
    return parts + answers[len(quotes) :]


def quote(lines: Sequence[str], mark: str) -> str:
    """Return the lines with the quote mark in front."""
    return "\n".join(f"{mark}{line}".rstrip() for line in lines)


def wrap(paragraphs: Sequence[str]) -> list[str]:
    """Return the paragraphs in lines of at most 72 characters; a paragraph with line breaks stays as it is."""
    return [text if "\n" in text else textwrap.fill(text, 72) for text in paragraphs]


def assemble(parts: Sequence[str], author: Author) -> str:
    """Return a body: the parts and the signature, with blank lines between them."""
    return "\n\n".join(part for part in (*parts, author.fill(author.signature)) if part)


def uuencode(data: bytes, name: str) -> str:
    """Return the data as a uuencoded block, 45 bytes a line."""
    rows = [binascii.b2a_uu(data[start : start + 45]).decode().rstrip("\n") for start in range(0, len(data), 45)]
    return "\n".join([f"begin 644 {name}", *rows, "`", "end"])


def pgp_sign(body: str, signature: bytes) -> str:
    """Return the body in the form of a clear-signed PGP message; `signature` is random bytes."""
    rows = textwrap.wrap(b64encode(signature).decode(), 64)
    return "\n".join(
        ["-----BEGIN PGP SIGNED MESSAGE-----", "", body, "", "-----BEGIN PGP SIGNATURE-----", "Version: 2.2", ""]
        + [*rows, "-----END PGP SIGNATURE-----"]
    )
