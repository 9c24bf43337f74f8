"""The similarity of two texts, computed the plain way."""

from textstudy.prepare.shingles import shingles


def jaccard(first: str, second: str) -> float:
    """Return the number of shingles that both texts have, divided by the number that either has; 0 without any."""
    one, other = shingles(first), shingles(second)
    return len(one & other) / len(one | other) if one or other else 0.0
