"""The parts of report.json on what the preparation took away."""

from typing import Literal

from textstudy.report.schema.shapes import Part, key


class Taken(Part):
    """What a step of cleaning took from one document."""

    id: str
    label: str
    words: int = key("words taken")
    emptied: bool = key("whether the step left no word")
    text: str = key("the beginning of what was taken")


class LedgerLine(Part):
    """What a step of the preparation took away: documents, and in cleaning words too."""

    step: str
    reason: str = key("why documents were dropped, or what happened to them")
    setting: str | None = key("the setting that decides what the step takes; null if there is none")
    documents_in: int
    documents_out: int
    by_split: dict[str, int] = key(
        "documents after the step, by official or final split; those without a split have an empty name"
    )
    by_label: dict[str, int] = key("label → documents after the step", names="LABEL")
    dropped_by_label: dict[str, int] = key(
        "label → documents dropped; labels that lost none are left out", names="LABEL"
    )
    part: str | None = key("the step of cleaning; null outside of cleaning", default=None)
    changed: int | None = key(
        "documents from which the step took words, or whose label it corrected; null in other steps", default=None
    )
    words_in: int | None = key("words before the step; null outside of cleaning", default=None)
    words_out: int | None = key("words after the step", default=None)
    words_by_label: dict[str, int] | None = key("label → words after the step", names="LABEL", default=None)
    samples: list[Taken] = key("what the step took from a few documents of different classes", default=[])
    warnings: list[str] = key("what the step took that is to be questioned", default=[])


class LossWarning(Part):
    """Something that the preparation took away and that is to be questioned."""

    kind: Literal["class lost", "documents dropped", "words taken"]
    step: str
    setting: str | None
    line: int = key("number of the line of the ledger, from 0")
    labels: list[str] = key("classes that it is about; empty if it is about all")
    documents: int = key("documents dropped, or documents with words taken")
    text: str = key("the warning in words")
