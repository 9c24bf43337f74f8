"""What a language model that runs here says of texts: the probability of each label after the prompt."""

import logging
import sys
from collections.abc import Sequence
from os.path import commonprefix
from typing import TYPE_CHECKING

import numpy as np
import torch
from tqdm import tqdm

from textstudy.encode.encoders import load_tokenizer, position_limit
from textstudy.encode.language_models import load_language_model
from textstudy.errors import StudyError
from textstudy.evaluate.prompted import Ask
from textstudy.fitting import FittingBatches
from textstudy.machine.devices import choose_device
from textstudy.models.prompted import LabelLikelihood
from textstudy.prompts.answers import Reading
from textstudy.prompts.prompt import Prompt, shorten
from textstudy.runs import Run

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

BATCH_TOKENS = 4096  # of prompts and labels in one pass
logger = logging.getLogger(__name__)


def load_asker(run: Run) -> Ask:
    """Return a function from texts to what the language model of a run says of each."""
    prompt, folder = Prompt.read(run.files.folder), run.files.encoder_folder
    tokenizer, language_model = load_tokenizer(folder), load_language_model(folder)
    configuration = language_model.config
    labels = label_tokens(tokenizer, prompt, is_decoder=not configuration.is_encoder_decoder)
    scorer = LabelLikelihood(language_model, labels).to(choose_device())
    limits = (position_limit(configuration), getattr(configuration, "sliding_window", None))
    limit = min((each for each in limits if each), default=sys.maxsize) - max(map(len, labels)) * scorer.is_decoder
    first, second = (tokenizer(prompt.fill(text))["input_ids"] for text in ("a", "0"))
    with torch.inference_mode():
        if not scorer.check(first) and scorer.is_decoder:
            logger.warning("%s cannot read labels side by side: each has a pass of its own, which takes longer", folder)
    beginning = commonprefix([first, second])

    def ask(texts: Sequence[str]) -> list[Reading]:
        fitted = [fit_prompt(tokenizer, prompt, text, limit) for text in texts]
        prompts = [ids for ids, _ in fitted]
        shared = len(commonprefix([beginning, *(ids[:-1] for ids in prompts)]))
        scores = np.empty((len(texts), len(labels)), np.float32)
        # The states of the beginning take no arithmetic, but memory for each prompt of a batch.
        lengths = np.array([len(ids) - shared + shared // 4 for ids in prompts], np.int64) + sum(map(len, labels))
        batches = FittingBatches(lengths, tokens=BATCH_TOKENS)
        with torch.inference_mode(), tqdm(total=len(texts), desc="ask", unit=" texts", disable=None) as progress:
            for rows, found in batches.each(lambda rows: scorer([prompts[row] for row in rows], shared).cpu()):
                scores[rows] = found.softmax(dim=1).numpy()
                progress.update(len(rows))
        return [
            Reading(row, int(row.argmax()), "likelihood", cut, tokens=(len(ids), 0))
            for row, (ids, cut) in zip(scores, fitted, strict=True)
        ]

    return ask


def label_tokens(tokenizer: "PreTrainedTokenizerBase", prompt: Prompt, *, is_decoder: bool) -> list[list[int]]:
    """Return the tokens of each label: those that follow on a prompt, or of an encoder-decoder's whole answer."""
    if not is_decoder:
        return [tokenizer(text_target=label)["input_ids"] for label in prompt.labels]
    asked = prompt.fill("a")
    before = tokenizer(asked, add_special_tokens=False)["input_ids"]
    found = []
    for label in prompt.labels:
        whole = tokenizer(asked + prompt.gap + label, add_special_tokens=False)["input_ids"]
        follows = whole[: len(before)] == before
        alone = tokenizer(prompt.gap + label, add_special_tokens=False)["input_ids"]
        found.append(whole[len(before) :] if follows else alone)
    return found


def fit_prompt(tokenizer: "PreTrainedTokenizerBase", prompt: Prompt, text: str, limit: int) -> tuple[list[int], bool]:
    """Return the tokens of the prompt for a text, and whether the text was cut: at the end, as far as it must be.

    Raises:
        StudyError: the language model has no room for the prompt without a text.
    """
    ids, cut = tokenizer(prompt.fill(text))["input_ids"], prompt.cuts(text)
    shown, alone = shorten(text, prompt.longest), len(tokenizer(prompt.fill(""))["input_ids"])
    if alone > limit:
        raise StudyError(
            f"The prompt without a text has {alone} tokens, and the language model reads {limit}: set examples or "
            "example_characters lower."
        )
    while len(ids) > limit:
        # As if all characters had equally many tokens; and one less each time at least.
        share = (limit - alone) / (len(ids) - alone)
        shown = shown[: min(len(shown) - 1, int(len(shown) * share))]
        ids, cut = tokenizer(prompt.fill(shown))["input_ids"], True
    return ids, cut
