"""How many threads numpy, scikit-learn and torch compute with."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """Limit numpy's, scikit-learn's and, where it has been imported, torch's threads for a while."""
    torch = sys.modules.get("torch")  # a linear model never imports it
    before = torch.get_num_threads() if torch else None
    if torch:
        torch.set_num_threads(count)
    try:
        with threadpool_limits(count):
            yield
    finally:
        if torch:
            torch.set_num_threads(before)
