"""Loading a language model from a folder, as encoders are: without network access, foreign code or pickles."""

from pathlib import Path
from typing import TYPE_CHECKING

from textstudy.encode.encoders import load_part
from textstudy.errors import StudyError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def load_language_model(folder: Path | str) -> "PreTrainedModel":
    """Return a decoder or an encoder-decoder in evaluation mode, float32, on the CPU.

    Raises:
        StudyError: weights are missing or do not fit, or are not safetensors; or the model generates no text.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

    offline = {"local_files_only": True, "trust_remote_code": False}
    with load_part(folder, "configuration"):
        configuration = AutoConfig.from_pretrained(str(folder), **offline)
    known = AutoModelForSeq2SeqLM if configuration.is_encoder_decoder else AutoModelForCausalLM
    names = " ".join(configuration.architectures or ())
    if not any(trained in names for trained in ("CausalLM", "LMHead", "ConditionalGeneration")):
        raise StudyError(
            f"{folder} holds {configuration.model_type}, which was not trained to generate text: name a decoder or an "
            "encoder-decoder as language_model."
        )
    with load_part(folder, "weights"):
        model, report = known.from_pretrained(
            str(folder), config=configuration, use_safetensors=True, dtype=torch.float32, output_loading_info=True,
            **offline,
        )  # fmt: skip
    missing = sorted(map(str, {*report["missing_keys"], *report["mismatched_keys"]}))
    if missing:
        raise StudyError(
            f"{folder} lacks weights of its {configuration.model_type} ({', '.join(missing[:3])}): fetch it again."
        )
    return model.eval()
