"""Damage of any file that a finished study holds is seen by the step that reads the file."""

import os
from collections import defaultdict

import numpy as np
import pytest

from textstudy.encode.table import read_encoding
from textstudy.errors import StudyError
from textstudy.storage import tables
from textstudy.storage.files import read_json, read_tensors
from textstudy.storage.seal import PLAIN, check_seal

pytestmark = pytest.mark.workflow

FOR_PEOPLE = {".html", ".pdf", ".md", ".csv"}  # no step reads them; a corrected list of labels is read, not this one
OF_SNAKEMAKE = {"logs", "benchmarks"}
FLIPS = 5


def read_artifact(path):
    """Read a file the way that the steps do."""
    if path.suffix == ".parquet":
        return tables.read_table(path, getattr(tables, path.stem.upper()))
    readers = {".json": read_json, ".safetensors": read_tensors, ".arrow": read_encoding}
    return readers.get(path.suffix, lambda path: check_seal(path, PLAIN))(path)


def damages(content, chance):
    """Yield (what, bytes): a bit flipped at some places, cut ends, nothing."""
    for place in chance.integers(len(content), size=FLIPS):
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.integers(8)
        yield "flipped", flipped
    for share in (0.5, 0.99):
        yield "cut", content[: int(share * len(content))]
    yield "emptied", b""


def test_damage_of_every_kind_of_file_is_seen(finished, tmp_path):
    chance, tried, seen = np.random.default_rng(0), defaultdict(int), defaultdict(int)
    results = finished.folder / "results"
    for path in sorted(results.rglob("[!.]*")):
        if not path.is_file() or path.suffix in FOR_PEOPLE or path.relative_to(results).parts[0] in OF_SNAKEMAKE:
            continue
        kind = "figure" if path.suffix == ".svg" else path.name
        read_artifact(path)
        for what, content in damages(path.read_bytes(), chance):
            copy = tmp_path / path.name
            copy.write_bytes(content)
            tried[kind, what] += 1
            try:
                read_artifact(copy)
            except StudyError as error:
                seen[kind, what] += str(copy) in str(error) and "delete it and run again" in str(error)
    kinds = sorted({kind for kind, _ in tried})
    for kind in kinds:
        counts = (f"{what} {seen[kind, what]}/{tried[kind, what]}" for what in ("flipped", "cut", "emptied"))
        print(f"{kind:30}", *counts)
    assert len(kinds) >= 30
    assert seen == tried


def test_a_step_that_reads_a_damaged_file_ends_in_one_sentence(project):
    path = project.folder / "results/prepared/tiny/split.parquet"
    content, changed = bytearray(path.read_bytes()), path.stat()
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(changed.st_atime_ns, changed.st_mtime_ns))  # a disk that fails leaves the time as it was
    printed = project.snakemake("results/prepared/tiny/corpus.json", "--forcerun", "explore", check=False)
    assert "Error in explore: results/prepared/tiny/split.parquet is damaged" in printed
    assert "Traceback" not in printed
