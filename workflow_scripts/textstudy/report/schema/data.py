"""The parts of report.json on the study, its corpus and its encodings, and what a published report states."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Part, key


class Scaled(Part):
    """A setting that an overlay changed."""

    setting: str = key("dotted name")
    full: Any = key("in the study file")
    used: Any = key("in this run")


class Study(Part):
    """The study as it ran."""

    name: str
    title: str
    description: str
    synthetic: bool = key("whether the corpus is made up, as the demo's is")
    settings: dict[str, Any] = key("as they ran; see configuration.md")
    scaled: list[Scaled] = key("settings that an overlay changed")
    encoders: dict[str, str] = key("role → resource that fills it", names="ROLE")


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

    edges: list[int] = key("one more than counts")
    counts: list[int]


class FrequentWord(Part):
    """A word and its occurrences in the training split."""

    word: str
    count: int


class TellingWord(Part):
    """A word and its chi-squared statistic for a class against the rest."""

    word: str
    score: float


class Corpus(Part):
    """The prepared corpus."""

    name: str
    labels: list[str] = key("in alphabetical order, which is that of every matrix")
    documents: dict[str, int] = key("split → documents", names="SPLIT")
    by_label: dict[str, dict[str, int]] = key("split → label → documents", names="SPLIT")
    words: Words
    characters: Characters
    word_histogram: Histogram
    frequent_words: list[FrequentWord] = key("most frequent first, stop words left out")
    class_words: dict[str, list[TellingWord]] = key("label → words that are more frequent in it", names="LABEL")


class LedgerLine(Part):
    """What a step of the preparation kept, and why the rest went."""

    step: str
    documents_in: int
    documents_out: int
    reason: str
    by_split: dict[str, int] = key("documents out, per official or final split; of none, under an empty name")


class Overlap(Part):
    """What two splits share at a stage of the preparation, counted in documents of the second."""

    stage: Literal["parsed", "cleaned", "deduplicated", "split"]
    first: str = key("split")
    second: str = key("split")
    exact: int = key("documents with the words of one of the first")
    exact_pairs: int
    near: int = key("those nearly so (Jaccard), exact ones left out")
    near_pairs: int
    contained: float = key("share of the documents that stand mostly within one of the first")
    documents: int = key("of the second split")


class LabelConflict(Part):
    """Two duplicates with different labels."""

    kept: str = key("id of the document kept")
    kept_label: str
    other: str = key("id of the one removed")
    label: str = key("of the one removed")
    similarity: float


class Feature(Part):
    """A word on which a linear model leans."""

    feature: str
    weight: float
    removed_share: float = key("share of its occurrences that cleaning removed")


class Suspect(Feature):
    """A strong feature of which cleaning left little, and which looks like a name or a host."""

    label: str
    looks_like: Literal["host", "name"]


class Audit(Part):
    """What an honest reader asks of the preparation."""

    near_threshold: float | None = key("similarity that counts as near; null where near-duplicates may stay")
    overlaps: list[Overlap] = key(
        "per stage and two splits: documents of the second that the first holds exactly, nearly or mostly", public=True
    )
    empties: int = key("documents without text")
    label_counts: dict[str, dict[str, int]] = key("split → label → documents", names="SPLIT")
    label_conflicts: list[LabelConflict] = key("the most similar first, 200 at most")
    label_conflict_count: int
    top_features: dict[str, list[Feature]] = key("label → its strongest features", names="LABEL")
    suspects: list[Suspect]
    features_from: int | None = key("training documents drawn for the features, where there are more", default=None)
    digest: str = key("SHA-256 of ids, texts, labels and splits")


class LeakageVariant(Part):
    """The model on clean text, or with a kind of leak left in."""

    variant: str
    accuracy: float
    low: float
    high: float
    difference: float = key("to clean text")
    difference_low: float
    difference_high: float
    documents: int


class Leakage(Part):
    """The price of leakage: accuracy of one linear model, with 95 % bootstrap intervals over documents."""

    model: str
    variants: list[LeakageVariant] = key("clean text first, then each kind of leak left in")


class Coverage(Part):
    """What of a split an encoding knows."""

    types: float | None = key("share of the distinct words; null for subwords")
    tokens: float = key("share of the running ones")
    distinct: int | None = key("distinct words", default=None)
    running: int = key("running words or subwords")
    unknown: int | None = key("running subwords that are unknown", default=None)


class Lengths(Part):
    """Documents' lengths in tokens, before truncation."""

    median: float
    p90: float
    p95: float
    maximum: int


class WordVectors(Part):
    """How much of a vocabulary has pretrained word vectors."""

    types: float = key("share of the vocabulary")
    tokens: float | None = key("share of the running words", default=None)
    words: int = key("in the vocabulary")
    found: int
    lower_case_fallback: int = key("found in lower case only")
    standard_deviation: float = key("of the vectors; words without one are drawn with it")


class CachedStates(Part):
    """What it cost to run a frozen encoder once over every document."""

    encoder: str = key("resource")
    parameters: int
    pooler_parameters: int = key("those of its pooler among them")
    precision: str
    device: str
    threads: int
    tokens: int
    seconds: float
    energy_joules: dict[str, float] = key("processor and gpu → joules, where counted", names="COUNTER")
    tokens_per_second: float


class Encoding(Part):
    """Token ids of the corpus under one tokenizer."""

    tokenizer: Literal["words", "wordpieces"]
    labels: list[str]
    vocabulary_size: int
    vocabulary_sha256: str | None = key("of the encoder's vocabulary", default=None)
    pad_id: int | None
    unknown_id: int | None
    maximum_length: int = key("tokens read of a document")
    lowercase: bool | None = key(default=None)
    minimum_count: int | None = key("occurrences that put a word into the vocabulary", default=None)
    coverage: dict[str, Coverage] = key("split → what it knows of it", names="SPLIT")
    truncated_share: float = key("share of the documents that are cut")
    tokens: int = key("of all documents, after truncation")
    lengths: Lengths
    glove: WordVectors | None = key("where a model has pretrained word vectors", default=None)
    features: CachedStates | None = key("where a model reads cached states", default=None)


class Reported(Part):
    """What a published report states, as the study has it."""

    source: str
    models: dict[str, dict[str, float]] = key("model → metric → value, shares in 0..1")
    notes: list[str]
