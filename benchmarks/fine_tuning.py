"""How fast a pretrained encoder is trained, against Hugging Face's `Trainer`: documents a second, at the same accuracy.

Twice, on the same documents of 20 Newsgroups as the pipeline prepares them, with the packaged MiniLM, its pooler and a
linear head on it:

- frozen: our states, computed once per document, and a head that reads them for `--frozen-epochs` epochs; against
  `Trainer` on a classifier whose encoder has `requires_grad` off and is passed through in every epoch;
- full: everything learns for `--epochs` epochs; our training loop against `Trainer`.

`Trainer` is used with its defaults: random batches, each padded to its longest document by `DataCollatorWithPadding`,
fused AdamW, the rate falling linearly to 0, gradients clipped at norm 1. Ours is given the same of these, except that
documents of like length share a batch; epochs, batch size, learning rate, weight decay, dropout, the head's first
weights, threads and precision are the same too. Only the dropout of attention weights differs: ours has none by
default, which lets a CPU use fused attention, `Trainer` has that of the checkpoint; hence the accuracies, which are
compared over `--seeds` seeds in pairs of the same seed and the same first weights. (`Trainer` also leaves the dropout
of a frozen encoder on.) Where that precision is not float32, which is the default of `Trainer`, a third row has
`Trainer` with its own. For full fine-tuning a last row has `Trainer` with two switches set that its defaults leave
off and that make up most of our advantage: documents of like length together, and no dropout of attention weights.

The rule of timing, for both sides: the wall time of the calls that train, which make the optimizer and the batches
too; not of loading documents or models, and not of validation, which follows once training has ended. Ours are
`encoder_states` on the training documents and `fit`, with the checkpoints that it writes, and with deterministic
algorithms, as in a run of the pipeline; theirs is `Trainer.train()`, which here writes none and need not be
deterministic. Each way has a process of its own and begins with an untimed training on a few batches. They run one
after the other, so the machine should have nothing else to do. Documents a second count a document once per epoch;
every epoch counted was run.

    python benchmarks/fine_tuning.py [--mirror DIR] [--documents 1500] [--validation 700] [--epochs 1]
        [--frozen-epochs 10] [--length 256] [--batch-size 16] [--seeds 1] [--threads 2] [--precision auto]
        [--strategies freeze full] [--against defaults float32 switched]
"""

import argparse
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean, stdev
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import torch
import transformers
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn
from transformers import AutoModelForSequenceClassification, DataCollatorWithPadding, Trainer, TrainingArguments
from transformers.trainer_callback import PrinterCallback

from textstudy.corpora import newsgroups
from textstudy.encode.encoders import load_encoder, load_tokenizer
from textstudy.encode.features import encoder_states
from textstudy.encode.table import Encoding, read_encoding
from textstudy.encode.wordpieces import encode_wordpieces
from textstudy.fetch.fetch import fetch
from textstudy.machine.devices import PRECISIONS, choose_device, resolve_precision
from textstudy.models import pretrained
from textstudy.prepare.clean import clean
from textstudy.prepare.deduplicate import deduplicate
from textstudy.prepare.split import split
from textstudy.runs import RunFiles
from textstudy.settings.data import Preparation
from textstudy.settings.models.pretrained import PretrainedModel
from textstudy.storage.files import read_json
from textstudy.train.build import as_documents, build_network
from textstudy.train.documents import Documents
from textstudy.train.loop import fit
from textstudy.train.predict import predict_logits

SEED = 0  # of the documents drawn, and the first seed of the trainings
RATES = {"freeze": 1e-3, "full": 2e-4}  # MiniLM is small and learns at higher rates than BERT
WEIGHT_DECAY, DROPOUT = 0.01, 0.1  # BERT's own dropout, which `Trainer`'s classifier has before its head
WARM_UP_BATCHES = 4
AGAINST = ("defaults", "float32", "switched")


@dataclass(frozen=True)
class Task:
    """What both sides are given: an encoder's folder, an encoding's folder with its labels, and the documents."""

    encoder: Path
    encoding_folder: Path
    labels: list[str]
    train: Encoding
    validation: Encoding

    def small(self, documents: int) -> "Task":
        """Return the same with so many documents in each split at most."""
        return replace(self, train=part(self.train, 0, documents), validation=part(self.validation, 0, documents))


@dataclass(frozen=True)
class Outcome:
    """Seconds of training, in one part or in several, and the accuracy on the validation documents afterwards."""

    seconds: dict[str, float]
    accuracy: float

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


Train = Callable[[Task, Mapping[str, Any], int], Outcome]  # with a seed


def part(encoding: Encoding, first: int, last: int) -> Encoding:
    """Return the documents from `first` to before `last`; the token ids are shared."""
    columns = {name: getattr(encoding, name)[first:last] for name in ("ids", "split", "label")}
    return replace(encoding, **columns, offsets=encoding.offsets[first : last + 1])


def prepared(folder: Path, mirror: Path | None) -> pd.DataFrame:
    """Return 20 Newsgroups cleaned, without duplicates and split, as the pipeline does by default."""
    fetch("20newsgroups", folder, mirror)
    settings = Preparation(name="newsgroups", corpus={"kind": "newsgroups"}).model_dump()
    cleaned, _ = clean(newsgroups.read(folder, settings["corpus"]), settings["clean"])
    unique, _, _ = deduplicate(cleaned, settings["deduplicate"])
    return split(unique, settings["split"])[0]


def make_task(folder: Path, options: argparse.Namespace) -> Task:
    """Fetch, prepare, draw and encode the documents into `folder`."""
    frame = prepared(folder / "corpus", options.mirror)
    wanted = {"train": options.documents, "validation": options.validation}
    drawn = []
    for name, count in wanted.items():
        documents = frame[frame["split"] == name]
        drawn.append(documents.sample(min(count, len(documents)), random_state=SEED))
    fetch("minilm", folder / "encoder", options.mirror)
    encode_wordpieces(pd.concat(drawn), folder / "encoder", {"maximum_length": options.length}, folder / "encoded")
    encoding, count = read_encoding(folder / "encoded" / "encoding.arrow"), len(drawn[0])
    return Task(
        encoder=folder / "encoder",
        encoding_folder=folder / "encoded",
        labels=read_json(folder / "encoded" / "encoding.json")["labels"],
        train=part(encoding, 0, count),
        validation=part(encoding, count, len(encoding)),
    )


def model_settings(strategy: str, *, epochs: int, batch_size: int, precision: str) -> dict[str, Any]:
    """Return the model's settings as in a study."""
    training = {
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": RATES[strategy],
        "optimizer": "adamw",
        "weight_decay": WEIGHT_DECAY,
        "schedule": "linear",
        "gradient_clip": 1.0,
        "precision": precision,
    }
    shape = {"architecture": "pretrained", "pooling": "pooler", "head": "linear", "dropout": DROPOUT}
    return PretrainedModel(**shape, strategy=strategy, training=training).model_dump()


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what `work` returns and its wall seconds, to the end of what it left running on a GPU."""
    wait = torch.cuda.synchronize if torch.cuda.is_available() else lambda: None
    wait()
    start = perf_counter()
    result = work()
    wait()
    return result, perf_counter() - start


@contextmanager
def deterministic() -> Iterator[None]:
    """Compute the same bits each time, as `textstudy.train.network` asks torch to; off again afterwards."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False)


def draw_head(head: nn.Linear, seed: int) -> None:
    """Give the head its first weights, the same on both sides, drawn as BERT's are."""
    nn.init.normal_(head.weight, std=0.02, generator=torch.Generator().manual_seed(seed))
    nn.init.zeros_(head.bias)


def share_right(predicted: Tensor | np.ndarray, labels: np.ndarray) -> float:
    return float((np.asarray(predicted) == labels).mean())


def train_ours(task: Task, settings: Mapping[str, Any], seed: int) -> Outcome:
    """Train as the pipeline does, with states computed once where the encoder is frozen."""
    torch.manual_seed(seed)
    if settings["strategy"] == "full":
        files = RunFiles(task.encoding_folder, encoding_folder=task.encoding_folder, encoder_folder=task.encoder)
        model = build_network(settings, files, classes=len(task.labels))
        draw_head(model.head.layers[-1], seed)
        train, validation = (as_documents(documents, settings=settings) for documents in (task.train, task.validation))
        seconds = {}
    else:
        encoder, precision = load_encoder(task.encoder), settings["training"]["precision"]
        states, taken = timed(lambda: encoder_states(encoder, task.train, precision=precision)["pooler"])
        seconds = {"states": taken}
        model = pretrained.build(settings, classes=len(task.labels), feature_size=states.shape[1])
        draw_head(model.layers[-1], seed)
        train = as_documents(task.train, settings=settings, states={"pooler": states})
        states = encoder_states(encoder, task.validation, precision=precision)["pooler"]
        validation = as_documents(task.validation, settings=settings, states={"pooler": states})
    seconds["training"] = fitted_seconds(model.to(choose_device()), train, task.labels, settings, seed)
    return Outcome(seconds, share_right(predict_logits(model, validation).argmax(dim=1), task.validation.label))


def fitted_seconds(
    model: nn.Module, train: Documents, labels: list[str], settings: Mapping[str, Any], seed: int
) -> float:
    """Fit the model without validation and return the seconds."""
    with TemporaryDirectory() as folder, deterministic():  # a new folder: `fit` would go on from a checkpoint
        how = {"settings": settings["training"], "classes": labels, "seed": seed, "checkpoint_folder": folder}
        return timed(lambda: fit(model, train, None, **how))[1]


def train_theirs(
    task: Task, settings: Mapping[str, Any], seed: int, *, precision: str, switched: bool = False
) -> Outcome:
    """Train with `Trainer` and its defaults, or `switched`: like lengths together, attention weights kept."""
    no_dropout = {"attention_probs_dropout_prob": 0.0} if switched else {}
    training = settings["training"]
    torch.manual_seed(seed)
    model = AutoModelForSequenceClassification.from_pretrained(
        str(task.encoder), num_labels=len(task.labels), local_files_only=True, dtype=torch.float32, **no_dropout
    )
    draw_head(model.classifier, seed)
    if settings["strategy"] == "freeze":
        model.base_model.requires_grad_(False)
    with TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            num_train_epochs=training["epochs"],
            per_device_train_batch_size=training["batch_size"],
            learning_rate=training["learning_rate"],
            weight_decay=training["weight_decay"],
            train_sampling_strategy="group_by_length" if switched else "random",
            bf16=precision == "bfloat16",
            fp16=precision == "float16",
            seed=seed,
            use_cpu=choose_device().type == "cpu",
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
        )
        collator = DataCollatorWithPadding(load_tokenizer(task.encoder))
        trainer = Trainer(model, arguments, data_collator=collator, train_dataset=examples(task.train))
        trainer.remove_callback(PrinterCallback)
        _, seconds = timed(trainer.train)
        found = trainer.predict(examples(task.validation))
    # Not in the order of the documents: a Trainer that trains on like lengths predicts in that order, too.
    return Outcome({"training": seconds}, share_right(found.predictions.argmax(axis=1), found.label_ids))


def examples(encoding: Encoding) -> list[dict[str, Any]]:
    """Return the documents as `Trainer` takes them, already tokenized and in memory; the collator pads and masks."""
    return [
        {"input_ids": encoding.document(row).tolist(), "labels": int(encoding.label[row])}
        for row in range(len(encoding))
    ]


def in_own_process(train: Train, task: Task, settings: dict[str, Any], seeds: Sequence[int]) -> list[Outcome]:
    """Train once with each seed, after a small training to warm up, in a new process."""
    with ProcessPoolExecutor(1, get_context("spawn"), prepare_process, (torch.get_num_threads(),)) as process:
        return process.submit(train_with_seeds, train, task, settings, seeds).result()


def prepare_process(threads: int) -> None:
    """Set what holds for a process."""
    torch.set_num_threads(threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # before cuBLAS is first called; see `deterministic`
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


def train_with_seeds(train: Train, task: Task, settings: dict[str, Any], seeds: Sequence[int]) -> list[Outcome]:
    training = settings["training"]
    train(task.small(WARM_UP_BATCHES * training["batch_size"]), settings | {"training": training | {"epochs": 1}}, SEED)
    return [train(task, settings, seed) for seed in seeds]


def compare(title: str, task: Task, settings: dict[str, Any], seeds: Sequence[int], *, against: Sequence[str]) -> Table:
    """Train in each way with each seed, after a small training to warm up, and return the table of their figures."""
    training, precision = settings["training"], settings["training"]["precision"]
    ways = [("ours", precision, train_ours)]
    named = {"defaults": precision, "float32": "float32"}
    for name in dict.fromkeys(named[each] for each in named if each in against):
        ways.append(("Trainer", name, partial(train_theirs, precision=name)))
    if settings["strategy"] == "full" and "switched" in against:
        ways.append(("Trainer, switched", precision, partial(train_theirs, precision=precision, switched=True)))
    table = Table("", "precision", title=f"{title}, epochs: {training['epochs']}, seeds: {len(seeds)}")
    for column in ("seconds", "documents/s", "time against ours", "validation accuracy", "ours better by"):
        table.add_column(column, justify="right")
    ours: list[Outcome] = []
    for name, computed_in, train in ways:
        outcomes = in_own_process(train, task, settings, seeds)
        ours = ours or outcomes
        seconds = fmean(outcome.total for outcome in outcomes)
        rate = len(task.train) * training["epochs"] / seconds
        ratio = seconds / fmean(outcome.total for outcome in ours)
        gains = [one.accuracy - other.accuracy for one, other in zip(ours, outcomes, strict=True)]
        table.add_row(
            name, computed_in, f"{seconds:.1f}", f"{rate:.1f}", f"{ratio:.2f}",
            mean_and_error([outcome.accuracy for outcome in outcomes]),
            "" if outcomes is ours else mean_and_error(gains, sign="+"),
        )  # fmt: skip
    parts = ", ".join(f"{what} {fmean(each.seconds[what] for each in ours):.1f} s" for what in ours[0].seconds)
    table.caption = f"ours: {parts}; accuracies: mean ± standard error over seeds"
    return table


def mean_and_error(values: Sequence[float], sign: str = "") -> str:
    """Return a mean in percentage points with its standard error, where there are several values."""
    error = f" ± {100 * stdev(values) / len(values) ** 0.5:.1f}" if len(values) > 1 else ""
    return f"{100 * fmean(values):{sign}.1f}{error}"


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mirror = os.environ.get("TEXTSTUDY_MIRROR")
    parser.add_argument("--mirror", type=Path, default=Path(mirror) if mirror else None)
    parser.add_argument("--documents", type=int, default=1500, help="to train on")
    parser.add_argument("--validation", type=int, default=700, help="documents that measure the accuracy")
    parser.add_argument("--epochs", type=int, default=1, help="with everything learning")
    parser.add_argument("--frozen-epochs", type=int, default=10, help="with the head learning alone")
    parser.add_argument("--length", type=int, default=256, help="most tokens of a document")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--seeds", type=int, default=1, help="trainings of each way")
    parser.add_argument("--strategies", nargs="+", choices=tuple(RATES), default=tuple(RATES))
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--against", nargs="+", choices=AGAINST, default=AGAINST, help="rows of Trainer")
    parser.add_argument("--precision", choices=("auto", *PRECISIONS), default="auto")
    return parser.parse_args()


def main() -> None:
    options = read_options()
    prepare_process(options.threads)
    device, console = choose_device(), Console(width=120)
    shared = {"batch_size": options.batch_size, "precision": resolve_precision(options.precision, device)}
    with TemporaryDirectory() as folder:
        task = make_task(Path(folder), options)
        console.print(
            f"torch {torch.__version__}, transformers {transformers.__version__}, {device.type}, "
            f"{options.threads} threads; {len(task.train)} documents of {task.train.lengths.mean():.0f} tokens on "
            f"average, {len(task.validation)} to validate, batches of {options.batch_size}"
        )
        seeds = range(SEED, SEED + options.seeds)
        epochs = {"freeze": options.frozen_epochs, "full": options.epochs}
        titles = {"freeze": "frozen encoder", "full": "full fine-tuning"}
        for strategy in options.strategies:
            settings = model_settings(strategy, epochs=epochs[strategy], **shared)
            console.print(compare(titles[strategy], task, settings, seeds, against=options.against))


if __name__ == "__main__":
    main()
