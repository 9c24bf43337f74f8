"""Predictions of a network for many documents, in their own order."""

from itertools import chain

import numpy as np
import torch
from torch import Tensor, nn

from textstudy.batching import longest_first
from textstudy.train.documents import Documents

EVALUATION_TOKENS = 16_384  # padded tokens per batch: without gradients larger batches fit, and they are faster


@torch.inference_mode()
def predict_logits(model: nn.Module, documents: Documents) -> Tensor:
    """Return the logits of every document, (documents, classes) float32 on the CPU; the model ends in its old mode."""
    device = next(chain(model.parameters(), model.buffers())).device  # a vote of neighbours has no parameters
    documents = documents.to(device)
    was_training = model.training
    model.eval()
    batches = longest_first(documents.lengths, tokens=EVALUATION_TOKENS)
    outputs = [model(**documents.batch(rows)).float().cpu() for rows in batches]
    model.train(was_training)
    logits = torch.empty(len(documents), outputs[0].shape[1])  # (documents, classes)
    logits[torch.from_numpy(np.concatenate(batches))] = torch.cat(outputs)
    return logits


def predict(model: nn.Module, documents: Documents) -> np.ndarray:
    """Return the probability of every class for every document, (documents, classes) float32."""
    return predict_logits(model, documents).softmax(dim=1).numpy()
