"""Warnings about what a preparation takes away: classes that are lost, many documents dropped, most words taken."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Share of all documents, or of those of a class, from which a step is questioned. Duplicates may be many in a sound
# corpus, and a sample is small on purpose, so these are questioned later or only if a class is lost.
DOCUMENTS_DROPPED = {"clean": 0.05, "deduplicate": 0.5}
FEWEST_DROPPED = 5  # documents; a small class loses 5 % by chance
WORDS_TAKEN = 0.5  # share of the words before a step of cleaning, of all documents or of a class
NAMED = 5  # classes named in one sentence
LONGEST_LABEL = 60  # characters of a label in a sentence

ADVICE = {
    "clean.headers": "If these are no headers of messages, set clean.headers to false.",
    "clean.blocks": "If these are no encoded data, set clean.blocks to false.",
    "clean.signatures": "If these are no signatures, set clean.signatures to false.",
    "clean.quotes": "If these are no quotations, set clean.quotes to false.",
    "clean.content_words": "To keep all words, set clean.content_words to false.",
    "clean.minimum_characters": "To keep short texts, lower clean.minimum_characters.",
    "clean.maximum_words": "To keep more of long texts, raise clean.maximum_words.",
    "corpus.sample": "Draw a larger sample.",
}
_LOOK = {"deduplicate": "Look at duplicates.parquet in the folder of the preparation."}

Line = Mapping[str, Any]


def loss_warnings(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return what is to be questioned in ledger lines that follow on one another.

    Returns:
        Warnings with `kind` ("class lost", "documents dropped" or "words taken"), `step` and `setting` of the line,
        its number `line`, `labels`, the classes that it is about (empty if it is about all), `documents`, the number
        dropped or changed, and `text`, the sentences for the user. Lost classes come first.
    """
    if not lines:
        return []
    lost = lost_classes(lines)
    return [*_lost(lines, lost), *_dropped(lines, set(lost)), *_words(lines, set(lost))]


def documents_before(line: Line) -> dict[str, int]:
    """Return the documents of each class before a step."""
    return {
        label: line["by_label"].get(label, 0) + line["dropped_by_label"].get(label, 0)
        for label in sorted({*line["by_label"], *line["dropped_by_label"]})
    }


def lost_classes(lines: Sequence[Line]) -> dict[str, int]:
    """Return the classes of which no document is left after the last line, with the documents that they had."""
    if not lines:
        return {}
    return {label: count for label, count in documents_before(lines[0]).items() if label not in lines[-1]["by_label"]}


def _lost(lines: Sequence[Line], lost: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Yield one warning for all classes that were lost at the same lines."""
    groups: dict[tuple[int, ...], list[str]] = {}
    for label in sorted(lost, key=lambda label: (-lost[label], label)):
        places = tuple(number for number, line in enumerate(lines) if label in line["dropped_by_label"])
        groups.setdefault(places, []).append(label)
    for places, labels in groups.items():
        documents = sum(lost[label] for label in labels)
        counts = {place: sum(lines[place]["dropped_by_label"][label] for label in labels) for place in places}
        reasons = [
            lines[place]["reason"] + (f" ({count:,})" if len(counts) > 1 else "") for place, count in counts.items()
        ]
        named = _listing([f"{_quoted(label)} ({_documents(lost[label])})" for label in labels])
        lead = f"Class {named} is lost. All its" if len(labels) == 1 else f"Classes {named} are lost. All their"
        worst = max(counts, key=counts.get)
        text = f"{lead} documents are dropped: {', '.join(reasons)}. {_advice(lines[worst])}"
        yield _warning("class lost", lines, worst, labels, documents, text)


def _dropped(lines: Sequence[Line], lost: set[str]) -> Iterator[dict[str, Any]]:
    """Yield a warning for each line that drops a large share of all documents or of a class; lost classes left out."""
    for number, line in enumerate(lines):
        least = DOCUMENTS_DROPPED.get(line["step"])
        dropped = {label: count for label, count in line["dropped_by_label"].items() if label not in lost}
        if least is None or not dropped:
            continue
        before = {label: count for label, count in documents_before(line).items() if label not in lost}
        everything, gone = sum(before.values()), sum(dropped.values())
        shares = {
            label: count / before[label]
            for label, count in dropped.items()
            if count >= FEWEST_DROPPED and count >= least * before[label]
        }
        if gone >= max(least * everything, FEWEST_DROPPED):
            text = (
                f"{gone:,} of {everything:,} documents ({100 * gone / everything:.1f} %) are dropped: {line['reason']}."
            )
            text += f" The largest shares: {_shares(shares)}." if shares else ""
        elif shares:
            text = f"Documents are dropped ({line['reason']}) that are a large share of their class: {_shares(shares)}."
        else:
            continue
        yield _warning("documents dropped", lines, number, sorted(shares), gone, f"{text} {_advice(line)}")


def _words(lines: Sequence[Line], lost: set[str]) -> Iterator[dict[str, Any]]:
    """Yield a warning for each line that takes most words of all documents or of a class; lost classes left out."""
    for number, (previous, line) in enumerate(zip(lines, lines[1:], strict=False), start=1):
        if previous.get("words_by_label") is None or line.get("words_by_label") is None:
            continue
        before = {label: words for label, words in previous["words_by_label"].items() if label not in lost}
        taken = {label: words - line["words_by_label"].get(label, 0) for label, words in before.items()}
        shares = {label: taken[label] / words for label, words in before.items() if taken[label] >= WORDS_TAKEN * words}
        if sum(taken.values()) >= WORDS_TAKEN * max(sum(before.values()), 1):
            text = f"{line['setting']} takes {100 * sum(taken.values()) / sum(before.values()):.1f} % of all words."
        elif shares:
            text = f"{line['setting']} takes most of the words of a class: {_shares(shares)}."
        else:
            continue
        yield _warning("words taken", lines, number, sorted(shares), line["changed"], f"{text} {_advice(line)}")


def _warning(
    kind: str, lines: Sequence[Line], number: int, labels: Sequence[str], documents: int, text: str
) -> dict[str, Any]:
    line = lines[number]
    return {
        "kind": kind, "step": line["step"], "setting": line["setting"], "line": number, "labels": list(labels),
        "documents": int(documents), "text": text,
    }  # fmt: skip


def _advice(line: Line) -> str:
    return ADVICE.get(line["setting"]) or _LOOK.get(line["step"], "Look at the texts of the corpus.")


def _documents(count: int) -> str:
    return f"{count:,} document{'s' if count != 1 else ''}"


def _shares(shares: Mapping[str, float]) -> str:
    worst = sorted(shares, key=lambda label: (-shares[label], label))
    return _listing([f"{_quoted(label)} ({100 * shares[label]:.1f} %)" for label in worst])


def _quoted(label: str) -> str:
    """Return a label, which may be any text, on one line."""
    line = " ".join(label.split())
    return f'"{line}"' if len(line) <= LONGEST_LABEL else f'"{line[:LONGEST_LABEL]}…"'


def _listing(items: Sequence[str]) -> str:
    """Return the first items, and how many more there are."""
    more = [f"{len(items) - NAMED:,} more"] if len(items) > NAMED else []
    items = [*items[:NAMED], *more]
    return ", ".join(items[:-1]) + " and " + items[-1] if len(items) > 1 else "".join(items)
