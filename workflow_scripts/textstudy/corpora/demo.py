"""The embedded demo corpus: synthetic newsgroup messages with the difficulties of real ones.

Threads of messages are posted to eight groups in four pairs that are easily confused. Headers and signatures of regular
posters give their group away, and replies quote earlier messages, so a model that sees them scores too well. Reposts,
near-copies, cross-posts, messages without words of their own and hostile markup are included on purpose. All text is
generated; none is copied from elsewhere.
"""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd

from textstudy.corpora import demo_grammar as grammar
from textstudy.corpora.conversations import message_context
from textstudy.corpora.demo_messages import (
    Author,
    Post,
    assemble,
    make_author,
    pgp_sign,
    render,
    reply_parts,
    uuencode,
    wrap,
)
from textstudy.corpora.demo_topics import PAIRS, TOPICS
from textstudy.corpora.messages import header_fields

GROUPS = tuple(TOPICS)
RIVALS = {group: other for group in GROUPS for other in GROUPS if group != other and group[:3] == other[:3]}
TRAIN_SHARE = 0.6

FIRST_DAY = datetime(1993, 3, 1, tzinfo=UTC)
DAYS = 75
REGULARS_PER_GROUP = 5
PASSERS_BY = 200
REGULAR_SHARE = 0.6  # share of messages by regular posters of the group
LABEL_NOISE = 0.03  # share of threads about another group's subject
MEDIAN_WORDS, SPREAD_OF_LOG_WORDS, MAXIMUM_WORDS = 66, 0.6, 390
COPY_SHARES = {"repost": 0.02, "near": 0.025, "cross-post": 0.02}  # shares of all messages
FORM_SHARES = {"empty": 0.02, "short": 0.025, "hostile": 0.01, "uuencoded": 0.008, "pgp": 0.008}  # without the copies

# Sources of a message's sentences. `own` is multiplied by the clarity of the message, whose mean is 1.
SENTENCE_WEIGHTS = {"own": 3.0, "pair": 1.0, "rival": 0.12, "stray": 0.1, "contrast": 0.5, "chatter": 1.3}

HOSTILE = (
    "<script>alert(1)</script>",
    '#import "x": * and $x$ and #eval("1+1") and @label',
    "[click me](javascript:alert(1)) ![x](file:///etc/passwd)",
    "`id` ```{=html}\n<b>bold</b> &amp; <img src=x onerror=alert(1)>\n```",
    "{{ 7*7 }} {% raw %} ${HOME} $(id) \\input{x}",
)
# Words that a poster replaces when posting the same text again.
REWORDINGS = {"very": "really", "think": "believe", "my": "our", "the": "this", "quite": "fairly", "needs": "wants",
              "seen": "found", "is": "was", "should": "must", "always": "nearly always", "you": "one"}  # fmt: skip


def read(source: None, settings: Mapping) -> pd.DataFrame:
    """Return the demo corpus as a DOCUMENTS table in order of date, with the header fields as further columns.

    The earliest 60 % of the messages are the official training split, the later ones the test split. Groups are author
    and thread.

    Args:
        source: unused; the corpus needs no resource.
        settings: `documents`, the number of messages, 200 or more, and `seed`. The same settings give the same bytes.
    """
    documents = settings["documents"]
    posts = Newsfeed(random.Random(settings["seed"])).posts(documents)
    cutoff = posts[int(documents * TRAIN_SHARE)].date
    rows = []
    for number, post in enumerate(posts, start=10_001):
        text = render(post)
        split = "train" if post.date < cutoff else "test"
        row = {"id": f"{post.group}/{number}", "text": text, "label": post.group, "official_split": split}
        rows.append(row | header_fields(text))
    messages = pd.DataFrame(rows)
    return messages.join(message_context(messages), on="id")


class Newsfeed:
    """All messages posted to the groups; all random choices come from one generator."""

    def __init__(self, random_generator: random.Random):
        self.random = random_generator
        self.articles = 0
        self.regulars = {group: [self.author(group) for _ in range(REGULARS_PER_GROUP)] for group in GROUPS}
        self.passers_by = [self.author(self.random.choice(GROUPS), signs=False) for _ in range(PASSERS_BY)]

    def author(self, group: str, *, signs: bool = True) -> Author:
        """Return a new poster whose motto is about the group."""
        lexicon = grammar.lexicon_of(TOPICS[group], other=TOPICS[RIVALS[group]])
        motto = grammar.expand(self.random.choice(grammar.MOTTOES), lexicon, self.random)
        return make_author(self.random, motto=motto, signs=signs or self.random.random() < 0.3)

    def posts(self, documents: int) -> list[Post]:
        """Return exactly `documents` messages, copies included, in order of date."""
        copies = {form: round(documents * share) for form, share in COPY_SHARES.items()}
        posts: list[Post] = []
        while len(posts) < documents - sum(copies.values()):
            posts += self.thread(self.random.choice(GROUPS))
        del posts[documents - sum(copies.values()) :]
        long = [index for index, post in enumerate(posts) if len(" ".join(post.paragraphs).split()) >= 40]
        sampled = iter(self.random.sample(long, sum(copies.values())))
        for form, count in copies.items():
            for _, index in zip(range(count), sampled, strict=False):
                posts[index], copy = self.copy(posts[index], form)
                posts.append(copy)
        return sorted(posts, key=lambda post: (post.date, post.group))

    def copy(self, post: Post, form: str) -> tuple[Post, Post]:
        """Return a message and its copy; `form` is a key of COPY_SHARES. A cross-post changes the message, too."""
        if form == "cross-post":  # one article, filed under two groups
            others = [group for group in GROUPS if group != post.group]
            other = RIVALS[post.group] if self.random.random() < 0.5 else self.random.choice(others)
            post = replace(post, newsgroups=f"{post.group},{other}")
            return post, replace(post, group=other)
        date = post.date + timedelta(days=self.random.uniform(0.1, 15))
        later = replace(post, date=date, message_id=self.message_id(post.author, date))
        if form == "near":
            paragraphs = tuple(self.reword(text) for text in post.paragraphs)
            later = replace(later, paragraphs=paragraphs, body=assemble(wrap(paragraphs), post.author))
        return post, later

    def reword(self, text: str) -> str:
        """Return the text with about one word in thirty replaced."""
        words = text.split(" ")
        places = [place for place, word in enumerate(words) if word in REWORDINGS]
        for place in self.random.sample(places, min(len(places), 1 + len(words) // 30)):
            words[place] = REWORDINGS[words[place]]
        return " ".join(words)

    def message_id(self, author: Author, date: datetime) -> str:
        """Return a new identifier in the form of 1993's news servers."""
        self.articles += 1
        return f"<{date:%Y%m%d.%H%M%S}.{self.articles}@{author.address.partition('@')[2]}>"

    def thread(self, group: str) -> list[Post]:
        """Return a first message and replies to it and to each other, all with the same words of one subject."""
        noisy = self.random.random() < LABEL_NOISE
        writer = Writer(self.random, self.random.choice(GROUPS) if noisy else group)
        first = self.post(group, writer, FIRST_DAY + timedelta(days=self.random.uniform(0, DAYS)), parent=None)
        posts = [first]
        for _ in range(min(12, int(self.random.expovariate(1 / 2.5)))):
            parent = self.random.choice(posts[-3:])
            date = parent.date + timedelta(days=self.random.expovariate(1 / 2) + 0.05)
            posts.append(self.post(group, writer, date, parent=parent))
        return posts

    def post(self, group: str, writer: "Writer", date: datetime, *, parent: Post | None) -> Post:
        """Return one message of a thread; most replies quote their parent."""
        date = date.replace(microsecond=0)
        regular = self.random.random() < REGULAR_SHARE
        author = self.random.choice(self.regulars[group] if regular else self.passers_by)
        form = self.form(parent)
        paragraphs = () if form == "empty" else (writer.short(),) if form == "short" else writer.paragraphs()
        if form == "hostile":
            paragraphs = (*paragraphs, self.random.choice(HOSTILE))
        quotes = parent is not None and (form == "empty" or self.random.random() < 0.85)
        parts = reply_parts(parent, author, paragraphs, self.random) if quotes else wrap(paragraphs)
        if form == "uuencoded":
            parts.append(uuencode(self.random.randbytes(self.random.randint(300, 900)), "picture.gif"))
        body = assemble(parts, author)
        return Post(
            group=group,
            newsgroups=group,
            author=author,
            subject="Re: " + parent.subject.removeprefix("Re: ") if parent else writer.subject(),
            date=date,
            message_id=self.message_id(author, date),
            references=(*parent.references, parent.message_id) if parent else (),
            paragraphs=paragraphs,
            body=pgp_sign(body, self.random.randbytes(150)) if form == "pgp" else body,
        )

    def form(self, parent: Post | None) -> str:
        """Return a key of FORM_SHARES or "plain"; only a reply can be empty."""
        shares = {**FORM_SHARES, "plain": 1 - sum(FORM_SHARES.values())}
        form = self.random.choices(list(shares), list(shares.values()))[0]
        return "plain" if form == "empty" and (parent is None or not parent.body) else form


class Writer:
    """Writes the texts of one thread from samples of its group's words, its pair's and other groups', and chatter."""

    def __init__(self, random_generator: random.Random, group: str):
        self.random = random_generator
        rival, stray = RIVALS[group], random_generator.choice(GROUPS)
        pair = PAIRS[group.partition(".")[0]]
        self.lexicons = {
            "own": self.sample(TOPICS[group], TOPICS[rival]),
            "pair": self.sample(pair, pair),
            "rival": self.sample(TOPICS[rival], TOPICS[group]),
            "stray": self.sample(TOPICS[stray], TOPICS[RIVALS[stray]]),
        }

    def sample(self, topic: grammar.Lexicon, other: grammar.Lexicon) -> dict[str, list[str]]:
        """Return the lexicon of a topic, cut to a random third of its entries."""

        def third(entries: list[str]) -> list[str]:
            return [entries[rank] for rank in sorted(self.random.sample(range(len(entries)), -(-len(entries) // 3)))]

        topic, other = ({slot: third(entries) for slot, entries in words.items()} for words in (topic, other))
        return grammar.lexicon_of(topic, other=other)

    def paragraphs(self) -> tuple[str, ...]:
        """Return paragraphs of two to five sentences whose total length is log-normal."""
        target = min(MAXIMUM_WORDS, self.random.lognormvariate(0, SPREAD_OF_LOG_WORDS) * MEDIAN_WORDS)
        clarity = self.random.expovariate(1)
        weights = {**SENTENCE_WEIGHTS, "own": SENTENCE_WEIGHTS["own"] * clarity}
        sentences: list[str] = []
        while sum(sentence.count(" ") + 1 for sentence in sentences) < target - 5:
            sentences.append(self.sentence(self.random.choices(list(weights), list(weights.values()))[0]))
        paragraphs = []
        while sentences:
            length = self.random.randint(2, 5)
            paragraphs.append(" ".join(sentences[:length]))
            del sentences[:length]
        return tuple(paragraphs)

    def sentence(self, source: str) -> str:
        """Return a sentence from one of the sources named in SENTENCE_WEIGHTS."""
        templates = {"chatter": grammar.CHATTER, "contrast": grammar.CONTRAST}.get(source, grammar.TOPICAL)
        lexicon = self.lexicons.get(source, self.lexicons["own"])
        return grammar.expand(self.random.choice(templates), lexicon, self.random)

    def short(self) -> str:
        """Return a message of a few words."""
        return grammar.expand(self.random.choice(grammar.SHORT), self.lexicons["own"], self.random)

    def subject(self) -> str:
        """Return a subject line with the thread's own words."""
        return grammar.expand(self.random.choice(grammar.SUBJECTS), self.lexicons["own"], self.random)
