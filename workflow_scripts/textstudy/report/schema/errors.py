"""The part of report.json on errors."""

from textstudy.report.schema.shapes import Estimate, Part, key


class Document(Part):
    """A test document."""

    id: str
    text: str = key("excerpt")
    label: str


class SureDocument(Document):
    """A document that a model predicted with high probability."""

    probability: float = key("of the predicted class")


class DoubtedLabel(SureDocument):
    """A document whose label may be wrong."""

    suggested: str = key("class that the models suggest instead")


class SharedError(Document):
    """A document that all models of `asked` predict wrongly."""

    answers: dict[str, str] = key("model → predicted class", names="NAME")


class ConfusedPair(Part):
    """Documents of one class for which a model predicts another, by the mean probabilities over its seeds."""

    true: str
    predicted: str
    count: int
    examples: list[SureDocument] = key("those that the model predicts with the highest probability")


class SharedErrors(Part):
    """Documents that all models of `asked` predict wrongly."""

    count: int
    unanimous: int = key("of these, documents for which all predict the same class")
    expected: float = key("count to expect if the models made independent errors")
    examples: list[SharedError]


class LabelIssues(Part):
    """Labels that may be wrong, found by confident learning."""

    count: int
    examples: list[DoubtedLabel]


class Floor(Part):
    """Calibration error of a perfectly calibrated model with the same confidences, by chance."""

    mean: float
    high: float = key("95 % quantile")


class Calibration(Estimate):
    """Expected calibration error of a model on test, a mean over seeds; the interval is that of the true error."""

    floor: Floor
    p_value: float = key("how often a perfectly calibrated model shows this error or a larger one")
    adjusted_p_value: float = key("after Holm's correction over the models")
    above_floor: bool = key(
        "whether `adjusted_p_value` is below 0.05, so that the model is shown to be badly calibrated"
    )
    gap: float = key("mean confidence minus accuracy; above 0 for an overconfident model")


class Reliability(Part):
    """One of ten equal groups of predictions by confidence; the predictions of all seeds count together."""

    confidence: float = key("mean")
    accuracy: float
    count: int = key("documents")


class CurvePoint(Part):
    """Errors among the documents that a model is surest of."""

    answered: float = key("share of the test documents")
    error: float = key("share of these that the model gets wrong, mean over seeds")


class Answers(Part):
    """What a model does that answers only where its confidence reaches a threshold, which validation chose."""

    wanted: float = key("the most errors among its answers that are wanted, as a share")
    thresholds: list[float | None] = key(
        "for each seed, the least confidence that is answered; null where no answer can be shown to be good enough"
    )
    answered: float = key("share of the test documents that are answered, mean over seeds")
    error: Estimate | None = key("errors among the answers on test; null if there are none")


class LabelSets(Part):
    """Split-conformal sets of the labels that a model cannot rule out."""

    wanted: float = key("probability that a set holds the true label")
    coverage: Estimate = key("share of the sets on test that do")
    size: float = key("labels in a set, mean")
    single: float = key("share of the sets with one label")
    empty: float = key("share of the sets without a label")


class Abstention(Part):
    """What the confidence of a model is worth on test, means over seeds."""

    area: float = key("under `curve`: the mean error over all shares of answers")
    curve: list[CurvePoint] = key("from the surest documents to all")
    answers: list[Answers] = key("for each wanted share of errors")
    sets: list[LabelSets] = key("for each wanted probability")


class GroupScores(Part):
    """Test accuracy of a model on documents of known and of unknown groups."""

    known: Estimate
    unknown: Estimate
    difference: Estimate = key("of the first from the second")
    within_classes: Estimate = key("mean difference within a class, weighted by its test documents")


class KnownGroups(Part):
    """Test documents of groups that training documents have too, and of other groups."""

    kind: str = key("of group, such as author")
    known: int = key("documents of groups that training documents have too")
    unknown: int = key("documents of other groups; those without a group count on neither side")
    models: dict[str, GroupScores] = key("model → its accuracy; without ensembles and refits", names="NAME")


class Errors(Part):
    """Errors of the models on the test split."""

    documents: int
    asked: list[str] = key(
        "models behind `shared` and `label_issues`: no ensembles, no refits, and only models whose validation accuracy "
        "is at least halfway between the share of the most frequent class and the accuracy of the best model"
    )
    confusions: dict[str, list[ConfusedPair]] = key(
        "model → its confusions, most frequent first, at most 2,450; `models.NAME.confusion` has all"
    )
    shared: SharedErrors | None = key("null if `asked` has fewer than two models")
    label_issues: LabelIssues | None = key("null if `asked` is empty")
    groups: list[KnownGroups] = key("for each kind of group; empty if the corpus has none", default=[])
    calibration: dict[str, Calibration] = key("model → its calibration error", names="NAME", default={})
    abstention: dict[str, Abstention] = key("model → what its confidence is worth", names="NAME", default={})
    reliability: dict[str, list[Reliability]] = key("model → groups, lowest confidence first")
