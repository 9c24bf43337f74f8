"""The part of report.json on each model: what it is, its training, its scores and its costs."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Parameters, Part, key

# The last three are of classes with an order.
Metric = Literal[
    "accuracy", "macro_f1", "weighted_f1", "macro_precision", "macro_recall", "log_loss", "brier_score",
    "mean_absolute_error", "quadratic_kappa", "far_off",
]  # fmt: skip


class Encoder(Part):
    """The encoder that a study names, and the one that ran."""

    role: str
    resource: str


class Extension(Part):
    """How a model extends the winner of a phase."""

    phase: str
    model: str = key("the winner")
    changes: dict[str, Any] = key("settings that replace those of the winner")


class Score(Part):
    """A mean over seeds with its 95 % interval, for other documents and other trainings."""

    mean: float = key("over seeds")
    low: float
    high: float
    spread: float | None = key("standard deviation over seeds; null for one seed")
    as_trained: list[float] = key(
        "95 % interval over documents for these trainings; for a model that was chosen as the best of many, the one to "
        "trust"
    )
    expected: list[float] | None = key(
        "95 % interval for the score of one other training on as many other documents, such as that of a published "
        "report; null where `scope` is `runs`"
    )
    grouped_by: str | None = key("kind of group that the documents were resampled by; null if by document")
    scope: Literal["settings", "runs"] = key(
        "`settings` if the interval holds for new trainings; `runs` if a model with random parts was trained once"
    )


class Seconds(Part):
    """Elapsed seconds, means over seeds."""

    train: float = key("of a training")
    train_low: float = key("the lowest over seeds")
    train_high: float = key("the highest over seeds")
    cpu: float = key("that processors worked for a training, all threads together")
    epoch: float | None = key("of an epoch; null for models without epochs")


class PeakMemory(Part):
    """Peak memory of a training in MB, the highest over seeds."""

    peak: float = key("resident memory of the process")
    device: float | None = key("memory of the GPU; null on a CPU")


class Inference(Part):
    """Cost of a prediction, from text to probabilities; for an ensemble, the sum over its members.

    A cascade's is the same sum, in which each member counts as often as it is asked: its latency is a mean. Its memory
    holds all members.

    Each figure is the median over the rounds of the measurement.
    """

    latency_ms_median: float = key("median over documents that are predicted one at a time")
    latency_ms_low: float = key("the same in the lowest round")
    latency_ms_high: float = key("the same in the highest round")
    latency_ms_p95: float = key("95th percentile over these documents")
    cpu_ms: float = key("milliseconds that processors work for such a document, all threads together")
    documents_per_second: float = key("of documents that are predicted together")
    documents_per_second_low: float = key("in the lowest round")
    documents_per_second_high: float = key("in the highest round")
    memory_mb: float | None = key(
        "peak memory above that of the imported libraries, the highest over the rounds; null where the processes of a "
        "machine cannot be told apart"
    )
    device_memory_mb: float | None = key("peak memory of the GPU; null on a CPU")
    device: str
    threads: int
    documents: int = key("number of documents predicted one at a time")


class ClassScores(Part):
    """Scores on the test documents of one class."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int = key("test documents of the class")


class Choice(Part):
    """Values that a run chose on validation."""

    regularization: float | None = key("of a linear model or a stacked ensemble: C or alpha; of kernels", default=None)
    weights: dict[str, float] | None = key("of a weighted product: member → weight", names="MEMBER", default=None)
    neighbours: int | None = key("number of neighbours that vote", default=None)
    gamma: float | None = key("of kernels: how fast they fall with the distance", default=None)
    temperature: float | None = key("of the vote, or of the scores that kernels give", default=None)
    thresholds: dict[str, float] | None = key(
        "of a cascade: member → the least probability with which it answers; the last always does; above 1 it never "
        "answers, at 0 it always does",
        names="MEMBER",
        default=None,
    )
    asked: dict[str, float] | None = key(
        "of a cascade: member → the share of the test documents that it is asked about", names="MEMBER", default=None
    )


class ConfidenceScores(Part):
    """Scores that a temperature changes, means over seeds."""

    expected_calibration_error: float
    log_loss: float
    brier_score: float


class Temperature(Part):
    """The temperature by which the probabilities of a model are scaled."""

    values: list[float] = key("of each seed; above 1 the probabilities became less confident")
    documents: int = key("validation documents on which it was fitted; the scores of validation are in-sample")
    before: dict[Literal["validation", "test"], ConfidenceScores]
    after: dict[Literal["validation", "test"], ConfidenceScores]


class Device(Part):
    """A device and a precision with which runs were trained."""

    device: str
    precision: str
    unused_gpu: str | None = key("why a GPU that was there was not used; null otherwise", default=None)


class Collapse(Part):
    """A run that predicts nearly always the same class."""

    seed: int
    label: str = key("class that it predicts")
    share: float = key("share of the predictions that are this class")
    true_share: float = key("share of the test documents that have this class")


class Epoch(Part):
    """One epoch of a training; `train_loss` and `train_accuracy` are measured during the epoch, with dropout."""

    epoch: int = key("from 1")
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    validation_macro_f1: float
    learning_rate: float = key("of the last step")
    gradient_norm: float = key("mean over steps, before clipping")
    phase: Literal["head", "all"] | None = key(
        "for the hybrid strategy: `head` while the head trains alone, then `all`", default=None
    )


class History(Part):
    """The epochs of one run."""

    seed: int
    best_epoch: int = key("epoch whose weights are kept")
    train_accuracy: float = key(
        "of these weights on at most 2,000 training documents, in evaluation mode: without dropout"
    )
    epochs: list[Epoch]


class AnswerTokens(Part):
    """Tokens for a document, means."""

    prompt: float
    answer: float


class AnswerSeconds(Part):
    """Seconds that an answer of an endpoint takes."""

    median: float
    p95: float


class Prompted(Part):
    """What a language model was asked by its prompt, over all runs, and what it answered."""

    language_model: str
    host: str | None = key("the machine that the texts were sent to; null where it ran on this one")
    prompt: str = key("of the first run; … stands for the text")
    examples: int = key("training documents in it")
    examples_cut: int = key("examples that are shown in part, over all runs")
    documents: int = key("validation and test documents that it was asked about, over all runs")
    texts_cut: int = key("of these, those whose beginning alone it saw")
    outside: int = key("of these, those for which its answer was none of the labels")
    outside_answers: list[list[str | int]] = key("the most frequent of these answers, and how often each was given")
    sources: dict[Literal["logprobs", "likelihood", "answer", "outside"], int] = key(
        "where the probabilities come from → documents: log-probabilities of an endpoint, likelihoods of the labels, "
        "the answer alone, or the shares of the classes where it was outside the labels"
    )
    tokens: AnswerTokens
    cost_per_1000: float | None = key("what 1,000 documents cost; null without prices in the study")
    currency: str | None
    seconds: AnswerSeconds | None = key("null where it ran on this machine")


class Run(Part):
    """One training."""

    seed: int
    folder: str
    code: str = key("digest of the code that trained it")


class Model(Part):
    """One model of the study, over its seeds."""

    architecture: str
    learner: Literal["linear", "network", "neighbours", "kernel", "ensemble", "prompted"] = key("how it learns")
    name_in_sentence: str = key("name of this kind of model in sentences of the report")
    encoder_strategy: Literal["freeze", "full", "hybrid", "lora"] | None = key(
        "how a pretrained encoder is fine-tuned; null for models without this setting"
    )
    reads_states: bool = key("whether it reads the cached states of a frozen encoder")
    topics: list[str] = key("topics of the background chapter that explain it")
    comparable_settings: dict[str, Any] | None = key(
        "its settings under the names of a related architecture, for comparison with it; null if there is none"
    )
    title: str
    settings: dict[str, Any] = key(
        "settings of its runs; for a model that extends a winner, those of the winner with the changes; for an "
        "ensemble, those that its method uses"
    )
    extends: Extension | None = key("what it changes of the winner of a phase; null if it extends no winner")
    refits: str | None = key(
        "model that it trains again, on training and validation documents together; its `validation` has the scores of "
        "that model; null if it is no refit"
    )
    members: dict[str, int] | None = key(
        "for an ensemble: member → total parameters; `settings` has the method of the ensemble and the documents on "
        "which it was fitted; also for a cascade; null for other models",
        names="MEMBER",
    )
    seeds: list[int]
    deterministic: bool = key("whether every seed gives the same result, so that only one was run")
    encoder: Encoder | None = key("null for models without a pretrained encoder")
    validation: dict[Metric, Score] = key("metric → score", public=True)
    test: dict[Metric, Score] = key("metric → score", public=True)
    parameters: Parameters = key(
        "with those of a frozen encoder whose cached states it reads; for an ensemble without those of its members",
        public=True,
    )
    seconds: Seconds = key(public=True)
    memory_mb: PeakMemory
    energy_joules: dict[str, float] = key(
        "`processor` and `gpu` → joules of a training, mean over seeds; other work at that time is included; devices "
        "without a readable counter are left out",
        names="COUNTER",
    )
    inference: Inference
    devices: list[Device] = key("of its trainings, each combination once")
    per_class: list[ClassScores] = key("on test, means over seeds")
    confusion: list[list[int]] = key(
        "on test, summed over seeds: true class, predicted class and documents of each pair of classes that has any; "
        "the classes are places in `corpus.labels`, from 0"
    )
    best_class: str = key("class with the highest F1 on test")
    worst_class: str = key("class with the lowest F1 on test")
    expected_calibration_error: float = key("on test, mean over seeds")
    temperature: Temperature | None = key("null without temperature scaling", default=None)
    prompted: Prompted | None = key("null for other models", default=None)
    history: list[History] = key(
        "one for each seed; empty for models without validation during training: linear models, neighbours, kernels, "
        "ensembles, refits"
    )
    diagnosis: list[str] = key(
        "sentences on overfitting, underfitting, instability and the predictions on validation, by criteria that the "
        "report states"
    )
    gap: float | None = key(
        "training minus validation accuracy of the weights kept, both in evaluation mode; null without a history"
    )
    collapsed: list[Collapse] = key("runs that predict almost only one class, by a rule that the report states")
    chosen: list[Choice] = key("one for each run that chose values on validation")
    runs: list[Run]


class Step(Part):
    """A module of a model, or a step that is no module."""

    name: str
    type: str
    output: list[int | str] = key("shape of the output; `batch` and `time` by name")
    parameters: int
    trainable: int
    repeats: int = key("number of equal modules in a row that are listed once")
    steps: list["Step"] = key("modules inside it")


class Architecture(Part):
    """The modules of a model."""

    inputs: dict[str, list[str]] = key("input → its shape, by name", names="INPUT")
    parameters: Parameters
    steps: list[Step] = key("in the order in which a batch passes through them")
