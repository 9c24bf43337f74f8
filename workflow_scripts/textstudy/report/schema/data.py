"""The parts of report.json on the study, its corpus and its encodings, and on a published report."""

from typing import Any, Literal

from textstudy.report.schema.semantic import SemanticAudit
from textstudy.report.schema.shapes import Part, key


class Scaled(Part):
    """A setting that an overlay changed."""

    setting: str = key("dotted name")
    full: Any = key("in the study file")
    used: Any = key("in this run")


class Study(Part):
    """The study and the settings of this run."""

    name: str
    title: str
    description: str
    synthetic: bool = key("whether a generator wrote the texts of the corpus")
    settings: dict[str, Any] = key("settings of this run; see configuration.md")
    scaled: list[Scaled] = key("settings that an overlay changed")
    encoders: dict[str, str] = key("encoder that the study names → resource that ran", names="ROLE")


class Words(Part):
    """Words per document, over all splits."""

    mean: float
    standard_deviation: float
    minimum: int
    quartile_1: float
    median: float
    quartile_3: float
    maximum: int
    total: int


class Characters(Part):
    """Characters of all documents."""

    total: int


class Histogram(Part):
    """Documents by their number of words."""

    edges: list[int] = key("bounds of the bins, one more than `counts`")
    counts: list[int] = key("documents in each bin")


class FrequentWord(Part):
    """A word and its occurrences in the training split."""

    word: str
    count: int


class ClassWord(Part):
    """A word that is typical of a class."""

    word: str
    score: float = key("chi-squared statistic for the class against the rest")


class Languages(Part):
    """Scripts and languages of the prepared corpus, from the beginnings of some documents; those rare are "other"."""

    scripts: dict[str, float] = key("script → share of the letters, the largest first", names="SCRIPT")
    languages: dict[str, float] = key(
        "code of ISO 639 → share of the documents, the largest first; `und` where none is certain", names="LANGUAGE"
    )
    documents: int = key("documents that were looked at")


class Corpus(Part):
    """The prepared corpus."""

    name: str
    labels: list[str] = key("in alphabetical order, which is the order of rows and columns in every matrix")
    documents: dict[str, int] = key("split → documents", names="SPLIT")
    by_label: dict[str, dict[str, int]] = key("split → label → documents", names="SPLIT")
    words: Words
    characters: Characters
    languages: Languages
    word_histogram: Histogram
    frequent_words: list[FrequentWord] = key("most frequent first, without stop words")
    class_words: dict[str, list[ClassWord]] = key("label → words that are more frequent in it", names="LABEL")


class Coverage(Part):
    """How much of a split is in the vocabulary of an encoding."""

    types: float | None = key("share of the distinct words; null for wordpieces")
    tokens: float = key("share of all tokens")
    distinct: int | None = key("number of distinct words; null for wordpieces", default=None)
    running: int = key("number of tokens")
    unknown: int | None = key("number of unknown tokens; null for words", default=None)


class Lengths(Part):
    """Tokens per document, before truncation."""

    median: float
    p90: float
    p95: float
    maximum: int


class WordVectors(Part):
    """Coverage of a vocabulary by pretrained word vectors."""

    types: float = key("share of the vocabulary")
    tokens: float | None = key("share of the tokens", default=None)
    words: int = key("words in the vocabulary")
    found: int = key("words with a vector")
    lower_case_fallback: int = key("words that were found in lower case only")
    standard_deviation: float = key("of the vectors; random vectors of other words have the same")


class CachedStates(Part):
    """Cost of one pass of a frozen encoder over all documents."""

    encoder: str = key("resource")
    parameters: int
    pooler_parameters: int = key("parameters of its pooler, included in `parameters`")
    precision: str
    device: str
    threads: int
    tokens: int
    seconds: float
    energy_joules: dict[str, float] = key("`processor` and `gpu` → joules, if they were counted", names="COUNTER")
    tokens_per_second: float


class Windows(Part):
    """Windows in which documents are read."""

    size: int = key("tokens of a window")
    overlap: int = key("tokens that a window shares with the one before it")
    maximum: int = key("windows of a document")


class DistilledVectors(Part):
    """Static vectors of the tokens of an encoder."""

    encoder: str = key("resource")
    tokens: int = key("of its vocabulary, each of which passed it once")
    variance: float = key("share of the variance of its states that the vectors keep")
    seconds: float


class Encoding(Part):
    """Token ids of the corpus under one tokenizer."""

    tokenizer: Literal["words", "wordpieces", "ngrams"]
    labels: list[str]
    vocabulary_size: int
    vocabulary_sha256: str | None = key("of the vocabulary of the encoder; null without one", default=None)
    pad_id: int | None
    unknown_id: int | None
    maximum_length: int | None = key("longer documents are cut after so many tokens; null if none is")
    windows: Windows | None = key("null where documents are not read in windows", default=None)
    lowercase: bool | None = key("whether words are lower-cased; null for wordpieces", default=None)
    minimum_count: int | None = key(
        "occurrences that a word of the vocabulary needs; null for wordpieces", default=None
    )
    buckets: int | None = key("numbers that n-grams are hashed to; null for other tokens", default=None)
    word_ngrams: int | None = key("words in the longest n-gram; null for other tokens", default=None)
    character_ngrams: list[int] | None = key(
        "shortest and longest n-gram of characters inside a word; null for none, and for other tokens", default=None
    )
    coverage: dict[str, Coverage] = key("split → share of it in the vocabulary", names="SPLIT")
    truncated_share: float = key("share of the documents that are cut")
    cut_tokens_share: float | None = key("share of the tokens that are cut away", default=None)
    tokens: int = key("of all documents, after truncation; those in two windows count twice")
    lengths: Lengths
    glove: WordVectors | None = key("null if no model uses pretrained word vectors", default=None)
    distilled: DistilledVectors | None = key("null if no model reads distilled vectors", default=None)
    features: CachedStates | None = key("null if no model reads cached states", default=None)
    semantic: SemanticAudit | None = key("null if no model learns from cached states", default=None)


class Reported(Part):
    """Scores of a published report, as the study file has them."""

    source: str
    models: dict[str, dict[str, float]] = key("model → metric → value, shares in 0..1")
    notes: list[str]
