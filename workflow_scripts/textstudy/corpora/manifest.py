"""What was read as a corpus: its manifest, and what was passed over."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textstudy.corpora.cells import replace_surrogates
from textstudy.storage.files import sha256

_NAMED = 5  # files passed over that the ledger names; the log names all
_logger = logging.getLogger(__name__)


def describe_corpus(
    settings: Mapping[str, Any], origin: Mapping[str, str] | None, notes: Mapping[str, Any], documents: Path | str
) -> dict[str, Any]:
    """Return the manifest of a corpus that was read, in the form of those of fetched resources.

    Args:
        settings: of the corpus.
        origin: its licence and source; None where a resource states them.
        notes: what its reader noted; `revision` is the commit of a hub data set.
        documents: the file with the documents that were read.
    """
    hub, configuration = settings.get("hub"), settings.get("configuration")
    name = hub or settings.get("path") or settings["resource"] or settings["name"]
    digest, size = sha256(documents), Path(documents).stat().st_size
    return {
        "name": f"{name} ({configuration})" if configuration else name,
        "kind": "corpus",
        "source": f"hub-dataset:{hub}" if hub else (origin or {}).get("source", "a resource"),
        "revision": notes.get("revision"),
        "sha256": digest,
        "files": {Path(documents).name: {"sha256": digest, "size": size}},
        "licence": (origin or {}).get("licence", "that of the resource"),
        "citation": name,
        "fetched": datetime.now(UTC).date().isoformat(),
    }


def reading_reason(passed_over: Mapping[str, str]) -> str:
    """Return what the ledger says of the reading, with the first files that were passed over; the log has them all."""
    if not passed_over:
        return "documents read from the corpus"
    named = [replace_surrogates(f"{name} ({reason})") for name, reason in sorted(passed_over.items())]
    for each in named:
        _logger.warning("Passed over: %s", each)
    more = f" and {len(named) - _NAMED:,} more, which the log names" if len(named) > _NAMED else ""
    return f"documents read from the corpus; passed over: {', '.join(named[:_NAMED])}{more}"
