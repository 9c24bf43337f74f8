"""Fetch and verify one resource."""

import os
from pathlib import Path

from job import run
from textstudy.fetch.fetch import fetch, settle


def main(snakemake):
    mirror = os.environ.get("TEXTSTUDY_MIRROR")
    target = Path(snakemake.output.manifest).parent
    manifest = fetch(snakemake.params.name, target, Path(mirror) if mirror else None)
    settle(manifest, target)


run(main, globals())
