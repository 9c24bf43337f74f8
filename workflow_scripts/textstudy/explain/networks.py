"""Why a network decided so: integrated gradients, and attention where it has any, on the words of a document."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib import import_module

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from textstudy.encode.word_encoder import WordEncoder
from textstudy.encode.wordpieces import WordpieceEncoder
from textstudy.explain.attention import attention_weights, kind_of
from textstudy.explain.gradients import Integral
from textstudy.explain.readings import NgramReader, Reading, WordpieceReader, WordReader
from textstudy.explain.spans import Explained, Span, spread, words_of
from textstudy.runs import Run
from textstudy.storage.files import read_json
from textstudy.train.build import load_whole_network

POINTS = 2  # of the integral of each document that gives top words
SEEN = 3  # a top word occurs in at least so many documents: the mean over fewer is chance


def _on_words(reading: Reading, values: Tensor, words: Sequence[Span]) -> np.ndarray:
    """Return the sum of the tokens' values on each word, (words,)."""
    return spread(reading.spans, values.cpu().double().numpy(), words)


class NetworkExplainer:
    """The explanations of a trained network."""

    method = "integrated gradients"

    def __init__(self, model: nn.Module, reader: Callable[[str], Reading], padding_id: int) -> None:
        self.model, self.reader, self.padding_id = model.eval(), reader, padding_id
        self.device = next(model.parameters()).device

    def explain(self, text: str, target: int) -> Explained:
        """Return what each word adds to the logit of a class, above the mean of all logits: the sum of its subwords."""
        reading = self.reader(text)
        attributions, difference, steps = self._integral(reading, target).integrate()
        last = max(end for _, end in reading.spans)
        words = [word for word in words_of(text) if word[0] < last]
        text = text[: words[-1][1]] if words else text
        return Explained(text, target, words, _on_words(reading, attributions, words), difference, steps)

    def attention(self, explained: Explained) -> np.ndarray | None:
        """Return the attention weight of each word, (words,), the sum of its subwords; None without attention."""
        reading = self.reader(explained.text)
        weights = attention_weights(self.model, reading.batch(self.device))
        return None if weights is None else _on_words(reading, weights, explained.words)

    def top_words(
        self, documents: Sequence[tuple[str, int]], classes: int, count: int
    ) -> list[list[tuple[str, float]]]:
        """Return for each class the words of the largest mean attribution over documents, the largest first.

        A document counts for its predicted class; with two classes for the other one too, with the opposite sign. The
        attributions are rough estimates: many documents at a few points of their integrals show more than a few
        documents at many points.

        Args:
            documents: texts and the index of their predicted class.
            classes: number of classes.
            count: words of a class, those with a positive mean, at most.
        """
        found: list[dict[str, list[float]]] = [defaultdict(list) for _ in range(classes)]
        for text, target in tqdm(documents, desc="top words", unit=" documents", disable=None):
            for word, value in self._sketch(text, target).items():
                found[target][word].append(value)
                if classes == 2:
                    found[1 - target][word].append(-value)
        means = [{word: float(np.mean(v)) for word, v in words.items() if len(v) >= SEEN} for words in found]
        ranked = [sorted(words.items(), key=lambda item: (-item[1], item[0])) for words in means]
        return [[(word, mean) for word, mean in words[:count] if mean > 0] for words in ranked]

    def _sketch(self, text: str, target: int) -> dict[str, float]:
        """Return roughly what each word of a text, in lower case, adds to the logit of a class."""
        reading = self.reader(text)
        drawn = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) / 2**32
        shares = (torch.arange(POINTS, device=self.device) + drawn) / POINTS
        words = words_of(text)
        sums: dict[str, float] = defaultdict(float)
        values = _on_words(reading, self._integral(reading, target).sketch(shares), words)
        last = max(end for _, end in reading.spans)
        for (start, end), value in zip(words, values, strict=True):
            if start < last and any(map(str.isalnum, text[start:end])):
                sums[text[start:end].lower()] += float(value)
        return sums

    def _integral(self, reading: Reading, target: int) -> Integral:
        special = torch.from_numpy(reading.special).to(self.device)
        batch = reading.batch(self.device)
        return Integral(self.model, batch, target, special=special, padding_id=self.padding_id)

    @property
    def attention_is(self) -> str | None:
        """A description of the attention weights; None without attention."""
        kind = kind_of(self.model)
        return None if kind is None else kind[0]


def load_explainer(run: Run) -> NetworkExplainer:
    """Return the explainer of a run's network."""
    files, description = run.files, read_json(run.files.encoding_folder / "encoding.json")
    model = load_whole_network(run)
    if files.encoder_folder is not None:
        reader = WordpieceReader(WordpieceEncoder.load(files.encoding_folder, files.encoder_folder))
    elif description["tokenizer"] == "ngrams":
        # By name: the explanations of other models do not depend on it.
        reader = NgramReader(import_module("textstudy.encode.ngram_encoder").NgramEncoder.of(description))
    else:
        weighted = bool(run.settings.get("tfidf_weighting"))
        reader = WordReader(WordEncoder.load(files.encoding_folder), weighted=weighted)
    return NetworkExplainer(model, reader, description["pad_id"] or 0)  # an encoder without a padding token pads with 0
