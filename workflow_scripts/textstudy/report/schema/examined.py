"""The parts of report.json on errors, on what changed since a baseline, on memory, and where it all comes from."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Part, key


class Document(Part):
    """A test document."""

    id: str
    text: str = key("an excerpt")
    label: str


class SureDocument(Document):
    """A document that a model was sure of."""

    probability: float = key("of the answer")


class DoubtedLabel(SureDocument):
    """A document whose label is doubted."""

    suggested: str = key("class")


class SharedError(Document):
    """A document that all get wrong."""

    answers: dict[str, str] = key("model → class", names="NAME")


class ConfusedPair(Part):
    """A class that a model takes for another, answering with the mean of its seeds."""

    true: str
    predicted: str
    count: int
    examples: list[SureDocument] = key("documents that the model was surest of")


class SharedErrors(Part):
    """Documents that all models asked get wrong."""

    count: int
    unanimous: int = key("of them, those where all agree")
    expected: float = key("what the count would be if they erred independently")
    examples: list[SharedError]


class LabelIssues(Part):
    """Labels that confident learning doubts."""

    count: int
    examples: list[DoubtedLabel]


class Reliability(Part):
    """One of ten equal groups of documents by confidence."""

    confidence: float = key("mean")
    accuracy: float
    count: int = key("documents")


class Errors(Part):
    """What the models get wrong on the test split."""

    documents: int
    asked: list[str] = key("models asked together: those that learned something and stand for themselves")
    confusions: dict[str, list[ConfusedPair]] = key("model → its confusions, most frequent first")
    shared: SharedErrors | None = key("null where fewer than two models were asked")
    label_issues: LabelIssues | None = key("null where none was asked")
    reliability: dict[str, list[Reliability]] = key("model → groups, least confident first")


class Difference(Part):
    """Something that is not as in the baseline."""

    what: str
    before: Any
    after: Any


class ModelChange(Part):
    """What became of a model; numbers only where its status is compared."""

    status: Literal["unchanged", "compared", "incomparable", "added", "removed"]
    before: float | None = key("test accuracy of the baseline", default=None)
    after: float | None = key("test accuracy now", default=None)
    difference: float | None = key("on the same documents", default=None)
    low: float | None = key("end of the paired 95 % interval", default=None)
    high: float | None = key(default=None)
    p_value: float | None = key(default=None)
    adjusted_p_value: float | None = key("after Holm's correction over the models compared", default=None)
    significant: bool | None = key(default=None)
    test: str | None = key("name of the test used", default=None)
    documents: int | None = key(default=None)


class Changes(Part):
    """What differs from the baseline (`make baseline`)."""

    kept: str = key("when the baseline was kept")
    models: dict[str, ModelChange]
    settings: list[Difference]
    data: list[Difference]
    code: list[Difference]
    software: list[Difference]


class LargestJob(Part):
    """The largest job of a step."""

    step: str
    job: str
    peak_mb: float = key("MB of 10⁶ bytes, as Snakemake sampled it")
    limit_exceeded: bool


class Memory(Part):
    """What the steps took."""

    limit_gb: float | None = key("the study's limit in GB (10⁹ bytes), null where it sets none")
    steps: list[LargestJob] = key("highest peak first")


class ResourceFile(Part):
    """A file of a resource."""

    sha256: str
    size: int = key("bytes")


class Resource(Part):
    """Something fetched from outside."""

    name: str
    kind: str = key("corpus, vectors or encoder")
    source: str
    revision: str | None = key("a hub commit or a package's version")
    sha256: str = key("of the file that matters most")
    files: dict[str, ResourceFile] = key("path → file", names="PATH")
    licence: str
    citation: str
    fetched: str = key("UTC date")


class Provenance(Part):
    """Where the report comes from."""

    versions: dict[str, str] = key("software → version", names="SOFTWARE")
    machine: dict[str, Any] = key("system, processor and cores of the machine that collected the report")
    resources: list[Resource]
    code: dict[str, str] = key("step of the preparation and comparison → digest of its code", names="STEP")
    commands: list[str] = key("that make the report again")
