"""The parts of report.json on the checks of a preparation, and on what its leaks and its splits are worth."""

from typing import Literal

from textstudy.report.schema.ledger import LossWarning
from textstudy.report.schema.shapes import Estimate, Part, key


class Overlap(Part):
    """Documents of the second split that the first split holds too, at one stage of the preparation."""

    stage: Literal["parsed", "cleaned", "deduplicated", "split"]
    first: str = key("split")
    second: str = key("split")
    exact: int = key("documents with the text of a document of the first split, but for case and white space")
    near: int = key("documents that are similar to one of the first split (Jaccard), without exact ones")
    contained: float = key("share of the documents that mostly stand within one document of the first split")
    documents: int = key("of the second split")


class LabelConflict(Part):
    """Two duplicates with different labels."""

    kept: str = key("id of the document that it duplicates")
    kept_label: str
    other: str = key("id of the document removed")
    label: str = key("label of the document removed")
    similarity: float
    dropped: bool = key("whether the other document was removed as well, because of the labels")


class Feature(Part):
    """A word on which a linear model relies."""

    feature: str
    weight: float
    removed_share: float = key("share of its occurrences that cleaning removed")


class Suspect(Feature):
    """A word with a large weight that looks like a name or a host, and that cleaning removed for the most part."""

    label: str
    looks_like: Literal["host", "name"]


class SharedGroups(Part):
    """Documents of a held-out split whose author, thread or other group training documents have too."""

    kind: str = key("of group, such as author")
    split: str
    documents: int
    known: int = key("documents of a group that training documents have too")
    without: int = key("documents without a group")
    groups: int
    known_groups: int = key("of these, groups that training documents have too")


class TimeSpan(Part):
    """When the documents of a split were written."""

    split: str
    documents: int = key("with a time")
    without: int = key("documents without a time")
    earliest: str = key("a day, or a number that grows with time")
    median: str
    latest: str
    later: float | None = key(
        "share of all pairs of a document of the split and a training document in which the first is later; null for "
        "the training documents"
    )
    overlap: float | None = key(
        "share of its documents that are not later than the latest training document; null for the training documents"
    )


class Easier(Part):
    """A way in which validation is nearer to the training documents than test is."""

    by: str = key(
        "a kind of group, for which the shares are those of known groups; or `time`, for which they are `later`"
    )
    validation: float
    test: float


class Audit(Part):
    """Checks of the preparation: losses, duplicates between splits, labels, and words that may leak the label."""

    warnings: list[LossWarning] = key("what was taken away that is to be questioned; lost classes first")

    near_threshold: float | None = key(
        "similarity from which documents count as near; null if near duplicates are kept"
    )
    overlaps: list[Overlap] = key(
        "for each stage and each two splits, documents of the second that the first holds too", public=True
    )
    empties: int = key("documents without text")
    label_counts: dict[str, dict[str, int]] = key("split → label → documents", names="SPLIT")
    label_conflicts: list[LabelConflict] = key("most similar first, at most 200")
    label_conflict_count: int
    top_features: dict[str, list[Feature]] = key("label → words with the largest weights", names="LABEL")
    suspects: list[Suspect]
    features_from: int | None = key(
        "number of training documents drawn for the features; null if all were used", default=None
    )
    groups: list[SharedGroups] = key("for each kind of group and held-out split", default=[])
    times: list[TimeSpan] = key("of each split; empty if the corpus has no times", default=[])
    easier: list[Easier] = key("why validation scores are likely too high", default=[])
    digest: str = key("SHA-256 of the ids, texts, labels and splits of the documents")


class UnknownGroups(Part):
    """What a leak changes on the test documents of groups that no training document has."""

    difference: float
    difference_low: float
    difference_high: float
    documents: int


class LeakageVariant(Part):
    """The simple model on clean text, or on text that keeps something that cleaning removes."""

    variant: str
    accuracy: float
    low: float
    high: float
    difference: float = key("accuracy minus that on clean text")
    difference_low: float
    difference_high: float
    documents: int = key("test documents")
    unknown_groups: dict[str, UnknownGroups] = key(
        "kind of group → the difference where the group is unknown", names="KIND", default={}
    )


class SplitPrice(Part):
    """The simple model on a random test part, and on one of the same size that is later or has other groups."""

    by: str = key("`time`, or a kind of group")
    train: int = key("documents")
    test: int = key("documents")
    random: Estimate = key("accuracy on a random test part")
    strict: Estimate = key("accuracy on a test part that is later than training, or has other groups")
    difference: Estimate = key("the first minus the second: what a random split promises too much")


class Leakage(Part):
    """The price of leakage: accuracy of one linear model, with 95 % bootstrap intervals over documents."""

    model: str
    variants: list[LeakageVariant] = key("clean text first, then each kind of leak; empty if nothing could be measured")
    sample: int | None = key("number of documents drawn for the measurement; null if all were used", default=None)
    splits: list[SplitPrice] = key("price of time and of groups; empty if the corpus has neither", default=[])
