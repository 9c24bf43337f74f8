"""How probable a language model finds each label after a prompt: classification without training.

The score of a label is the mean log-probability of its tokens, so that long labels are not behind (as in Brown et al.
2020, arXiv:2005.14165, section 2.4). A decoder reads a prompt once for all labels: they stand side by side after it,
each sees the prompt and itself alone, and each is counted from the same position. What all prompts begin with, the
instruction and the examples, it reads once for all of them.
"""

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

TOLERANCE = 1e-3  # between scores of labels side by side and one by one, in nats for a token
Tokens = Sequence[int]


class LabelLikelihood(nn.Module):
    """A language model, and the labels that it is to compare.

    Attributes:
        labels: the tokens of each label.
        side_by_side: whether labels share a pass; not with a decoder whose attention takes no mask of ours.
    """

    def __init__(self, language_model: nn.Module, labels: Sequence[Tokens]) -> None:
        super().__init__()
        self.language_model, self.labels = language_model, [list(label) for label in labels]
        self.is_decoder = not language_model.config.is_encoder_decoder
        self.side_by_side = self.is_decoder
        self._kept: tuple[Tokens, Any] = ((), None)  # the beginning that the last prompts shared, and its states

    def forward(self, prompts: Sequence[Tokens], beginning: int = 0) -> Tensor:
        """Return the mean log-probability of each label's tokens after each prompt, (prompts, classes) float32.

        Args:
            prompts: tokens of each prompt.
            beginning: how many of these all prompts begin with; each has at least one more.
        """
        if not self.is_decoder:
            return self._score_with_encoder(prompts)
        return self._score_side_by_side(prompts, beginning) if self.side_by_side else self.score_one_by_one(prompts)

    def check(self, prompt: Tokens) -> bool:
        """Return whether labels may share a pass; where that gives other scores for this prompt, they do not."""
        if self.is_decoder:
            try:
                found = self._score_side_by_side([prompt], len(prompt) // 2)
                self.side_by_side = bool((found - self.score_one_by_one([prompt])).abs().max() < TOLERANCE)
            except (TypeError, ValueError, RuntimeError, AttributeError, IndexError, NotImplementedError):
                self.side_by_side = False  # a state that cannot be shared, or no such mask
        return self.side_by_side

    def score_one_by_one(self, prompts: Sequence[Tokens]) -> Tensor:
        """Return what `forward` does, by one pass for each prompt with each label: the definition of the score."""
        rows = []
        for prompt in prompts:
            scores = []
            for label in self.labels:
                ids = self._tensor([[*prompt, *label]])  # (1, time)
                logits = self.language_model(ids).logits[0, len(prompt) - 1 : -1]  # (label, vocabulary)
                scores.append(_chosen(logits, ids[0, len(prompt) :]).mean())
            rows.append(torch.stack(scores))
        return torch.stack(rows)

    def _score_side_by_side(self, prompts: Sequence[Tokens], beginning: int) -> Tensor:
        states = copy.deepcopy(self._states_of(tuple(prompts[0][:beginning]))) if beginning else None
        if states is not None:
            states.batch_repeat_interleave(len(prompts))
        tails = [list(prompt[beginning:]) for prompt in prompts]
        longest, flat = max(map(len, tails)), [token for label in self.labels for token in label]
        padding = [longest - len(tail) for tail in tails]
        ids = self._tensor([[0] * pad + tail + flat for pad, tail in zip(padding, tails, strict=True)])
        places = [step for label in self.labels for step in range(len(label))]  # of each token in its label
        ends = [beginning + len(tail) for tail in tails]
        positions = [
            [0] * pad + list(range(beginning, end)) + [end + place for place in places]
            for pad, end in zip(padding, ends, strict=True)
        ]
        logits = self.language_model(
            ids,
            attention_mask=self._mask(beginning, longest, padding),
            position_ids=self._tensor(positions),
            past_key_values=states,
            use_cache=states is not None,
            logits_to_keep=len(flat) + 1,
        ).logits  # (prompts, 1 + tokens of all labels, vocabulary)
        scores, start = [], 0
        for label in self.labels:
            # The first token follows on the prompt, each other one on that before it.
            after = [0, *range(start + 1, start + len(label))]
            chosen = _chosen(logits[:, after], self._tensor([label] * len(prompts)))  # (prompts, label)
            scores.append(chosen.mean(dim=1))
            start += len(label)
        return torch.stack(scores, dim=1)

    def _mask(self, beginning: int, longest: int, padding: Sequence[int]) -> Tensor:
        """Return what to add to the attention, (prompts, 1, new tokens, all tokens): 0 for what is seen."""
        flat = sum(map(len, self.labels))
        new, device = longest + flat, self._device
        seen = torch.ones(new, new, dtype=torch.bool, device=device).tril()
        seen[longest:, longest:] = False
        start = longest
        for label in self.labels:
            seen[start : start + len(label), start : start + len(label)].fill_(True).tril_()
            start += len(label)
        seen = torch.cat([torch.ones(new, beginning, dtype=torch.bool, device=device), seen], dim=1)
        seen = seen.repeat(len(padding), 1, 1)  # (prompts, new, all)
        for row, pad in enumerate(padding):
            seen[row, pad:, beginning : beginning + pad] = False  # a row of padding sees itself: none may see nothing
        dtype = next(self.language_model.parameters()).dtype
        return torch.zeros(seen.shape, dtype=dtype, device=device).masked_fill(~seen, torch.finfo(dtype).min)[:, None]

    def _states_of(self, beginning: Tokens) -> Any:
        """Return the keys and values of what all prompts begin with; those of the last beginning are kept."""
        kept, states = self._kept
        if kept != beginning:
            output = self.language_model(self._tensor([beginning]), use_cache=True, logits_to_keep=1)
            states = output.past_key_values
            self._kept = beginning, states
        return states

    def _score_with_encoder(self, prompts: Sequence[Tokens]) -> Tensor:
        """Return the scores of an encoder-decoder: it encodes each prompt once, and its decoder reads each label."""
        longest, classes = max(map(len, prompts)), len(self.labels)
        ids = self._tensor([[*prompt, *[0] * (longest - len(prompt))] for prompt in prompts])  # (prompts, time)
        lengths = self._tensor([[len(prompt)] for prompt in prompts])
        mask = (torch.arange(longest, device=self._device) < lengths).long()
        states = self.language_model.get_encoder()(input_ids=ids, attention_mask=mask).last_hidden_state
        size = max(map(len, self.labels))
        labels = self._tensor([[*label, *[-100] * (size - len(label))] for label in self.labels])  # (classes, label)
        labels = labels.repeat(len(prompts), 1)  # (prompts × classes, label)
        logits = self.language_model(
            encoder_outputs=(states.repeat_interleave(classes, dim=0),),
            attention_mask=mask.repeat_interleave(classes, dim=0),
            decoder_input_ids=self.language_model.prepare_decoder_input_ids_from_labels(labels),
        ).logits  # (prompts × classes, label, vocabulary)
        real = labels != -100
        chosen = _chosen(logits, labels.clamp(min=0)).masked_fill(~real, 0.0)
        return (chosen.sum(dim=1) / real.sum(dim=1)).view(len(prompts), classes)

    def _tensor(self, rows: Sequence[Tokens]) -> Tensor:
        return torch.tensor(rows, dtype=torch.int64, device=self._device)

    @property
    def _device(self) -> torch.device:
        return next(self.language_model.parameters()).device


def _chosen(logits: Tensor, tokens: Tensor) -> Tensor:
    """Return the log-probability of each token, (…, time) float32, from logits (…, time, vocabulary)."""
    return logits.float().log_softmax(dim=-1).gather(-1, tokens[..., None]).squeeze(-1)
