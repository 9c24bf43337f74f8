"""One optimizer for dense gradients and for sparse ones, which have the rows alone that a batch reads."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn


class DenseAndSparse(torch.optim.Optimizer):
    """Adam for dense gradients and SparseAdam for sparse ones, with the groups and the state of both.

    SparseAdam updates moments and vectors of the rows alone that a batch reads: an n-gram that it does not have costs
    nothing.
    """

    def __init__(self, dense: torch.optim.Optimizer, tables: list[nn.Parameter], **options: Any) -> None:
        self.dense, self.sparse = dense, torch.optim.SparseAdam(tables, **options)
        for group in self.sparse.param_groups:
            group["factor"] = 1.0
        super().__init__([*dense.param_groups, *self.sparse.param_groups], {})
        self._share()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over what a checkpoint has restored."""
        super().__setstate__(state)
        self._share()

    def _share(self) -> None:
        """Let both have the groups and the state that are of this optimizer."""
        count = len(self.dense.param_groups)
        self.dense.param_groups, self.sparse.param_groups = self.param_groups[:count], self.param_groups[count:]
        self.dense.state = self.sparse.state = self.state
        for table in self.sparse.param_groups[0]["params"]:
            if "step" in self.state.get(table, {}):  # a tensor out of a checkpoint, of which powers are less exact
                self.state[table]["step"] = int(self.state[table]["step"])

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:
        """Take a step of both."""
        for part in (self.dense, self.sparse):
            part.step()
