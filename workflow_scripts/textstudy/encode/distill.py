"""Static vectors of an encoder's tokens: what it makes of each alone, in fewer dimensions, frequent ones shortened.

The recipe of Model2Vec (Tulkens and van Dongen 2024, https://github.com/MinishLab/model2vec): each token of the
vocabulary passes the encoder between the special tokens of a text; principal components keep most of what differs
(as in Mu and Viswanath 2018, arXiv:1702.01417, the mean goes); and a token of probability p counts a / (a + p), so that
the mean over a text is the smooth inverse frequency embedding of Arora et al. (ICLR 2017).
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from textstudy.encode.encoders import load_encoder, load_tokenizer
from textstudy.encode.features import encoder_states
from textstudy.encode.table import Encoding, read_encoding
from textstudy.errors import StudyError
from textstudy.machine.devices import choose_device
from textstudy.machine.stopwatch import Stopwatch
from textstudy.ragged import Ragged
from textstudy.storage.files import write_json, write_tensors

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

RARE = 1e-3  # the a of Arora et al., who find 1e-4 to 1e-3 good
_AT_ONCE = 100_000  # tokens whose vectors are in memory together
_logger = logging.getLogger(__name__)


def write_distilled(
    encoding_folder: Path | str, encoder_folder: Path | str, path: Path | str, *, name: str, dimension: int
) -> None:
    """Write the `embedding` of an encoding's tokens, (V, dimension) float32, and what it cost, to .json beside it.

    Args:
        encoding_folder: the encoding; frequencies are those of its training documents.
        encoder_folder: the encoder whose tokenizer made it.
        path: of the .safetensors file.
        name: what the study calls the encoder.
        dimension: of the vectors.

    Raises:
        StudyError: the encoder has fewer dimensions.
    """
    encoding = read_encoding(Path(encoding_folder) / "encoding.arrow")
    model, tokenizer = load_encoder(encoder_folder), load_tokenizer(encoder_folder)
    stopwatch = Stopwatch(choose_device())
    outputs = token_outputs(model, tokenizer)
    train = Ragged(encoding.input_ids, encoding.offsets).take(encoding.rows("train"))
    vectors, kept = distill(outputs, train, np.array(tokenizer.all_special_ids, int), dimension=dimension)
    seconds = stopwatch.lap().seconds
    _logger.info("%s: %d tokens in %.0f s, %.1f %% of the variance kept", name, len(vectors), seconds, 100 * kept)
    write_tensors(path, {"embedding": vectors})
    described: dict[str, Any] = {"encoder": name, "tokens": len(vectors), "variance": kept, "seconds": seconds}
    write_json(Path(path).with_suffix(".json"), described)


def token_outputs(model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerBase") -> np.ndarray:
    """Return the mean of an encoder's last states for each token of its vocabulary as a text, (V, hidden) float32."""
    framed = tokenizer.backend_tokenizer.encode("a")
    ids, special = np.array(framed.ids), np.array(framed.special_tokens_mask, bool)
    place, size = int(np.argmin(special)), len(tokenizer)
    texts = np.tile(np.append(ids[:place], [0, *ids[special][place:]]), (size, 1))  # (V, time)
    texts[:, place] = np.arange(size)
    names = np.arange(size).astype(str)
    offsets = np.arange(size + 1) * texts.shape[1]
    encoding = Encoding(names, names, np.zeros(size, np.int32), offsets, texts.ravel().astype(np.int32))
    return encoder_states(model, encoding)["mean"]


def distill(outputs: np.ndarray, documents: Ragged, special: np.ndarray, *, dimension: int) -> tuple[np.ndarray, float]:
    """Return static vectors, (V, dimension) float32, and the share of the variance that they keep.

    The special tokens, which every text has, and padding have zeros. The scale is that at which the means over the
    documents have a root mean square of 1, so that one learning rate suits any encoder.

    Args:
        outputs: (V, hidden) of each token.
        documents: the tokens of the training documents.
        special: ids of the special tokens.
        dimension: of the vectors.

    Raises:
        StudyError: `outputs` has fewer dimensions.
    """
    if dimension > outputs.shape[1]:
        raise StudyError(
            f"The encoder's states have {outputs.shape[1]} dimensions, and embedding_size is {dimension}: lower it."
        )
    real = np.ones(len(outputs), bool)
    real[special] = False
    real[0] = False
    centred = outputs - outputs[real].mean(axis=0, dtype=np.float64)
    variances, axes = np.linalg.eigh(centred[real].T @ centred[real])  # ascending
    axes = axes[:, ::-1][:, :dimension]
    axes *= np.where(axes[np.abs(axes).argmax(axis=0), np.arange(dimension)] < 0, -1, 1)  # one of two equal signs
    counts = np.bincount(documents.values, minlength=len(outputs))
    vectors = centred @ axes * (RARE / (RARE + counts / max(1, counts[real].sum())))[:, None]
    vectors[~real] = 0
    vectors /= _size_of_means(vectors, documents) or 1.0
    return vectors.astype(np.float32), float(variances[::-1][:dimension].sum() / variances.sum())


def _size_of_means(vectors: np.ndarray, documents: Ragged) -> float:
    """Return the root mean square of the mean vectors of documents, each of which has a token at least."""
    total = 0.0
    for _, chunk in documents.chunks(_AT_ONCE):
        means = np.add.reduceat(vectors[chunk.values], chunk.offsets[:-1]) / chunk.lengths[:, None]
        total += float(np.square(means).sum())
    return float(np.sqrt(total / (len(documents) * vectors.shape[1])))
