"""The parts of report.json on what stands behind the answers: robustness to typos, and explanations."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Estimate, Part, key


class Sample(Part):
    """How much a perturbation changed."""

    perturbation: str
    share: float = key("of the words, asked for")
    words_changed: float = key("mean share of a text's words that were edited")
    unchanged: float = key("share of the texts without an edit")


class Clean(Part):
    """A model on the same documents without edits."""

    accuracy: Estimate
    confidence: float
    calibration_error: float


class Overall(Clean):
    """A model on perturbed text: means over all perturbations and shares."""

    drop: Estimate = key("clean − perturbed accuracy, with its paired interval")
    flip_rate: float = key("answers that another one replaces")
    tokens_added: float = key("share more tokens than the clean text")
    unknown_added: float = key("rise of the share of tokens that are unknown")


class Perturbed(Overall):
    """A model under one perturbation at one share of words."""

    perturbation: str
    share: float


class Worst(Part):
    """The largest drop at the largest share."""

    perturbation: str
    share: float
    drop: Estimate


class ModelRobustness(Part):
    """What perturbations cost one model."""

    clean: Clean
    perturbed: list[Perturbed]
    worst: Worst
    overall: Overall
    relative: Estimate | None = key("perturbed by clean accuracy; null where no clean text is right")


class RobustnessPair(Part):
    """The first model less the second, over the same draws of documents."""

    first: str
    second: str
    accuracy: Estimate = key("on perturbed text")
    drop: Estimate


class RobustnessRank(Part):
    """A model's place by `relative`."""

    model: str
    rank: int = key("one more than the models whose interval lies wholly above")
    relative: Estimate | None
    ties: list[str] = key("models whose intervals overlap")


class SentenceAnswers(Part):
    """A model's answers to a sentence and its variants."""

    clean: float = key("share of its runs that are right")
    accuracies: dict[str, float] = key("perturbation → share of the variants right", names="PERTURBATION")


class Sentence(Part):
    """The published protocol: one sentence and its variants."""

    text: str
    label: str
    share: float = key("of its words that are edited")
    variants: int
    edited: dict[str, float] = key("perturbation → share of the variants with an edit", names="PERTURBATION")
    models: dict[str, SentenceAnswers]


class Edit(Part):
    """An edit of a text."""

    start: int = key("offset in the text")
    end: int
    before: str
    after: str


class EditedText(Part):
    """A text with what a perturbation edits in it."""

    perturbation: str
    id: str
    text: str = key("an excerpt, without the edits")
    edits: list[Edit]


class Robustness(Part):
    """What the perturbations of the study cost its models; intervals are 95 % bootstrap intervals over documents."""

    settings: dict[str, Any] = key("the perturbations as the study asks for them")
    documents: int = key("test documents that they were made of")
    samples: list[Sample] = key("per perturbation and share of words asked for")
    models: dict[str, ModelRobustness]
    pairs: list[RobustnessPair] = key("every two models")
    ranking: list[RobustnessRank] = key("most robust first")
    sentence: Sentence | None
    examples: list[EditedText] = key("one for each perturbation that edited something")


class Completeness(Part):
    """How much of the scores the attributions miss."""

    residual: float = key("mean")
    largest_residual: float
    difference: float = key("mean of what they should add up to")
    steps: float = key("of the integration, mean")
    most_steps: int


class Token(Part):
    """A word of a document shown."""

    text: str
    attribution: float = key("−1 to 1, for or against the answer")
    attention: float | None


class ExplainedDocument(Part):
    """A test document with what moved the model."""

    id: str
    kind: Literal["right", "wrong", "flipped"]
    label: str
    predicted: str
    probability: float = key("of the answer")
    perturbation: str | None = key("that flipped the answer")
    tokens: list[Token]


class Faithfulness(Part):
    """What becomes of the probability of the answer when words are taken out."""

    fractions: list[float] = key("shares of the words taken out")
    by_attribution: list[float] = key("mean probability, words of the strongest attribution first")
    random: list[float] = key("mean probability, words at random")
    difference: Estimate = key("area between both")
    smallest_difference: float
    faithful: bool = key("whether the interval lies above that")
    random_orders: int
    documents: int


class Explanation(Part):
    """Why one run of a model, the one with the lowest seed, decided as it did."""

    seed: int
    method: str
    attention: str | None = key("what its attention is; null without")
    sample: int = key("test documents behind the top words")
    completeness: Completeness
    top_words: dict[str, list[list[str | float]]] = key(
        "class → the words that speak most for it, each with its weight or mean attribution", names="LABEL"
    )
    documents: list[ExplainedDocument]
    faithfulness: Faithfulness
