"""States of a frozen encoder, computed once for each document and kept, so that every head on them trains in seconds.

On a CPU each core takes batches of its own with single-threaded arithmetic: cores never wait for each other within an
operation, small batches stay in the cache, and the states do not depend on the number of cores.
"""

import logging
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from pathlib import Path
from threading import Event, Lock
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from textstudy.encode.encoders import load_encoder, load_tokenizer, position_limit, vocabulary_sha256
from textstudy.encode.table import Encoding, read_encoding
from textstudy.encode.windows import Windows
from textstudy.errors import StudyError
from textstudy.fitting import FittingBatches
from textstudy.machine.devices import choose_device, resolve_precision
from textstudy.machine.stopwatch import Stopwatch
from textstudy.machine.transfer import fits, send
from textstudy.padded import Padded
from textstudy.storage.files import read_json, write_json, write_tensors

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_LOGGER = logging.getLogger(__name__)
_FEW = 1000  # documents that need no progress bar: part of somebody else's work
_REPORT_SECONDS = 60  # between two lines of progress in a log
_BATCH_TOKENS = {"cpu": 1024, "mps": 16384, "cuda": 65536}  # padded; what a core's cache, or a GPU, has room for
# Where documents of several lengths share a batch. Where none do, a document has the same bits whatever is beside it; a
# CPU loses a tenth of its speed by that, and less in a large corpus.
_PADDED = {"mps", "cuda"}


def write_features(
    encoding_folder: Path | str, encoder_folder: Path | str, folder: Path | str, *, name: str, precision: str = "auto"
) -> None:
    """Write features.safetensors and features.json to `folder`; `name` is what the study calls the encoder.

    Raises:
        StudyError: the encoding was not made with this encoder's tokenizer.
    """
    encoding = read_encoding(Path(encoding_folder) / "encoding.arrow")
    model = load_encoder(encoder_folder)
    described = read_json(Path(encoding_folder) / "encoding.json")
    if described.get("vocabulary_sha256") != vocabulary_sha256(load_tokenizer(encoder_folder)):
        raise StudyError(f"{encoding_folder} was not encoded with the tokenizer of {encoder_folder}: encode it again.")
    device = choose_device()
    stopwatch = Stopwatch(device)
    states = encoder_states(model, encoding, windows=Windows.of(described), precision=precision)
    lap, tokens = stopwatch.lap(), int(encoding.lengths.sum())
    seconds = lap.seconds
    _LOGGER.info("%s: %d tokens in %.0f s, %.0f tokens/s", name, tokens, seconds, tokens / seconds)
    write_tensors(Path(folder) / "features.safetensors", states)
    description = {
        "encoder": name,
        "parameters": _size(model),
        "pooler_parameters": _size(getattr(model, "pooler", None)),  # no part of a model that pools otherwise
        "precision": resolve_precision(precision, device),
        "device": device.type,
        "threads": torch.get_num_threads(),
        "tokens": tokens,
        "seconds": seconds,
        "energy_joules": lap.joules,
        "tokens_per_second": tokens / seconds,
    }
    write_json(Path(folder) / "features.json", description)


def _size(module: nn.Module | None) -> int:
    return sum(parameter.numel() for parameter in module.parameters()) if module is not None else 0


def encoder_states(
    model: "PreTrainedModel", encoding: Encoding, *, windows: Windows | None = None, precision: str = "auto"
) -> dict[str, np.ndarray]:
    """Return the states of a frozen encoder for every document, float32, rows as in `encoding`.

    `cls` (N, hidden) is the last state of the first token, `mean` (N, hidden) the mean of the last states of all
    tokens, special ones included, and `pooler` (N, hidden) the encoder's pooled output where its checkpoint has one.
    Where documents are read in windows, each window has a row, and `windows` (N + 1,) says where documents begin.

    Args:
        model: moved to the GPU if there is one.
        windows: of the encoding; None, as one for each document, reads it at once.
        precision: of the arithmetic; auto: what the device is fastest in.

    Raises:
        StudyError: the encoding does not fit the encoder, or the device cannot compute in this precision.
    """
    offsets, documents, what = encoding.offsets, None, "documents"
    if windows is not None and windows.maximum > 1:
        (offsets, documents), what = windows.offsets(encoding.offsets), "windows"
    lengths = np.diff(offsets)
    _check_fit(model, encoding, lengths)
    device = choose_device()
    precision = resolve_precision(precision, device)
    cast = None if precision == "float32" else getattr(torch, precision)
    model.to(device).eval()
    names = ["cls", "mean"] + (["pooler"] if getattr(model, "pooler", None) is not None else [])
    states = {name: np.empty((len(lengths), model.config.hidden_size), np.float32) for name in names}
    batches = FittingBatches(lengths, tokens=_BATCH_TOKENS[device.type], padded=device.type in _PADDED)
    tokens = torch.from_numpy(np.array(encoding.input_ids))  # a copy: torch needs writable memory
    if fits([tokens], device):
        tokens = tokens.to(device)
    stop, lock, no_bar = Event(), Lock(), len(lengths) <= _FEW or None
    done, reported = 0, perf_counter()
    threads = torch.get_num_threads()
    workers = min(threads, len(batches)) if device.type == "cpu" else 1

    def compute(rows: np.ndarray) -> dict[str, Tensor]:
        return _batch_states(model, tokens, offsets[rows], lengths[rows])

    def work() -> None:
        nonlocal done, reported
        if device.type == "cpu":
            torch.set_num_threads(1)  # of this worker
        # Entered once per worker: autocast keeps the weights it has cast for as long as it is entered.
        with torch.inference_mode(), torch.autocast(device.type, cast) if cast else nullcontext():
            for rows, found in batches.each(compute):
                for name, values in found.items():
                    states[name][rows] = values.float().cpu().numpy()
                with lock:
                    progress.update(int(lengths[rows].sum()))
                    done += len(rows)
                    if perf_counter() - reported > _REPORT_SECONDS:
                        reported = perf_counter()
                        _LOGGER.info("%d of %d %s, longest first", done, len(lengths), what)
                if stop.is_set():
                    return

    with (
        tqdm(total=int(lengths.sum()), desc="encode", unit=" tokens", disable=no_bar) as progress,
        ThreadPoolExecutor(max(1, workers)) as pool,
    ):
        try:
            for future in as_completed([pool.submit(work) for _ in range(workers)]):
                future.result()
        finally:
            stop.set()  # after an error or an interruption, the other workers end with their present batch
            torch.set_num_threads(threads)
    return states if documents is None else states | {"windows": documents}


def _check_fit(model: "PreTrainedModel", encoding: Encoding, lengths: np.ndarray) -> None:
    if not len(encoding):
        raise StudyError("the encoding has no documents: check the preparation.")
    limit, longest = position_limit(model.config), int(lengths.max())
    if limit is not None and longest > limit:
        raise StudyError(f"a document has {longest} tokens, the encoder {limit} positions: lower maximum_length.")
    largest = int(encoding.input_ids.max())
    if largest >= model.config.vocab_size:
        raise StudyError(
            f"the encoding has the token id {largest}, the encoder only {model.config.vocab_size}:"
            " encode the documents with this encoder's tokenizer."
        )


def _batch_states(
    model: "PreTrainedModel", tokens: Tensor, starts: np.ndarray, lengths: np.ndarray
) -> dict[str, Tensor]:
    padded = Padded.of(starts, lengths, tokens.device)
    input_ids = send(padded.take(tokens, filler=model.config.pad_token_id or 0).long(), model.device)
    mask = send(~padded.padding, model.device)  # (batch, time)
    output = model(input_ids=input_ids, attention_mask=mask.long())
    last = output.last_hidden_state.float()  # (batch, time, hidden)
    total = (last * mask.unsqueeze(-1)).sum(dim=1)
    states = {"cls": last[:, 0], "mean": total / mask.sum(dim=1, keepdim=True)}
    if getattr(model, "pooler", None) is not None:
        states["pooler"] = output.pooler_output
    return states
