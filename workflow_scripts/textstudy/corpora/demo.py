"""The embedded demo corpus: synthetic newsgroup messages with everything that makes real ones hard to study fairly.

Threads of messages are posted to eight groups in four confusable pairs. Regular posters give their group away in
headers and signatures, and replies quote earlier messages, so that a model which sees them scores too well. Reposts,
near-copies, cross-posts, messages without words of their own and hostile markup are in it on purpose. No text is
taken from anywhere.
"""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd

from textstudy.corpora import demo_grammar as grammar
from textstudy.corpora.demo_messages import (
    Author,
    Post,
    assemble,
    make_author,
    pgp_signed,
    render,
    reply_parts,
    uuencoded,
    wrapped,
)
from textstudy.corpora.demo_topics import PAIRS, TOPICS
from textstudy.corpora.messages import header_fields
from textstudy.errors import StudyError

GROUPS = tuple(TOPICS)
RIVALS = {group: other for group in GROUPS for other in GROUPS if group != other and group[:3] == other[:3]}
MINIMUM_DOCUMENTS = 200
TRAIN_SHARE = 0.6

FIRST_DAY = datetime(1993, 3, 1, tzinfo=UTC)
DAYS = 75
REGULARS_PER_GROUP = 5
PASSERS_BY = 200
REGULAR_SHARE = 0.6  # of the messages are written by the regular posters of the group
LABEL_NOISE = 0.03  # of the threads are about another group's subject
MEDIAN_WORDS, SPREAD_OF_LOG_WORDS, MAXIMUM_WORDS = 66, 0.6, 390
COPY_SHARES = {"repost": 0.02, "near": 0.025, "cross-post": 0.02}  # of all documents
FORM_SHARES = {"empty": 0.02, "short": 0.025, "hostile": 0.01, "uuencoded": 0.008, "pgp": 0.008}  # of the originals

# Where the sentences of a message come from. `own` is multiplied by the clarity of the message, which has mean 1.
SENTENCE_WEIGHTS = {"own": 3.0, "pair": 1.0, "rival": 0.12, "stray": 0.1, "contrast": 0.5, "chatter": 1.3}

HOSTILE = (
    "<script>alert(1)</script>",
    '#import "x": * and $x$ and #eval("1+1") and @label',
    "[click me](javascript:alert(1)) ![x](file:///etc/passwd)",
    "`id` ```{=html}\n<b>bold</b> &amp; <img src=x onerror=alert(1)>\n```",
    "{{ 7*7 }} {% raw %} ${HOME} $(id) \\input{x}",
)
# What a poster changes when posting the same text again.
REWORDINGS = {"very": "really", "think": "believe", "my": "our", "the": "this", "quite": "fairly", "needs": "wants",
              "seen": "found", "is": "was", "should": "must", "always": "nearly always", "you": "one"}  # fmt: skip


def read(source: None, settings: Mapping) -> pd.DataFrame:
    """Return the demo corpus as a DOCUMENTS table with the header fields as further columns, in order of date.

    The earliest 60 % of the messages are the official training split, the later ones the test split.

    Args:
        source: unused, the corpus needs no resource.
        settings: `documents`, how many messages, and `seed`. The same settings give the same bytes.

    Raises:
        StudyError: fewer than MINIMUM_DOCUMENTS documents are asked for.
    """
    documents = settings["documents"]
    if documents < MINIMUM_DOCUMENTS:
        raise StudyError(
            f"The demo corpus cannot have {documents} documents (setting `documents`): "
            f"ask for {MINIMUM_DOCUMENTS} or more."
        )
    posts = Newsfeed(random.Random(settings["seed"])).posts(documents)
    cutoff = posts[int(documents * TRAIN_SHARE)].date
    rows = []
    for number, post in enumerate(posts, start=10_001):
        text = render(post)
        split = "train" if post.date < cutoff else "test"
        row = {"id": f"{post.group}/{number}", "text": text, "label": post.group, "official_split": split}
        rows.append(row | header_fields(text))
    return pd.DataFrame(rows)


class Newsfeed:
    """Everything posted to the groups; every random choice comes from the one generator it is given."""

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
        """Return exactly that many messages, copies included, in order of date."""
        copies = {kind: round(documents * share) for kind, share in COPY_SHARES.items()}
        posts: list[Post] = []
        while len(posts) < documents - sum(copies.values()):
            posts += self.thread(self.random.choice(GROUPS))
        del posts[documents - sum(copies.values()) :]
        long = [index for index, post in enumerate(posts) if len(" ".join(post.paragraphs).split()) >= 40]
        sampled = iter(self.random.sample(long, sum(copies.values())))
        for kind, count in copies.items():
            for _, index in zip(range(count), sampled, strict=False):
                posts[index], copy = self.copy(posts[index], kind)
                posts.append(copy)
        return sorted(posts, key=lambda post: (post.date, post.group))

    def copy(self, post: Post, kind: str) -> tuple[Post, Post]:
        """Return the message as it stands after it was copied, and the copy."""
        if kind == "cross-post":  # one article, filed under two groups
            others = [group for group in GROUPS if group != post.group]
            other = RIVALS[post.group] if self.random.random() < 0.5 else self.random.choice(others)
            post = replace(post, newsgroups=f"{post.group},{other}")
            return post, replace(post, group=other)
        date = post.date + timedelta(days=self.random.uniform(0.1, 15))
        later = replace(post, date=date, message_id=self.message_id(post.author, date))
        if kind == "near":
            paragraphs = tuple(self.reworded(text) for text in post.paragraphs)
            later = replace(later, paragraphs=paragraphs, body=assemble(wrapped(paragraphs), post.author))
        return post, later

    def reworded(self, text: str) -> str:
        """Return the text with a word or two in thirty changed."""
        words = text.split(" ")
        places = [place for place, word in enumerate(words) if word in REWORDINGS]
        for place in self.random.sample(places, min(len(places), 1 + len(words) // 30)):
            words[place] = REWORDINGS[words[place]]
        return " ".join(words)

    def message_id(self, author: Author, date: datetime) -> str:
        """Return a new identifier in the form that news servers of 1993 gave."""
        self.articles += 1
        return f"<{date:%Y%m%d.%H%M%S}.{self.articles}@{author.address.partition('@')[2]}>"

    def thread(self, group: str) -> list[Post]:
        """Return a first message and the replies to it and to each other, all about a few things of one subject."""
        noisy = self.random.random() < LABEL_NOISE
        voice = Voice(self.random, self.random.choice(GROUPS) if noisy else group)
        first = self.post(group, voice, FIRST_DAY + timedelta(days=self.random.uniform(0, DAYS)), parent=None)
        posts = [first]
        for _ in range(min(12, int(self.random.expovariate(1 / 2.5)))):
            parent = self.random.choice(posts[-3:])
            date = parent.date + timedelta(days=self.random.expovariate(1 / 2) + 0.05)
            posts.append(self.post(group, voice, date, parent=parent))
        return posts

    def post(self, group: str, voice: "Voice", date: datetime, *, parent: Post | None) -> Post:
        """Return one message of a thread; a reply quotes its parent, mostly."""
        date = date.replace(microsecond=0)
        regular = self.random.random() < REGULAR_SHARE
        author = self.random.choice(self.regulars[group] if regular else self.passers_by)
        form = self.form(parent)
        paragraphs = () if form == "empty" else (voice.short(),) if form == "short" else voice.paragraphs()
        if form == "hostile":
            paragraphs = (*paragraphs, self.random.choice(HOSTILE))
        quotes = parent is not None and (form == "empty" or self.random.random() < 0.85)
        parts = reply_parts(parent, author, paragraphs, self.random) if quotes else wrapped(paragraphs)
        if form == "uuencoded":
            parts.append(uuencoded(self.random.randbytes(self.random.randint(300, 900)), "picture.gif"))
        body = assemble(parts, author)
        return Post(
            group=group,
            newsgroups=group,
            author=author,
            subject="Re: " + parent.subject.removeprefix("Re: ") if parent else voice.subject(),
            date=date,
            message_id=self.message_id(author, date),
            references=(*parent.references, parent.message_id) if parent else (),
            paragraphs=paragraphs,
            body=pgp_signed(body, self.random.randbytes(150)) if form == "pgp" else body,
        )

    def form(self, parent: Post | None) -> str:
        """Return what is special about a message: a key of FORM_SHARES or "plain"; only replies can be empty."""
        shares = {**FORM_SHARES, "plain": 1 - sum(FORM_SHARES.values())}
        form = self.random.choices(list(shares), list(shares.values()))[0]
        return "plain" if form == "empty" and (parent is None or not parent.body) else form


class Voice:
    """What a thread says: sentences about a sample of its group's things, its pair's, other groups', and chatter."""

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
        """Return the lexicon of a topic, of which a thread knows about a third."""

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
        """Return a subject line about one of the thread's own things."""
        return grammar.expand(self.random.choice(grammar.SUBJECTS), self.lexicons["own"], self.random)
