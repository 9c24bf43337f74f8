"""The parts of report.json on robustness to perturbed texts, and on explanations."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Estimate, Part, key


class Sample(Part):
    """How much a perturbation changed the texts."""

    perturbation: str
    share: float = key("share of the words to edit")
    words_changed: float = key("share of the words that were edited, mean over texts")
    unchanged: float = key("share of the texts without an edit")


class Clean(Part):
    """A model on the same documents without edits."""

    accuracy: Estimate
    confidence: float
    calibration_error: float


class Overall(Clean):
    """A model on perturbed text: means over all perturbations and shares."""

    drop: Estimate = key("accuracy on clean text minus accuracy on perturbed text, with its paired interval")
    flip_rate: float = key("share of the predictions that change")
    tokens_added: float = key("increase of the number of tokens, as a share of the clean text")
    unknown_added: float = key("increase of the share of unknown tokens")


class Perturbed(Overall):
    """A model under one perturbation at one share of words."""

    perturbation: str
    share: float


class Worst(Part):
    """The perturbation with the largest drop, at the largest share."""

    perturbation: str
    share: float
    drop: Estimate


class ModelRobustness(Part):
    """Robustness of one model."""

    clean: Clean
    perturbed: list[Perturbed]
    worst: Worst
    overall: Overall
    relative: Estimate | None = key(
        "accuracy on perturbed text divided by that on clean text; null if no clean text is predicted correctly"
    )


class RobustnessPair(Part):
    """The first model minus the second, over the same bootstrap samples of documents."""

    first: str
    second: str
    accuracy: Estimate = key("on perturbed text")
    drop: Estimate


class RobustnessRank(Part):
    """Rank of a model by `relative`."""

    model: str
    rank: int = key("1 plus the number of models whose interval lies wholly above")
    relative: Estimate | None
    ties: list[str] = key("models whose intervals overlap")


class SentenceAnswers(Part):
    """Predictions of a model for a sentence and its variants."""

    clean: float = key("share of its runs that predict the sentence correctly")
    accuracies: dict[str, float] = key(
        "perturbation → share of the variants that are predicted correctly", names="PERTURBATION"
    )


class Sentence(Part):
    """One sentence and its variants, which is the protocol of a published study."""

    text: str
    label: str
    share: float = key("share of its words that are edited")
    variants: int
    edited: dict[str, float] = key("perturbation → share of the variants with an edit", names="PERTURBATION")
    models: dict[str, SentenceAnswers]


class Edit(Part):
    """An edit of a text."""

    start: int = key("offset in the text, in characters")
    end: int = key("offset of the end")
    before: str
    after: str


class EditedText(Part):
    """A text and the edits of a perturbation."""

    perturbation: str
    id: str
    text: str = key("excerpt without the edits")
    edits: list[Edit]


class Robustness(Part):
    """Robustness to the perturbations of the study, with 95 % bootstrap intervals over documents."""

    settings: dict[str, Any] = key("settings of the perturbations")
    documents: int = key("number of test documents that were perturbed")
    samples: list[Sample] = key("one for each perturbation and share of words")
    models: dict[str, ModelRobustness]
    pairs: list[RobustnessPair] = key("every two models")
    ranking: list[RobustnessRank] = key("most robust first")
    sentence: Sentence | None = key("null if the study has no such sentence")
    examples: list[EditedText] = key("one for each perturbation that edited a text")


class Completeness(Part):
    """How close the sum of the attributions is to the score that it should explain."""

    residual: float = key("absolute difference between the sum and the score, mean over documents")
    largest_residual: float
    difference: float = key("score that the attributions should add up to, mean over documents")
    steps: float = key("steps of the integration, mean over documents")
    most_steps: int


class Token(Part):
    """A word of a document."""

    text: str
    attribution: float = key("from −1 to 1; positive if the word speaks for the predicted class")
    attention: float | None = key("null for models without attention")


class ExplainedDocument(Part):
    """A test document with the attribution of each word."""

    id: str
    kind: Literal["right", "wrong", "flipped"] = key("`flipped`: a perturbation changed the prediction")
    label: str
    predicted: str
    probability: float = key("of the predicted class")
    perturbation: str | None = key("perturbation that changed the prediction; null for other documents")
    tokens: list[Token]


class Deletion(Part):
    """Words deleted in another order than that of the explanation, on the same documents."""

    order: Literal["random", "idf", "model"] = key(
        "`idf`: the rarest in the training documents first; `model`: as another model would order them"
    )
    model: str | None = key("the other model; null for other orders")
    documents: int = key("those to which both models give the same answer, for the order of another model; else all")
    difference: Estimate | None = key(
        "mean probability after deletion in this order minus that in the order of the explanation; the interval is "
        "widened to hold for all explained models together; null with fewer than two documents"
    )
    smallest_difference: float = key("difference that the interval must exceed")
    curve: list[float] | None = key("mean probability for each of `fractions`")
    shown: bool = key("whether the interval lies above `smallest_difference`")


class Faithfulness(Part):
    """How the probability of the predicted class changes when words are deleted; punctuation marks stay."""

    fractions: list[float] = key("shares of the words that are deleted")
    curve: list[float] = key("mean probability if words with the strongest attribution are deleted first")
    comparisons: list[Deletion] = key("random words, by IDF, and by each other model")
    random_orders: int = key("number of random orders")
    documents: int
    models: int = key("number of explained models, for which the intervals hold together")


class Explanation(Part):
    """Explanations of one run of a model, the one with the lowest seed."""

    seed: int
    method: str
    attention: str | None = key("description of its attention weights; null for models without attention")
    sample: int = key("number of test documents from which `top_words` are computed")
    completeness: Completeness
    top_words: dict[str, list[list[str | float]]] = key(
        "class → words that speak most for it, each with its weight or mean attribution", names="LABEL"
    )
    documents: list[ExplainedDocument]
    faithfulness: Faithfulness
