"""The number of threads of numpy, scikit-learn and torch."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """Limit the threads of numpy and scikit-learn, and of torch if it is imported, inside the `with` block."""
    torch = sys.modules.get("torch")  # a linear model does not import it
    before = torch.get_num_threads() if torch else None
    if torch:
        torch.set_num_threads(count)
    try:
        with threadpool_limits(count):
            yield
    finally:
        if torch:
            torch.set_num_threads(before)
