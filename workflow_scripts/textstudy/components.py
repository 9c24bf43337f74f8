"""What is connected, directly or through others."""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components


def components(first: np.ndarray, second: np.ndarray, size: int) -> np.ndarray:
    """Return the number of the component of each of `size` nodes, (size,) int64.

    Args:
        first, second: (edges,) int, the two nodes that each edge connects.
        size: number of nodes.
    """
    graph = sparse.coo_array((np.ones(len(first), np.int8), (first, second)), shape=(size, size))
    return connected_components(graph, directed=False)[1].astype(np.int64)
