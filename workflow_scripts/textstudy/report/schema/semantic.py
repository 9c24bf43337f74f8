"""The part of report.json on the semantic audit of an encoding."""

from textstudy.report.schema.shapes import Part, key


class Similarities(Part):
    """Quantiles of the cosine between a document and its nearest training document."""

    p5: float
    p25: float
    median: float
    p75: float
    p95: float
    p99: float
    maximum: float


class NearestDocuments(Part):
    """What the nearest training documents of a split are like."""

    documents: int
    quantiles: Similarities | None = key("null without documents")
    near: int = key("documents with a training document at least as similar as `near` of the audit")
    near_same_label: int = key("how many of these have its label")
    same_label: int = key("how many of all documents have the label of the nearest training document")


class SimilarityLevel(Part):
    """Test documents whose nearest training document is about equally similar."""

    low: float | None = key("least similarity; null: no bound")
    high: float | None = key("similarity that all are below; null: no bound")
    documents: int
    same_label: int = key("how many have the label of the nearest training document")


class NearestPair(Part):
    """A test document and its nearest training document."""

    similarity: float
    shared: float = key("share of the word 5-grams of the shorter document that both have")
    id: str
    label: str
    text: str = key("how it begins")
    neighbour: str = key("id of the training document")
    neighbour_label: str
    neighbour_text: str = key("how it begins")


class SemanticAudit(Part):
    """The nearest training document of each held-out document, by the cosine of the states of a frozen encoder."""

    encoder: str = key("resource")
    near: float = key("similarity from which documents count as near")
    splits: dict[str, NearestDocuments] = key(
        "split → similarities; for train: of a sample, each document to the rest of train, as a yardstick",
        names="SPLIT",
    )
    levels: list[SimilarityLevel] = key("of the test split, the most similar first")
    pairs: list[NearestPair] = key("some of the higher levels, the most similar first")
