"""The parts of report.json on robustness to perturbed texts, and on explanations."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Estimate, Part, key


class Sample(Part):
    """How much a perturbation changed the texts."""

    perturbation: str
    share: float = key("share of the words to edit")
    texts: int = key("texts that it was to edit: documents times variants")
    edited: int = key("texts in which it edited a word")
    words_changed: float = key("share of the words that were edited, mean over the edited texts")
    measured: bool = key("whether it edited enough documents to be measured")
    averaged: bool = key("whether it edited enough of the texts to count in averages over perturbations")


class Clean(Part):
    """A model on all documents without edits."""

    accuracy: Estimate
    confidence: float
    calibration_error: float


class Overall(Part):
    """A model on edited texts: means over the averaged perturbations and shares."""

    accuracy: Estimate
    clean: Estimate = key("accuracy on the same texts without the edits")
    drop: Estimate = key("`clean` minus `accuracy`; each text is compared with itself")
    flip_rate: float = key("share of the predictions that change")
    confidence: float
    calibration_error: float
    tokens_added: float = key("increase of the number of tokens, as a share of the text without the edits")
    unknown_added: float = key("increase of the share of unknown tokens")


class Perturbed(Overall):
    """A model under one perturbation at one share of words, on the texts that it edited.

    The intervals of a model's drops hold together for all its perturbations and shares.
    """

    perturbation: str
    share: float
    kept: Estimate | None = key("as `kept` of the model")


class Worst(Part):
    """The perturbation with the largest drop, at the largest share."""

    perturbation: str
    share: float
    drop: Estimate


class ModelRobustness(Part):
    """Robustness of one model. Intervals cover documents, and trainings where it has several runs."""

    runs: int
    clean: Clean
    perturbed: list[Perturbed] = key("those that are measured")
    worst: Worst | None = key("null if nothing is measured")
    overall: Overall | None = key("null if no perturbation is averaged")
    kept: Estimate | None = key(
        "share of the accuracy above chance that the edits leave: (accuracy − chance) / (clean − chance) of `overall`; "
        "null if clean accuracy is not shown to be above chance"
    )


class RobustnessPair(Part):
    """The first model minus the second, on the same documents; intervals hold for all pairs together."""

    first: str
    second: str
    clean: Estimate = key("accuracy on all documents without edits")
    accuracy: Estimate | None = key("on edited texts, as in `overall`")
    drop: Estimate | None
    kept: Estimate | None


class RobustnessRank(Part):
    """Rank of a model by `kept`."""

    model: str
    rank: int = key("1 plus the number of models that a paired comparison shows to keep more")
    kept: Estimate | None
    ties: list[str] = key("models from which it is not shown to differ")


class SentenceAnswers(Part):
    """Predictions of a model for a sentence and its variants."""

    clean: float = key("share of its runs that predict the sentence correctly")
    accuracies: dict[str, float] = key(
        "perturbation → share of the edited variants that are predicted correctly", names="PERTURBATION"
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
    """Robustness to the perturbations of the study, over the texts that they edited, with 95 % intervals."""

    settings: dict[str, Any] = key("settings of the perturbations")
    documents: int = key("number of test documents that were perturbed")
    groups: int | None = key("groups of documents that intervals leave out together; null without groups")
    chance: float = key("share of the most common class")
    edited_enough: float = key("share of the texts that a perturbation must edit to be averaged")
    fewest_edited: int = key("documents, or groups of them, that it must edit to be measured")
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
