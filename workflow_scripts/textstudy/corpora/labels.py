"""Labels: the names that a study gives them, and labels that look alike."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from textstudy.errors import StudyError
from textstudy.normal_forms import normal_form
from textstudy.settings.files import as_yaml

_IGNORED = {"Cc", "Cf"}  # control and format characters, such as a zero-width space
_VARIANTS = set(map(chr, range(0xFE00, 0xFE10)))  # whether a sign is drawn as text or as a picture
_MOST_SHOWN = 30  # labels in a mapping that a message proposes


def label_names(settings: Mapping[str, str] | None) -> dict[str, str]:
    """Return value → name. Values are looked up as they are first, then without blanks around them."""
    names = dict(settings or {})
    return {value.strip(): name for value, name in names.items()} | names


def labels_alike(labels: Iterable[str]) -> list[list[str]]:
    """Return the groups of labels that differ only in case, width, composition, blanks, invisible characters, or as
    1 and 1.0 do.
    """
    groups = defaultdict(list)
    for label in sorted(labels):
        groups[_folded(label)].append(label)
    return [group for group in groups.values() if len(group) > 1]


def _folded(label: str) -> str:
    visible = _visible(normal_form("NFKC", label)).casefold()
    folded = " ".join(normal_form("NFKC", visible).split())
    return folded.rstrip("0").rstrip(".") if re.fullmatch(r"(?a)[+-]?\d+\.\d*", folded) else folded


def _visible(label: str) -> str:
    """Return a label without characters that have no width."""
    return "".join(
        mark for mark in label if mark.isspace() or not (unicodedata.category(mark) in _IGNORED or mark in _VARIANTS)
    )


def check_labels(counts: Mapping[str, int], source: str) -> None:
    """Check that no two labels look alike.

    Args:
        counts: label → documents.
        source: what the labels stand in, for the message.

    Raises:
        StudyError: two do; it names them with their counts, and the setting that makes them one.
    """
    groups = labels_alike(counts)
    if not groups:
        return
    told = "; ".join(" and ".join(f"{_shown(label, group)} ({counts[label]:,})" for label in group) for group in groups)
    names = merged_names(counts)
    if len(names) > _MOST_SHOWN:
        names = {label: names[label] for group in groups for label in group}
    others = ", and all other labels as they are" if len(names) < len(counts) else ""
    raise StudyError(
        f"{source} has labels that look alike and would be classes of their own: {told}. Correct the labels, or merge "
        f"them with the setting `labels`: {as_setting(names)}{others}; if they are meant to differ, give them names "
        "that do."
    )


def merged_names(counts: Mapping[str, int]) -> dict[str, str]:
    """Return label → name, one name for labels that look alike: that of the most frequent of them."""
    names = {label: label for label in sorted(counts)}
    for group in labels_alike(counts):
        names |= dict.fromkeys(group, max(group, key=lambda label: (_is_plain(label), counts[label], label)))
    return names


def as_setting(names: Mapping[str, str]) -> str:
    """Return a mapping of labels as YAML on one line; what nobody could see is written as codes."""
    visible = all(map(_is_plain, names))
    return as_yaml(dict(names), codes=not visible)


def _is_plain(label: str) -> bool:
    """Whether nothing in a label is invisible or decomposed."""
    return label.isprintable() and normal_form("NFC", label) == label


def _shown(label: str, group: list[str]) -> str:
    """Return a label in quotation marks, with codes where its spelling cannot be told from another by eye."""
    seen = {normal_form("NFC", _visible(each)) for each in group}
    return ascii(label) if len(seen) < len(group) else repr(label)
