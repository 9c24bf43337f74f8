"""The parts of report.json on each model: what it is, how it was trained, what it reaches."""

from typing import Any, Literal

from textstudy.report.schema.shapes import Parameters, Part, key

Metric = Literal["accuracy", "macro_f1", "weighted_f1", "macro_precision", "macro_recall"]


class Encoder(Part):
    """The encoder that a study names, and the one that ran."""

    role: str
    resource: str


class Extension(Part):
    """What a model makes of the winner of a phase."""

    phase: str
    model: str | None = key("the winner")
    changes: dict[str, Any] = key("settings laid over the winner's")


class Score(Part):
    """A mean over seeds with its 95 % bootstrap interval over documents."""

    mean: float = key("over seeds")
    low: float
    high: float
    spread: float | None = key("standard deviation over seeds, null for one seed")


class Seconds(Part):
    """Wall seconds, means over seeds."""

    train: float = key("of a training")
    epoch: float | None = key("of an epoch; null where there are none")


class PeakMemory(Part):
    """Largest resident memory of a training process."""

    peak: float
    device: float | None = key("of the GPU that trained; null on a CPU")


class Inference(Part):
    """What a prediction costs, from text to probabilities; of an ensemble the sum of its members'."""

    latency_ms_median: float
    latency_ms_p95: float = key("95th percentile")
    documents_per_second: float
    threads: float
    documents: float = key("measured")


class ClassScores(Part):
    """Scores on the test documents of one class."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int = key("test documents of the class")


class Choice(Part):
    """What a run chose for itself on validation."""

    regularization: float | None = key("of a linear model or a stacked ensemble (C or alpha)", default=None)
    weights: dict[str, float] | None = key("of a weighted product, by member", names="MEMBER", default=None)
    neighbours: int | None = key("that vote", default=None)
    temperature: float | None = key("of the vote", default=None)


class Device(Part):
    """On what, and how precisely, runs were trained."""

    device: str
    precision: str


class Collapse(Part):
    """A run that answers nearly always the same."""

    seed: int
    label: str = key("what it answers")
    share: float = key("of the answers")
    true_share: float = key("of the test documents")


class Epoch(Part):
    """One epoch of a training; losses and accuracies of training are those seen on the way, with dropout on."""

    epoch: int = key("from 1")
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    validation_macro_f1: float
    learning_rate: float = key("of the last step")
    gradient_norm: float = key("mean over steps, before clipping")
    phase: Literal["head", "all"] | None = key("of a hybrid: the head alone, then everything", default=None)


class History(Part):
    """The course of one run."""

    seed: int
    best_epoch: int = key("the epoch kept")
    epochs: list[Epoch]


class Run(Part):
    """One training."""

    seed: int
    folder: str
    code: str = key("digest")


class Model(Part):
    """One model of the study, over its seeds."""

    architecture: str
    learner: Literal["linear", "network", "neighbours", "ensemble"] = key("how it learns")
    name_in_sentence: str = key("what the report calls this kind of model")
    encoder_strategy: Literal["freeze", "full", "hybrid"] | None = key(
        "which part of a pretrained encoder learns; null where the model offers no choice"
    )
    reads_states: bool = key("whether it reads the cached states of a frozen encoder")
    topics: list[str] = key("what a reader must know to understand it")
    comparable_settings: dict[str, Any] | None = key(
        "its settings in terms that a related architecture shares; null where there is none"
    )
    title: str
    settings: dict[str, Any] = key(
        "as they ran: of a model that extends a winner, what it turned out to be; of an ensemble, those that its "
        "method reads"
    )
    extends: Extension | None = key("null, or for a model that extends the winner of a phase, what it changes")
    refits: str | None = key(
        "null, or the model that this one is, trained on training and validation documents together; its `validation` "
        "is that model's, made before"
    )
    members: dict[str, int] | None = key(
        "null, or of an ensemble: member → its total parameters; `settings` say how it joins them and what it was "
        "fitted on",
        names="MEMBER",
    )
    seeds: list[int]
    deterministic: bool = key("whether every seed gives the same, so that one ran")
    encoder: Encoder | None
    validation: dict[Metric, Score] = key("metric → score", public=True)
    test: dict[Metric, Score] = key("metric → score", public=True)
    parameters: Parameters = key(
        "a frozen encoder behind cached states counts as frozen; of an ensemble its own alone, without its members'",
        public=True,
    )
    seconds: Seconds = key(public=True)
    memory_mb: PeakMemory
    energy_joules: dict[str, float] = key(
        "processor and gpu → joules of a training, mean over seeds, other work on them included; without what has no "
        "counter that may be read",
        names="COUNTER",
    )
    inference: Inference
    devices: list[Device] = key("of its trainings, each two once")
    per_class: list[ClassScores] = key("on test, means over seeds")
    confusion: list[list[int]] = key("on test, summed over seeds; rows are true classes")
    best_class: str = key("by F1 on test")
    worst_class: str
    expected_calibration_error: float = key("on test, mean over seeds")
    history: list[History] = key(
        "per seed; empty where no validation was followed: linear models, neighbours, ensembles, refits"
    )
    diagnosis: list[str] = key(
        "what training says of itself by stated criteria: overfitting, underfitting, instability, answers on validation"
    )
    gap: float | None = key("train minus validation accuracy at the epoch kept; null without a history")
    collapsed: list[Collapse] = key("runs that answer almost only one class, by a rule that the report states")
    chosen: list[Choice] = key("per run with a choice")
    runs: list[Run]


class Step(Part):
    """A module of a model, or a step of another kind."""

    name: str
    type: str
    output: list[int | str] = key("its sizes; `batch` and `time` by name")
    parameters: int
    trainable: int
    repeats: int = key("equal neighbours that stand as one")
    steps: list["Step"] = key("inside it")


class Architecture(Part):
    """What a model that is no ensemble and no refit is made of."""

    inputs: dict[str, list[str]] = key("input → its sizes by name", names="INPUT")
    parameters: Parameters
    steps: list[Step] = key("in the order in which a batch passes them")


class OverRuns(Part):
    """A figure of the epochs kept, over runs."""

    mean: float
    spread: float | None = key("standard deviation, null for one run")
    by_run: list[float]


class Ranked(Part):
    """A model's place in a phase."""

    rank: int = key("from 1")
    model: str
    validation_accuracy: OverRuns
    validation_loss: OverRuns
    parameters: Parameters


class Phase(Part):
    """Models among which one is selected on validation."""

    name: str
    title: str
    winner: str
    ranking: list[Ranked] = key("best first")


class Pair(Part):
    """The paired test of two models on the same test documents."""

    first: str
    second: str
    metric: Literal["accuracy", "macro_f1"]
    difference: float = key("first less second")
    low: float = key("end of the paired 95 % interval")
    high: float
    p_value: float
    adjusted_p_value: float = key("after Holm's correction over all pairs")
    significant: bool = key("whether that is below 0.05")
    test: str = key("name of the test used")
    documents: int


class Confusion(Part):
    """A class taken for another, summed over seeds."""

    true: str
    predicted: str
    count: int
    share: float = key("of the true class's test documents")


class Finding(Part):
    """A sentence whose words are chosen by the numbers."""

    chapter: str = key("the chapter that it belongs to")
    kind: str
    text: str
    evidence: dict[str, Any] = key("the numbers that it rests on")
