"""The demo corpus: reproducible, with all the phenomena and difficulties that it promises."""

import binascii
import hashlib
import random
import re
from collections import Counter
from email.utils import parsedate_to_datetime

import pandas as pd
import pytest
from sklearn.datasets._twenty_newsgroups import strip_newsgroup_quoting
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from textstudy.corpora import demo, demo_grammar
from textstudy.corpora.demo_topics import PAIRS, TOPICS
from textstudy.corpora.messages import FIELDS, split_message
from textstudy.storage.tables import DOCUMENTS

SETTINGS = {"documents": 2400, "seed": 1993}
QUOTE = re.compile(r"^\s*(?:\w{1,3})?[>|]")
SIGNATURE = re.compile(r"\n-- ?\n|\n-{20,}\n")


def crude_cleaning(raw: str) -> str:
    """Return the author's own words, found by simple rules."""
    body = strip_newsgroup_quoting(split_message(raw)[1])
    own = "\n".join(line for line in body.split("\n") if not QUOTE.match(line))
    return " ".join(SIGNATURE.split("\n" + own)[0].split())


@pytest.fixture(scope="module")
def corpus() -> pd.DataFrame:
    documents = demo.read(None, SETTINGS)
    return documents.assign(
        body=[split_message(text)[1] for text in documents.text],
        clean=[crude_cleaning(text) for text in documents.text],
        when=[parsedate_to_datetime(date) for date in documents.date],
    )


def fingerprint(documents: pd.DataFrame) -> str:
    return hashlib.sha256(documents.to_csv().encode()).hexdigest()


def accuracy(documents: pd.DataFrame, column: str, classifier) -> float:
    train, test = (documents[documents.official_split == split] for split in ("train", "test"))
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), classifier).fit(train[column], train.label)
    return model.score(test[column], test.label)


def test_same_settings_give_the_same_bytes_and_another_seed_does_not():
    small = {"documents": 300, "seed": 5}
    assert fingerprint(demo.read(None, small)) == fingerprint(demo.read(None, small))
    assert fingerprint(demo.read(None, small)) != fingerprint(demo.read(None, small | {"seed": 6}))


@pytest.mark.parametrize("documents", [200, 333, 1000])
def test_as_many_documents_as_asked_for(documents):
    frame = DOCUMENTS.validate(demo.read(None, {"documents": documents, "seed": 2}))
    assert len(frame) == documents
    assert set(frame.official_split) == {"train", "test"}


def test_table_has_the_schema_the_header_fields_and_eight_groups_of_fair_size(corpus):
    DOCUMENTS.validate(corpus)
    assert len(corpus) == 2400
    assert list(corpus.columns[:10]) == ["id", "text", "label", "official_split", *FIELDS]
    shares = corpus.label.value_counts(normalize=True)
    assert sorted(shares.index) == sorted(demo.GROUPS)
    assert shares.min() > 0.07 and shares.max() < 0.2
    required = corpus[["from", "subject", "newsgroups", "date", "message_id"]]
    assert (required != "").all(axis=None)
    assert corpus.text.str.contains("\nOrganization: ").all()


def test_training_messages_are_the_earlier_three_fifths(corpus):
    train, test = (corpus[corpus.official_split == split] for split in ("train", "test"))
    assert train.when.max() < test.when.min()
    assert len(train) / len(corpus) == pytest.approx(0.6, abs=0.01)


def test_lines_header_counts_the_lines_of_the_body(corpus):
    counts = corpus.text.str.extract(r"\nLines: (\d+)\n")[0].astype(int)
    assert list(counts) == [len(body.splitlines()) for body in corpus.body]


def test_replies_refer_to_earlier_messages_and_quote_them(corpus):
    by_message_id = corpus.drop_duplicates("message_id").set_index("message_id")
    replies = corpus[corpus.references != ""]
    assert replies.subject.str.startswith("Re: ").all()
    quoting = across = 0
    for reply in replies.itertuples():
        parent = by_message_id.loc[reply.references.split()[-1]]
        assert parent.when < reply.when
        quoted = [QUOTE.sub("", line, count=1).strip() for line in reply.body.splitlines() if QUOTE.match(line)]
        if any(len(line) > 20 and line in parent.body for line in quoted):
            quoting += 1
            across += parent.official_split == "train" and reply.official_split == "test"
    assert quoting > 0.7 * len(replies)
    assert across >= 10  # text of the training split inside the test split


@pytest.mark.parametrize(
    ("phenomenon", "pattern", "at_least"),
    [
        ("article attribution", r"(?m)^In article <\S+> \S+@\S+ \(.+\) writes:$", 50),
        ("plain attribution", r"(?m)^\S+ \S+ wrote:$", 50),
        ("dated attribution", r"(?m)^On \w{3}, \d\d \w{3} 1993, .+ said:$", 50),
        ("nested quotes", r"(?m)^> ?>", 100),
        ("bar quotes", r"(?m)^\| \w", 100),
        ("initials quotes", r"(?m)^[A-ZÀ-Ý]{2}> ", 50),
        ("marked signature", r"\n\n-- \n[^\n]", 200),
        ("ruled signature", r"\n-{55}\n[^\n]+@", 50),
        ("unmarked signature", r"\n\n(?:Cheers,\n\w+|   -\w+)\n$", 50),
        ("Latin letters with marks", r"[éüøöï]", 200),
        ("Cyrillic", r"[а-я]{3}", 20),
        ("PGP block", r"(?s)^-----BEGIN PGP SIGNED MESSAGE-----\n\n.*-----END PGP SIGNATURE-----\n$", 5),
        ("uuencoded block", r"(?m)^begin 644 \S+\nM", 5),
        ("script element", r"<script>alert\(1\)</script>", 1),
        ("Typst import", r'#import "x"', 1),
        ("mathematics", r"\$x\$", 1),
        ("javascript link", r"\]\(javascript:", 1),
        ("code fence", r"```", 1),
        ("template expression", r"\{\{ 7\*7 \}\}", 1),
    ],
)
def test_phenomenon_is_there(corpus, phenomenon, pattern, at_least):
    assert corpus.body.map(lambda body: bool(re.search(pattern, body))).sum() >= at_least, phenomenon


def test_uuencoded_blocks_decode(corpus):
    for body in corpus.body[corpus.body.str.contains("begin 644")]:
        for block in re.findall(r"(?ms)^begin 644 \S+\n(.*?)\n`\nend$", body):
            assert all(binascii.a2b_uu(line) for line in block.split("\n"))


def test_exact_reposts_near_copies_and_cross_posts(corpus):
    long = corpus[corpus.clean.str.split().str.len() >= 40]
    cross = long[long.newsgroups.str.contains(",")]
    assert (cross.groupby("message_id").agg({"text": "nunique", "label": "nunique"}) == [1, 2]).all(axis=None)
    assert cross.message_id.nunique() >= 30
    rest = long[~long.newsgroups.str.contains(",")]
    reposts = rest[rest.duplicated("body", keep=False)]
    assert reposts.groupby("body").message_id.nunique().min() == 2
    assert len(reposts) >= 60
    # A near copy shares a poster and a subject with its original, and most of its words, but not all.
    near = 0
    for _, same in rest.groupby(["from", "subject"]):
        first, *others = (set(text.split()) for text in same.clean)
        near += sum(0.7 < len(first & other) / len(first | other) < 1 for other in others)
    assert near >= 30


def test_lengths_are_those_of_newsgroup_messages_with_empty_and_short_ones(corpus):
    words = corpus.clean.str.split().str.len()
    assert 60 <= words.median() <= 80
    assert 300 < words.max() <= 450
    assert (words == 0).sum() >= 10
    assert words.between(1, 4).sum() >= 20
    assert words.mean() > words.median()  # skewed to the right


@pytest.mark.parametrize("classifier", [ComplementNB(), LinearSVC()], ids=["bayes", "machine"])
def test_linear_model_is_neither_hopeless_nor_perfect_and_leaks_raise_it(corpus, classifier):
    clean = accuracy(corpus[corpus.clean != ""], "clean", classifier)
    assert 0.75 <= clean <= 0.88
    assert accuracy(corpus, "body", classifier) > clean + 0.03  # quotes and signatures
    assert accuracy(corpus, "text", classifier) > clean + 0.03


def test_confusions_are_mostly_inside_the_pairs(corpus):
    known = corpus[corpus.clean != ""]
    train, test = (known[known.official_split == split] for split in ("train", "test"))
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), ComplementNB()).fit(train.clean, train.label)
    predicted = model.predict(test.clean)
    errors = [(true, answer) for true, answer in zip(test.label, predicted, strict=True) if true != answer]
    inside = sum(demo.RIVALS[true] == answer for true, answer in errors)
    assert inside > 0.4 * len(errors)  # by chance one wrong answer in seven is the rival


def test_regular_posters_give_their_group_away(corpus):
    posters = corpus.groupby("from").label.agg(["size", lambda labels: Counter(labels).most_common(1)[0][1]])
    posters.columns = ["messages", "in_main_group"]
    regular = posters[posters.messages >= 15]
    assert len(regular) >= 30
    assert regular.in_main_group.sum() / regular.messages.sum() > 0.9


def test_word_order_tells_apart_what_a_bag_of_words_cannot():
    generator = random.Random(0)
    labels = [generator.choice(["talk.books", "talk.films"]) for _ in range(3000)]
    lexicons = {
        label: demo_grammar.lexicon_of(TOPICS[label], other=TOPICS[demo.RIVALS[label]]) for label in set(labels)
    }
    texts = [
        demo_grammar.expand(generator.choice(demo_grammar.CONTRAST), lexicons[label], generator) for label in labels
    ]

    def score(longest: int) -> float:
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, longest)), LinearSVC())
        return model.fit(texts[:2000], labels[:2000]).score(texts[2000:], labels[2000:])

    assert score(1) < 0.6
    assert score(3) > 0.9


def test_every_slot_of_the_grammar_is_filled_and_articles_fit():
    generator = random.Random(3)
    templates = [
        *demo_grammar.TOPICAL, *demo_grammar.CONTRAST, *demo_grammar.CHATTER,
        *demo_grammar.SHORT, *demo_grammar.SUBJECTS, *demo_grammar.MOTTOES,
    ]  # fmt: skip
    for topic in (*TOPICS.values(), *PAIRS.values()):
        lexicon = demo_grammar.lexicon_of(topic, other=topic)
        for template in templates:
            text = demo_grammar.expand(template, lexicon, generator)
            assert text and text == text.strip()
            assert not re.search(r"[{}|]|  | [,.?]|\b[Aa] [aeio]|\b[Aa]n uni", text), text
