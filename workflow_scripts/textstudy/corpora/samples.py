"""Stratified samples of a stream of documents. Which documents are drawn does not depend on the order of the stream."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from textstudy.errors import StudyError
from textstudy.storage.tables import SPLITS

# Attribute of a sampled DOCUMENTS table: (official split, label) → all documents of the corpus, drawn or not.
SAMPLED_FROM = "sampled_from"

Document = dict[str, Any]
Entry = tuple[bytes, int, Document]  # rank, place in the stream, document; the lowest ranks are drawn
Strata = dict[tuple[str, str], list[Entry]]  # (official split, label) → entries by rank
Counts = dict[tuple[str, str], int]  # (official split, label) → all documents of the stream, drawn or not


def stratified_sample(
    documents: Iterable[Document], settings: Mapping[str, Any], seen: Counter[tuple[str, str]] | None = None
) -> Iterator[Document]:
    """Yield a sample of the documents, in the order of the stream.

    A document's rank is a hash of the seed and its id. A stratum is one label within one official split; its documents
    with the lowest ranks are drawn. Of each stratum at most twice as many documents as asked for are held in memory.

    Args:
        documents: mappings with at least `id`, `label` and `official_split`.
        settings: `seed`, and either `size` or `parts`; the other one is None. `size` is the number of documents; labels
            and official splits keep their shares. `parts` gives the number of documents for `train`, `validation` and
            `test`. Test is drawn from the official test documents; train and validation are drawn from the official
            training documents and those without an official split. Without official test documents, test is drawn from
            these too. Each part keeps the shares of the labels in the documents it is drawn from, no document is in two
            parts, and the `official_split` of a yielded document is its part.

    Raises:
        StudyError: there are too few documents for the parts.
    """
    parts = settings["parts"]
    size = sum(parts.values()) if parts else settings["size"]
    strata, counts = _lowest_ranks(documents, settings["seed"], size)
    if seen is not None:
        seen.update(counts)
    if parts:
        drawn = _draw_parts(strata, counts, parts)
    else:
        drawn = [entry for stratum, quota in _quotas(counts, size).items() for entry in strata[stratum][:quota]]
    yield from (document for _, _, document in sorted(drawn, key=lambda entry: entry[1]))


def _lowest_ranks(documents: Iterable[Document], seed: int, size: int) -> tuple[Strata, Counts]:
    """Return the `size` entries of each stratum with the lowest ranks, and how many documents each stratum has."""
    strata: Strata = {}
    counts: Counts = {}
    highest: dict[tuple[str, str], bytes] = {}  # rank that a document of a stratum must not exceed to be drawn
    for place, document in enumerate(documents):
        stratum = (document["official_split"], document["label"])
        counts[stratum] = counts.get(stratum, 0) + 1
        rank = blake2b(f"{seed}\0{document['id']}".encode(), digest_size=8).digest()
        if stratum in highest and rank > highest[stratum]:
            continue
        entries = strata.setdefault(stratum, [])
        entries.append((rank, place, document))
        if len(entries) == 2 * size:
            _keep_lowest(entries, size)
            highest[stratum] = entries[-1][0]
    for entries in strata.values():
        _keep_lowest(entries, size)
    return strata, counts


def _keep_lowest(entries: list[Entry], size: int) -> None:
    entries.sort(key=lambda entry: entry[:2])
    del entries[size:]


def _draw_parts(strata: Strata, counts: Counts, parts: Mapping[str, int]) -> list[Entry]:
    training, testing = _Pool(strata, counts, {"train", ""}), _Pool(strata, counts, {"test"})
    return [
        entry
        for part in SPLITS
        for entry in (testing if part == "test" and testing.counts else training).draw(part, parts[part])
    ]


class _Pool:
    """The documents of some official splits, from which one part after another is drawn."""

    def __init__(self, strata: Strata, counts: Counts, splits: set[str]):
        self.entries: dict[str, list[Entry]] = {}  # label → entries by rank
        self.counts: dict[str, int] = {}  # label → documents not drawn yet
        for (split, label), entries in strata.items():
            if split in splits:
                self.entries[label] = sorted(self.entries.get(label, []) + entries, key=lambda entry: entry[:2])
                self.counts[label] = self.counts.get(label, 0) + counts[split, label]

    def draw(self, part: str, size: int) -> list[Entry]:
        """Remove and return `size` documents; labels keep their shares, and `official_split` becomes `part`."""
        left = sum(self.counts.values())
        if left < size:
            raise StudyError(
                f"The setting `sample.parts.{part}` asks for {size} documents, but only {left} are left to draw from: "
                "lower the numbers in `sample.parts`."
            )
        drawn: list[Entry] = []
        for label, quota in _quotas(self.counts, size).items():
            drawn += self.entries[label][:quota]
            del self.entries[label][:quota]
            self.counts[label] -= quota
        return [(rank, place, document | {"official_split": part}) for rank, place, document in drawn]


def _quotas(counts: Mapping[Hashable, int], size: int) -> dict[Hashable, int]:
    """Return stratum → documents to draw: in proportion to `counts`, by largest remainder, ties in sorted order."""
    total = sum(counts.values())
    size = min(size, total)
    quotas = {stratum: size * counts[stratum] // total for stratum in sorted(counts)}
    by_remainder = sorted(quotas, key=lambda stratum: -(size * counts[stratum] % total))
    for stratum in by_remainder[: size - sum(quotas.values())]:
        quotas[stratum] += 1
    return quotas
