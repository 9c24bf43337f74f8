"""Predictions of a network for many documents, in their own order."""

from itertools import chain

import numpy as np
import torch
from torch import Tensor, nn

from textstudy.fitting import FittingBatches
from textstudy.machine.devices import resolve_precision
from textstudy.train.documents import Documents
from textstudy.train.precision import Precision

# Padded tokens per batch. Without gradients larger batches fit, which a GPU needs; on a CPU they leave the cache.
EVALUATION_TOKENS = {"cpu": 4096, "mps": 16_384, "cuda": 16_384}


def arithmetic(precision: str, device: torch.device) -> str:
    """Return how a device predicts: in the `precision` of the training where that is fast, else in float32.

    An NVIDIA or AMD GPU is fast in each precision, other devices in the one that `auto` means there.
    """
    wanted = resolve_precision(precision, device)
    return wanted if device.type == "cuda" or wanted == resolve_precision("auto", device) else "float32"


@torch.inference_mode()
def predict_logits(model: nn.Module, documents: Documents, *, precision: str = "float32") -> Tensor:
    """Return the logits of every document, (documents, classes) float32 on the CPU; the model ends in its old mode.

    Args:
        precision: of the training, for `arithmetic`.
    """
    device = next(chain(model.parameters(), model.buffers())).device  # a vote of neighbours has no parameters
    documents = documents.to(device)
    was_training = model.training
    model.eval()
    batches = FittingBatches(documents.lengths, tokens=EVALUATION_TOKENS[device.type])
    with Precision(arithmetic(precision, device), device).autocast():
        found = list(batches.each(lambda rows: model(**documents.batch(rows)).float()))
    model.train(was_training)
    outputs = torch.cat([output for _, output in found]).cpu()  # at the end, because it waits for the GPU
    logits = torch.empty_like(outputs)  # (documents, classes)
    logits[torch.from_numpy(np.concatenate([rows for rows, _ in found]))] = outputs
    return logits


def predict(model: nn.Module, documents: Documents, *, precision: str = "float32") -> np.ndarray:
    """Return the probability of every class for every document, (documents, classes) float32."""
    return predict_logits(model, documents, precision=precision).softmax(dim=1).numpy()
