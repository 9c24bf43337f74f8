"""How a rule's script runs: its log, its errors, and nothing when a test merely imports it."""

import errno
import logging
import sys
from collections.abc import Callable
from typing import Any

from textstudy.errors import StudyError
from textstudy.storage.checksums import check_resources
from textstudy.workflow.records import Record, content_digest, params_digest

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def run(main: Callable[[Any], None], names: dict[str, Any]) -> None:
    """Call `main(snakemake)` when Snakemake runs the script that owns `names` (its globals).

    Messages go to the rule's log and to standard error. A StudyError ends the script with its one sentence. After a
    success the log ends with a record of what the job had and what it left.
    """
    if "snakemake" not in names:
        return
    snakemake = names["snakemake"]
    log = logging.FileHandler(snakemake.log[0], mode="w", encoding="utf-8")
    handlers = [logging.StreamHandler(sys.stderr), log]
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", handlers=handlers, force=True)
    logging.raiseExceptions = False  # a log on a full disk must not print tracebacks around the one sentence
    # Libraries that chat at this level would bury our own lines.
    for chatty in ("httpx", "urllib3", "fontTools", "matplotlib"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        check_resources(snakemake.input)
        had = params_digest(dict(snakemake.params.items())), list(map(content_digest, snakemake.input))
        main(snakemake)
        log.stream.write(Record(*had, outputs=list(map(content_digest, snakemake.output))).line())
    except Exception as error:
        logger = logging.getLogger(snakemake.rule)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:  # for the scratch files of a library
            file = error.filename or "A scratch file"
            error = StudyError(f"{file} cannot be written ({error.strerror}): free some space.")
        if isinstance(error, StudyError):
            logger.error("Error in %s: %s", snakemake.rule, error)
        else:
            logger.exception("Unexpected error in %s", snakemake.rule)
        sys.exit(1)
