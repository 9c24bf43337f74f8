"""A stratified sample of documents, drawn while they stream past; the order they come in does not matter."""

import heapq
from collections.abc import Hashable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from textstudy.errors import StudyError

Document = dict[str, Any]


def stratified_sample(documents: Iterable[Document], settings: Mapping[str, Any]) -> Iterator[Document]:
    """Yield `size` of the documents, as they came, with labels and official splits in the shares of the whole.

    A document is drawn by the hash of `seed` and its id (bottom-k sampling), so the same documents come out whatever
    the order they are read in. At most `size` documents per stratum are held in memory.

    Args:
        documents: mappings with at least `id`, `label` and `official_split`.
        settings: `size` (documents) and `seed`.

    Raises:
        StudyError: `size` is not a positive whole number.
    """
    size, seed = settings.get("size"), settings.get("seed", 0)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise StudyError(f"sample size {size!r} is not a positive whole number: state how many documents to draw.")
    strata: dict[Hashable, list[tuple[int, int, Document]]] = {}
    counts: dict[Hashable, int] = {}
    for position, document in enumerate(documents):
        stratum = (document["official_split"], document["label"])
        kept = strata.setdefault(stratum, [])
        counts[stratum] = counts.get(stratum, 0) + 1
        entry = (-_rank(seed, document["id"]), -position, document)  # a heap's root is then the first to give way
        if len(kept) < size:
            heapq.heappush(kept, entry)
        elif entry[:2] > kept[0][:2]:
            heapq.heapreplace(kept, entry)
    drawn = []
    for stratum, quota in _quotas(counts, size).items():
        drawn += heapq.nlargest(quota, strata[stratum], key=lambda entry: entry[:2])
    yield from (document for _, _, document in sorted(drawn, key=lambda entry: -entry[1]))


def _rank(seed: int, identifier: str) -> int:
    return int.from_bytes(blake2b(f"{seed}\0{identifier}".encode(), digest_size=8).digest())


def _quotas(counts: Mapping[Hashable, int], size: int) -> dict[Hashable, int]:
    """Share out `size` over the strata in proportion, by largest remainder; ties go to the first in order."""
    total = sum(counts.values())
    size = min(size, total)
    quotas = {stratum: size * counts[stratum] // total for stratum in sorted(counts)}
    by_remainder = sorted(quotas, key=lambda stratum: -(size * counts[stratum] % total))
    for stratum in by_remainder[: size - sum(quotas.values())]:
        quotas[stratum] += 1
    return quotas
