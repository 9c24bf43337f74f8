"""Fetch and verify one resource."""

import os
from pathlib import Path

from job import run
from textstudy.fetch.fetch import fetch


def main(snakemake):
    mirror = os.environ.get("TEXTSTUDY_MIRROR")
    target = Path(snakemake.output.manifest).parent
    fetch(snakemake.params.name, target, Path(mirror) if mirror else None)


run(main, globals())
