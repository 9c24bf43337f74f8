"""Lines that an author ends messages with again and again: signatures that no single message gives away.

A line counts as a signature if messages of one author end with it that are otherwise different, and if few other
authors end with it. Labels and splits play no part.
"""

from collections import defaultdict
from collections.abc import Sequence, Set
from itertools import combinations

from textstudy.prepare.headers import author_address, header_block

NONE: Set[str] = frozenset()

_ENDING = 12  # lines with text that count as the end of a message
_TAIL = 3000  # characters at the end of a message that are looked at
_FEWEST_LETTERS = 12
_MOST_AUTHORS = 2  # who end messages with the same line; what more of them write is a common phrase
_COMPARED = 5  # messages of an author that are compared with each other for one line
_LONGEST = 8  # recurring lines at the end of a message; more of them are a passage that is posted again
_MOST_ALIKE = 0.3  # Jaccard similarity of the words of two messages; those more alike are copies of each other
_QUOTED = (">", "|", ":", "}", "#")


def normalise_line(line: str) -> str:
    """Return a line in small letters with single spaces."""
    return " ".join(line.split()).casefold()


def _tells_an_author(line: str) -> bool:
    return sum(map(str.isalpha, line[:200])) >= _FEWEST_LETTERS


def _endings(text: str) -> set[str]:
    """Return the normalised last lines of a message, without those that begin like a quotation."""
    filled = [line for line in text[-_TAIL:].split("\n") if len(line) >= _FEWEST_LETTERS and line.strip()]
    return {normalise_line(line) for line in filled[-_ENDING:] if not line.lstrip().startswith(_QUOTED)}


def _are_copies(first: Set[str], second: Set[str]) -> bool:
    return len(first & second) > _MOST_ALIKE * len(first | second)


def recurring_lines(texts: Sequence[str]) -> list[Set[str]]:
    """Return for each message the lines that its author's messages end with again and again, normalised.

    Who wrote a message is read from the address in its `From:` line; a text without one gets the empty set. The whole
    corpus is needed. Two messages suffice, unless one of them is a copy of the other.
    """
    by_author: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        if author := author_address(header_block(text[:4000])[0]):
            by_author[author].append(index)
    found: list[Set[str]] = [NONE] * len(texts)
    shared: dict[str, dict[str, list[int]]] = {}  # by author, lines that end several messages
    authors_of: dict[str, int] = defaultdict(int)
    for author, indices in by_author.items():
        if len(indices) < 2:
            continue
        places: dict[str, list[int]] = defaultdict(list)
        for index in indices:
            for line in _endings(texts[index]):
                places[line].append(index)
        for line in places:
            authors_of[line] += 1
        shared[author] = {line: where for line, where in places.items() if len(where) > 1 and _tells_an_author(line)}
    for author, places in shared.items():
        words: dict[int, Set[str]] = {}
        lines = {
            line
            for line, where in places.items()
            if authors_of[line] <= _MOST_AUTHORS and _ends_different_messages(line, where[:_COMPARED], texts, words)
        }
        for index in by_author[author] if lines else ():
            found[index] = lines
    return found


def _ends_different_messages(line: str, where: Sequence[int], texts: Sequence[str], words: dict[int, Set[str]]) -> bool:
    """Return whether two of the messages differ; `words` keeps the words of those that were compared before."""
    for index in where:
        if index not in words:
            words[index] = frozenset(header_block(texts[index])[1][:20_000].casefold().split())
    own = set(line.split())
    return any(not _are_copies(words[first] - own, words[second] - own) for first, second in combinations(where, 2))


def _goes_on(above: str, line: str) -> bool:
    """Return whether a line goes on with the sentence of the line above it."""
    above, line = above.strip(), line.strip()
    return above != "" and (line[0].islower() or above[-1].isalnum() or above[-1] in ",-")


def strip_recurring(text: str, lines: Set[str]) -> str:
    """Return `text` without those of its last lines that are among `lines`; see `recurring_lines`.

    Lines that open the text stay, and lines that end a sentence which begins above them: such words recur by chance.
    """
    if not lines:
        return text
    kept = text.split("\n")
    filled = [index for index, line in enumerate(kept) if line.strip()]
    last = {normalise_line(kept[index]): index for index in filled[-_ENDING:]}  # a signature stands once
    found = sorted(index for line, index in last.items() if line in lines)
    while found and found[0] == filled[0]:  # what opens a text signs nothing
        del found[0], filled[0]
    if len(found) > _LONGEST:
        return text
    removed: set[int] = set()
    for index in found:
        if index - 1 in removed or index == 0 or not _goes_on(kept[index - 1], kept[index]):
            removed.add(index)
    return "\n".join(line for index, line in enumerate(kept) if index not in removed)
