"""The part of report.json on learning curves over training size."""

from textstudy.report.schema.shapes import Estimate, Part, key


class TrainingSize(Part):
    """A model trained on a share of the training documents."""

    share: float = key("share of the training documents")
    documents: float = key("their number, mean over runs")
    runs: int
    accuracy: float = key("on the test split, mean over runs")
    low: float = key("lower end of its 95 % interval for new documents and new trainings")
    high: float = key("its upper end")
    spread: float | None = key("standard deviation over runs; null for one run")


class SkippedSize(Part):
    """A share at which a run had nothing to learn."""

    share: float
    reason: str


class PowerLaw(Part):
    """Test error = floor + drop · (documents / all documents)^−exponent, fitted to the sizes."""

    floor: float
    drop: float
    exponent: float
    residual: float = key("root mean square of what is left between the law and the runs")


class LawPoint(Part):
    """The accuracy of the law at a number of training documents."""

    documents: float
    accuracy: float
    low: float = key("lower end of its 95 % interval, if the law holds")
    high: float = key("its upper end")


class MoreDocuments(LawPoint):
    """What the law says of more documents than there are."""

    factor: int = key("times as many documents")
    gain: Estimate = key("accuracy of the law there minus that with all documents")


class Growth(Part):
    """How the accuracy of one model grows with the number of training documents."""

    sizes: list[TrainingSize] = key("smallest first; the last is that of the model itself, with all documents")
    skipped: list[SkippedSize]
    seconds: float = key("of all its trainings with fewer documents")
    law: PowerLaw | None = key("null where fewer than four sizes were measured")
    curve: list[LawPoint] = key("the law from the smallest size to four times all documents; empty without a law")
    more: list[MoreDocuments] = key("twice and four times as many documents; empty without a law")
