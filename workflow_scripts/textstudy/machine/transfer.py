"""Tensors on their way to a GPU, which goes on computing meanwhile."""

import torch
from torch import Tensor

CORPUS_SHARE = 4  # a corpus stays on the GPU if it takes at most this part of the free memory: 1/4


def send(tensor: Tensor, device: torch.device | str) -> Tensor:
    """Return the tensor on `device`.

    An ordinary copy to a GPU waits until the GPU has done all before it. A copy from page-locked memory waits in line.
    """
    device = torch.device(device)
    if device.type == "cuda" and tensor.device.type == "cpu":
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)


def fits(tensors: list[Tensor], device: torch.device) -> bool:
    """Return whether tensors may stay on `device`: with room for the network, its gradients and its batches."""
    if device.type != "cuda":
        return True
    return sum(tensor.nbytes for tensor in tensors) * CORPUS_SHARE <= torch.cuda.mem_get_info(device)[0]
