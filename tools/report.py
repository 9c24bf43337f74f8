"""Run the pipeline in stages: `make report`.

The preparations first, then their encodings, the winners of each phase, and the rest, one call of Snakemake after
another: within one call Snakemake reruns whatever an updated file feeds, between two calls checksums decide whether the
file has changed.
"""

import re
import subprocess
import sys


def stages(arguments: list[str]) -> list[str]:
    """Return the targets in order: prepared, data, phase_1 and so on as far as phases build on one another, report."""
    listing = subprocess.run(
        [sys.executable, "-m", "snakemake", "--list-target-rules", *arguments], capture_output=True, text=True
    )
    if listing.returncode:
        sys.stderr.write(listing.stderr)
        sys.exit(listing.returncode)
    phases = sorted(set(re.findall(r"^phase_\d+$", listing.stdout, flags=re.MULTILINE)), key=lambda name: int(name[6:]))
    return ["prepared", "data", *phases, "report"]


def main(arguments: list[str]) -> int:
    """Run every stage with the same arguments; returns the exit status of the first that fails."""
    for target in stages(arguments):
        status = subprocess.run([sys.executable, "-m", "snakemake", target, *arguments]).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
