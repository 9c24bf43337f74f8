"""The part of report.json on exported networks."""

from typing import Literal

from textstudy.report.schema.shapes import Part, key


class Against(Part):
    """An exported network against the one in torch: on the same documents, in the same rounds."""

    difference: float = key("accuracy minus that in torch")
    low: float = key("lower end of its 95 % interval for new documents")
    high: float = key("its upper end")
    equivalent: bool = key("whether the difference is shown to be smaller than one percentage point")
    grouped_by: str | None = key("kind of group whose documents vary together; null if each varies alone", default=None)
    agreement: float = key("share of the documents that have the same label")
    largest_difference: float = key("of a probability")
    times_as_fast: float = key("latency in torch, divided by its own: median over rounds")
    times_as_fast_low: float = key("lowest round")
    times_as_fast_high: float = key("highest round")
    documents: int = key("test documents that both answered")


class Export(Part):
    """A network in one form, as its first run predicts with one thread in a process of its own."""

    model: str
    format: Literal["torch", "onnx", "int8"]
    accuracy: float = key("on the test split")
    megabytes: float | None = key("of the bundle; null for torch")
    start_seconds: float = key("to load it, with the libraries")
    memory_mb: float = key("peak of the process, with the libraries")
    latency_ms: float = key("one document alone, median over rounds")
    latency_ms_low: float = key("lowest round")
    latency_ms_high: float = key("highest round")
    documents_per_second: float = key("of a hundred documents asked together")
    against: Against | None = key("null for torch")
