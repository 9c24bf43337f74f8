"""Batches for the tests of networks with an encoder inside."""

import torch

KINDS = ["bert", "distilbert", "electra", "roberta_published"]
LENGTHS = torch.tensor([9, 3, 1, 6])


def make_batch(surplus=2):
    """Documents of `LENGTHS`, padded with 0 to more than the longest."""
    torch.manual_seed(1)
    input_ids = torch.randint(5, 90, (len(LENGTHS), int(LENGTHS.max()) + surplus))
    real = torch.arange(input_ids.shape[1]) < LENGTHS.unsqueeze(1)
    return {"input_ids": input_ids * real, "lengths": LENGTHS}
