"""A stratified sample of documents, drawn while they stream past; the order they come in does not matter."""

import heapq
from collections.abc import Hashable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from textstudy.errors import StudyError
from textstudy.storage.tables import SPLITS

Document = dict[str, Any]
Strata = dict[tuple[str, str], list["Entry"]]  # by official split and label
Counts = dict[tuple[str, str], int]
Entry = tuple[int, int, Document]  # rank and position, both negative, so that a heap's root is the first to give way


def stratified_sample(documents: Iterable[Document], settings: Mapping[str, Any]) -> Iterator[Document]:
    """Yield a sample of the documents, as they came.

    A document is drawn by the hash of `seed` and its id (bottom-k sampling), so the same documents come out whatever
    the order they are read in. At most as many documents as asked for are held in memory per stratum, which is a label
    within an official split.

    Args:
        documents: mappings with at least `id`, `label` and `official_split`.
        settings: `seed`, and one of two ways to say how many: `size`, documents with labels and official splits in the
            shares of the whole, or `parts`, the documents of `train`, `validation` and `test`, each with the labels in
            the shares of what it is drawn from. Test is drawn from the official test documents, train and validation
            from the official training documents and those without an official split; where there is no official test
            part, test is drawn from them as well. No document is in two parts, and `official_split` of what is yielded
            names the part.

    Raises:
        StudyError: a number of documents is not a positive whole number, or there are too few for the parts.
    """
    seed, parts = settings.get("seed", 0), settings.get("parts")
    if parts:
        wanted = {part: _positive(parts.get(part), f"sample part {part!r}") for part in SPLITS}
        strata, counts = _strata(documents, seed, sum(wanted.values()))
        training = _Pool(strata, counts, {"train", ""})
        testing = _Pool(strata, counts, {"test"})
        drawn = [
            entry
            for part, size in wanted.items()
            for entry in (testing if part == "test" and testing.counts else training).take(part, size)
        ]
    else:
        size = _positive(settings.get("size"), "sample size")
        strata, counts = _strata(documents, seed, size)
        drawn = [entry for stratum, quota in _quotas(counts, size).items() for entry in _best(strata[stratum], quota)]
    yield from (document for _, _, document in sorted(drawn, key=lambda entry: -entry[1]))


def _positive(number: Any, what: str) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise StudyError(f"{what} {number!r} is not a positive whole number: state how many documents to draw.")
    return number


def _strata(documents: Iterable[Document], seed: int, size: int) -> tuple[Strata, Counts]:
    """Return the first `size` documents of each stratum in the order of their hashes, and how many there are in all."""
    strata: Strata = {}
    counts: Counts = {}
    for position, document in enumerate(documents):
        stratum = (document["official_split"], document["label"])
        kept = strata.setdefault(stratum, [])
        counts[stratum] = counts.get(stratum, 0) + 1
        entry = (-_rank(seed, document["id"]), -position, document)
        if len(kept) < size:
            heapq.heappush(kept, entry)
        elif entry[:2] > kept[0][:2]:
            heapq.heapreplace(kept, entry)
    return strata, counts


class _Pool:
    """Documents of some official splits, from which parts are taken one after the other."""

    def __init__(self, strata: Strata, counts: Counts, splits: set[str]):
        self.entries: dict[str, list[Entry]] = {}
        self.counts: dict[str, int] = {}
        for (split, label), entries in strata.items():
            if split in splits:
                self.entries.setdefault(label, []).extend(entries)
                self.counts[label] = self.counts.get(label, 0) + counts[split, label]

    def take(self, part: str, size: int) -> list[Entry]:
        """Remove and return `size` documents, labels in the shares of what is left; they now belong to `part`."""
        if sum(self.counts.values()) < size:
            raise StudyError(
                f"sample parts ask for {size} documents of {part}, and {sum(self.counts.values())} are left to draw "
                "from: ask for fewer."
            )
        taken = []
        for label, quota in _quotas(self.counts, size).items():
            best = _best(self.entries[label], quota)
            self.entries[label] = [entry for entry in self.entries[label] if not best or entry[:2] < best[-1][:2]]
            self.counts[label] -= quota
            taken += [(rank, position, document | {"official_split": part}) for rank, position, document in best]
        return taken


def _best(entries: list[Entry], quota: int) -> list[Entry]:
    return heapq.nlargest(quota, entries, key=lambda entry: entry[:2])


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
