"""Loading a pretrained encoder from a folder, without network access, foreign code, pickles or missing weights."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from textstudy.errors import StudyError

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

# These count positions from the padding id, like fairseq, so their first `pad_token_id + 1` positions are never used.
_OFFSET_POSITIONS = {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "roberta-prelayernorm", "ibert"}


def load_tokenizer(folder: Path | str) -> "PreTrainedTokenizerBase":
    """Return the fast tokenizer of an encoder, without the truncation and padding that its file may set.

    A special token that is spelled out in a text ("[SEP]") is split like other words, so a text cannot forge one.

    Raises:
        StudyError: the folder has no fast tokenizer.
    """
    from transformers import AutoTokenizer

    with load_part(folder, "tokenizer"):
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    if not tokenizer.is_fast:
        raise StudyError(f"{folder} has no fast tokenizer: add its tokenizer.json, or choose another encoder.")
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.split_special_tokens = tokenizer.backend_tokenizer.encode_special_tokens = True
    return tokenizer


def vocabulary_sha256(tokenizer: "PreTrainedTokenizerBase") -> str:
    """Return a digest of a tokenizer's words and their ids, for checking that ids were made by this tokenizer."""
    return hashlib.sha256(json.dumps(tokenizer.get_vocab(), sort_keys=True).encode()).hexdigest()


def load_configuration(folder: Path | str) -> "PretrainedConfig":
    """Return the configuration of an encoder.

    Raises:
        StudyError: the folder has no configuration that is known without running code from the folder.
    """
    from transformers import AutoConfig

    with load_part(folder, "configuration"):
        configuration = AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    if configuration.is_encoder_decoder:
        raise StudyError(
            f"{folder} holds an encoder-decoder ({configuration.model_type}): choose an encoder such as BERT."
        )
    return configuration


def load_encoder(folder: Path | str, *, attention_dropout: float | None = None) -> "PreTrainedModel":
    """Return the encoder in evaluation mode, float32, on the CPU, with PyTorch's fused attention if it supports it.

    The pooler is removed if the checkpoint has no weights for it, instead of getting random ones.

    Args:
        attention_dropout: dropout of the attention weights in training; None for that of the checkpoint.

    Raises:
        StudyError: weights other than the pooler's are missing or do not fit, or are not safetensors.
    """
    import torch
    from transformers import AutoModel

    from textstudy.models.attention_blocks import use_blocks

    configuration = load_configuration(folder)
    if attention_dropout is not None:
        for name in ("attention_probs_dropout_prob", "attention_dropout"):  # of BERT; of DistilBERT and ModernBERT
            if hasattr(configuration, name):
                setattr(configuration, name, attention_dropout)
    with load_part(folder, "weights"):
        model, report = AutoModel.from_pretrained(
            str(folder),
            config=configuration,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
    missing = {name for name in report["missing_keys"] if not name.startswith("pooler.")} | set(
        report["mismatched_keys"]
    )
    if missing:
        some = ", ".join(sorted(map(str, missing))[:3])
        raise StudyError(f"{folder} lacks weights of its {configuration.model_type} encoder ({some}): fetch it again.")
    if report["missing_keys"]:
        model.pooler = None
    if model.config._attn_implementation == "sdpa":
        use_blocks(model)
    return model.eval()


def position_limit(configuration: "PretrainedConfig") -> int | None:
    """Return the largest number of tokens, with special ones, that the encoder can read; None if there is no limit."""
    limit = getattr(configuration, "max_position_embeddings", None)
    if limit is not None and configuration.model_type in _OFFSET_POSITIONS:
        limit -= configuration.pad_token_id + 1
    return limit


@contextmanager
def load_part(folder: Path | str, part: str) -> Iterator[None]:
    """Turn the library's errors into one sentence, and hide its progress bars and notices."""
    from safetensors import SafetensorError
    from transformers.utils import logging

    if not (Path(folder) / "config.json").is_file():  # without it, the library looks for the name on the hub
        raise StudyError(f"{folder} is not an encoder's folder (no config.json): fetch the encoder, or name another.")
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise StudyError(
            f"The {part} of the encoder in {folder} cannot be loaded ({reason}): fetch it again."
        ) from error
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
