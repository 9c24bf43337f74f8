"""A run on disk: one model with one seed, the files it was made from and the files that its training leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from textstudy.errors import StudyError
from textstudy.machine.memory import peak_memory_mb
from textstudy.machine.stopwatch import Lap
from textstudy.settings.overlay import lay_over
from textstudy.storage.files import read_json, sha256, write_json, write_tensors


@dataclass(frozen=True)
class RunFiles:
    """Where the files of a run are; None for what its model does not read.

    Attributes:
        folder: the run's own folder, with its weights.
        encoding_folder: the encoding it was trained on; its vocabulary encodes new texts.
        features_path: cached states of a frozen encoder, which it reads instead of token ids.
        vectors_path: matrix of pretrained vectors of its tokens, those of GloVe or distilled from an encoder.
        encoder_folder: the pretrained encoder that is part of it, that made its states, or whose tokenizer it uses.
        calibration_path: the temperature by which its probabilities are scaled.
    """

    folder: Path
    encoding_folder: Path | None = None
    features_path: Path | None = None
    vectors_path: Path | None = None
    encoder_folder: Path | None = None
    calibration_path: Path | None = None

    @property
    def encoding_path(self) -> Path | None:
        """The encoded documents, which a run that only encodes new texts can do without."""
        return self.encoding_folder and self.encoding_folder / "encoding.arrow"

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each file that a training reads, by the name of its kind."""
        paths = {"encoding": self.encoding_path, "features": self.features_path, "vectors": self.vectors_path}
        if self.encoder_folder is not None:
            paths |= {f"encoder/{name}": self.encoder_folder / name for name in ("config.json", "model.safetensors")}
        return {name: sha256(path) for name, path in paths.items() if path is not None}

    @classmethod
    def from_inputs(cls, folder: Path, inputs: Mapping[str, str]) -> "RunFiles":
        """Return the files of a run from paths by the names that a kind of model uses for its inputs.

        Args:
            folder: of the run.
            inputs: paths of the `encoding`, the `features`, the `glove` or `distilled` vectors, the folder of the
                `encoder` and the `calibration`, those that there are; other names are ignored.
        """
        names = ("encoding", "features", "glove", "distilled", "encoder", "calibration")
        paths = {name: Path(inputs[name]) for name in names if inputs.get(name)}
        return cls(
            folder=Path(folder),
            encoding_folder=paths["encoding"].parent if "encoding" in paths else None,
            features_path=paths.get("features"),
            vectors_path=paths.get("glove", paths.get("distilled")),
            encoder_folder=paths.get("encoder"),
            calibration_path=paths.get("calibration"),
        )


@dataclass(frozen=True)
class Facts:
    """What the settings class of a model states about its kind; the training keeps it for the jobs that follow.

    Attributes:
        learner: how it learns: linear, network, neighbours, kernel, ensemble or prompted.
        uses_torch: whether it predicts with torch.
        holds_encoder: whether a pretrained encoder is part of the network.
        reads_states: whether it learns from the cached states of a frozen encoder.
    """

    learner: str
    uses_torch: bool
    holds_encoder: bool
    reads_states: bool


@dataclass(frozen=True)
class Run:
    """One model with one seed, before or after its training.

    Attributes:
        settings: resolved settings of the model.
        code: digest of the code that decides its numbers.
        labels: class names by index; empty before the training.
        base: folder of the run that this one trains again, on training and validation documents together; None for a
            run of its own, and after the training.
        left_out: ids of the training documents that it does not learn from.
    """

    files: RunFiles
    settings: Mapping[str, Any]
    facts: Facts
    seed: int
    code: str
    labels: Sequence[str] = ()
    base: Path | None = None
    left_out: frozenset[str] = frozenset()

    @property
    def head_alone(self) -> bool:
        """Whether its weights are those of a head on the states of an encoder that never learns."""
        return self.facts.reads_states and not self.facts.holds_encoder

    @property
    def precision(self) -> str:
        """The precision of its training, as the study says it; float32 for what is trained without gradients."""
        return self.settings.get("training", {}).get("precision", "float32")

    @property
    def network_files(self) -> RunFiles:
        """The files that its network is built from: no encoder that only made its tokens or states."""
        return self.files if self.facts.holds_encoder else replace(self.files, encoder_folder=None)


def new_run(folder: Path, inputs: Mapping[str, str], params: Mapping[str, Any], *, seed: int) -> Run:
    """Return a run that is to be trained.

    Args:
        folder: where its files go.
        inputs: as for `RunFiles.from_inputs`; also a file of the run that it trains again, as `base`, or the `winner`
            of a phase that it extends. Its settings follow from these then.
        params: the `settings` of the model, as the study states them; its `facts`, by name as for `Facts`; and `code`,
            the digest of the code that decides its numbers. Other names are ignored.
        seed: of the random numbers.
    """
    settings = params["settings"]
    base = Path(inputs["base"]).parent if inputs.get("base") else None
    if base is not None:
        settings = read_json(base / "settings.json")["settings"]
    elif inputs.get("winner"):
        settings = lay_over(read_json(inputs["winner"])["settings"], settings["changes"])
    files = RunFiles.from_inputs(folder, inputs)
    if settings.get("embeddings", "random") == "random":  # another candidate for the winner may read GloVe
        files = replace(files, vectors_path=None)
    return Run(files, dict(settings), Facts(**params["facts"]), seed=seed, code=params["code"], base=base)


def run_of_job(job: Any) -> Run:
    """Return the run that a job of Snakemake is to train, into the folder of its weights.

    Args:
        job: the `snakemake` of its script, with the inputs and params of `new_run` and the wildcard `seed`.
    """
    return new_run(Path(job.output.weights).parent, job.input, job.params, seed=int(job.wildcards.seed))


def read_run(files: RunFiles) -> Run:
    """Return the run that a training left.

    Raises:
        StudyError: its settings.json is missing, or was written by a version that kept no facts; or the run was trained
            on another encoding than the one that is there.
    """
    path = files.folder / "settings.json"
    found = read_json(path)
    if "facts" not in found:
        raise StudyError(f"{path} does not state what kind of model this is: train the run again with this version.")
    facts = Facts(**found["facts"])
    encoding, trained_on = files.encoding_path, found.get("data", {}).get("encoding")
    if trained_on and encoding and encoding.is_file() and sha256(encoding) != trained_on:
        raise StudyError(
            f"{path} is of a run that was trained on another {encoding} than the one that is there: delete the folder "
            "of the run, and run again."
        )
    return Run(files, found["settings"], facts, seed=found["seed"], code=found["code"], labels=found["labels"])


def write_run(
    run: Run,
    *,
    training: Mapping[str, Any],
    weights: Mapping[str, Any] | None = None,
    history: Sequence[Mapping[str, Any]] = (),
    **identity: Any,
) -> None:
    """Write weights.safetensors, history.json, settings.json and training.json of a trained run.

    Args:
        training: what `training_record` returns.
        weights: arrays or tensors by name; None for a model that has written its own.
        history: one mapping for each epoch.
        identity: what settings.json holds beside the fields of the run.
    """
    folder = run.files.folder
    fields = {"settings": dict(run.settings), "facts": asdict(run.facts), "labels": list(run.labels)}
    if weights is not None:
        write_tensors(folder / "weights.safetensors", weights)
    write_json(folder / "history.json", list(history))
    write_json(folder / "settings.json", {**fields, "seed": run.seed, "code": run.code, **identity})
    write_json(folder / "training.json", dict(training))


def training_record(
    *, parameters: Mapping[str, int], lap: Lap, load_average: Mapping[str, Any], **more: Any
) -> dict[str, Any]:
    """Return the contents of training.json; what `more` leaves out is that of a model trained at once, on the CPU.

    Args:
        parameters: total, trainable and frozen.
        lap: seconds of the clock and of the processors, and joules of the training by counter.
        load_average: at its start and its end, and the number of processors.
        more: best_epoch, device, diagnosis, epoch_seconds, peak_memory_mb and precision where they differ, and
            whatever else this kind of model reports.
    """
    return {
        "best_epoch": None,
        "device": "cpu",
        "diagnosis": [],
        "epoch_seconds": [],
        "peak_memory_mb": peak_memory_mb(),
        "precision": "float32",
        "parameters": dict(parameters),
        "seconds": lap.seconds,
        "cpu_seconds": lap.cpu_seconds,
        "energy_joules": dict(lap.joules),
        "load_average": dict(load_average),
        **more,
    }
