"""The part of report.json on what the scores hide: subgroups, labels in doubt, other shares of the classes."""

from typing import Literal

from textstudy.report.schema.shapes import Estimate, Part, key


class Subgroup(Part):
    """A part of the test documents."""

    name: str
    documents: int


class SubgroupScores(Part):
    """Accuracy of a model on a subgroup and on all other test documents."""

    accuracy: Estimate
    rest: Estimate
    difference: Estimate = key("its intervals hold for all subgroups of a division together")
    p_value: float = key("that the difference is 0, adjusted for all subgroups of the division")
    worse: bool = key("whether the interval of the difference is below 0")


class Division(Part):
    """One way to divide the test documents."""

    kind: Literal["length", "cut", "language", "group"]
    by: str = key("encoding that cuts, or kind of group; else what is divided")
    subgroups: list[Subgroup] = key("those with 20 documents or more")
    models: dict[str, list[SubgroupScores]] = key("model → its accuracy on each subgroup", names="NAME")


class LengthRange(Part):
    """Test documents of like length, in tokens."""

    least: int
    most: int | None = key("null for the longest documents")
    documents: int


class RangeScores(Part):
    """Accuracy of a model on documents of like length."""

    accuracy: Estimate
    cut: float = key("share of them of which the model reads only the beginning")


class WindowScores(Part):
    """Accuracy of two models that differ only in windows, on some test documents."""

    documents: int
    cut: Estimate = key("accuracy of the model without windows")
    whole: Estimate = key("accuracy of the model with windows")
    difference: Estimate = key("of the same documents; corrected for all pairs")
    p_value: float = key("that the difference is 0, corrected for all pairs")


class WindowPair(Part):
    """What windows change."""

    cut: str = key("model without windows")
    whole: str = key("the same model with windows")
    reads_in_part: WindowScores = key("on documents that the model without windows cuts")
    reads_whole: WindowScores = key("on all others")


class Truncation(Part):
    """What it costs that texts are cut."""

    encoding: str = key("by whose tokens lengths are measured: the one that reads most of a text")
    ranges: list[LengthRange]
    models: dict[str, list[RangeScores]] = key("model → its accuracy in each range", names="NAME")
    pairs: list[WindowPair]


class AccuracyRange(Part):
    """What the accuracy of a model would be with other labels."""

    as_given: float
    as_suggested: float = key("if every label in doubt were the one that the models suggest")
    low: float = key("the least by the true labels, if `wrong` is the share of wrong labels")
    high: float = key("the most")


class LabelNoise(Part):
    """What wrong labels would mean for the scores."""

    wrong: Estimate = key("share of the test labels that confident learning estimates to be wrong")
    doubted: dict[str, int] = key("split → labels listed in doubtful_labels.csv", names="SPLIT")
    models: dict[str, AccuracyRange] = key("model → its test accuracy with other labels", names="NAME")


class Lead(Estimate):
    """Accuracy of a model above that of the reference; its interval and p-value are corrected for all leads."""

    p_value: float
    better: bool = key("whether the lead is above 0 and its p-value below 0.05")


class ShiftedScores(Part):
    """What a model would score if the classes had other shares."""

    accuracy: Estimate
    macro_f1: Estimate
    change: Estimate = key("of the accuracy from that with the given shares")
    lead: Lead | None = key("null for the reference")


class Scenario(Part):
    """Shares of the classes."""

    name: Literal["given", "equal", "half", "twice"] = key(
        "those of the test documents; equal ones; half or twice the share of the most frequent class"
    )
    shares: dict[str, float] = key("label → share", names="LABEL")
    models: dict[str, ShiftedScores] = key("model → its scores", names="NAME")


class ClassShares(Part):
    """What the models would score if the classes had other shares."""

    reference: str = key("model with the highest validation accuracy")
    common: str = key("most frequent class")
    scenarios: list[Scenario]


class Scrutiny(Part):
    """What the scores hide."""

    subgroups: list[Division]
    truncation: Truncation | None = key("null where no encoding cuts 20 test documents", default=None)
    label_noise: LabelNoise | None = key("null where the models cannot say which labels are in doubt")
    class_shares: ClassShares
