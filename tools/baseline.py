"""Keep the current results as what later reports are compared with: `make baseline`.

Of each study with a report, report.json and the predictions of its runs are copied to results/baseline/STUDY. The next
report of the study then says what has changed since.
"""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path("results")


def keep(study: Path) -> int:
    """Copy a study's report and predictions, in place of those kept before; returns the number of runs."""
    kept, new = RESULTS / "baseline" / study.name, RESULTS / "baseline" / f".{study.name}"
    shutil.rmtree(new, ignore_errors=True)
    report = json.loads((study / "report.json").read_text(encoding="utf-8"))
    runs = [(name, run) for name, model in report["models"].items() for run in model["runs"]]
    for name, run in runs:
        target = new / "predictions" / name / f"{run['seed']}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        # With the time of now: what a later report is made from must be newer than the report.
        shutil.copyfile(Path(run["folder"]) / "predictions.parquet", target)
    report["kept"] = datetime.now(UTC).isoformat(timespec="seconds")
    (new / "report.json").write_text(json.dumps(report, sort_keys=True), encoding="utf-8")
    shutil.rmtree(kept, ignore_errors=True)
    new.rename(kept)
    return len(runs)


def main() -> int:
    """Keep every study that has a report; returns 1 where none has."""
    studies = sorted(path.parent for path in RESULTS.glob("studies/*/report.json"))
    if not studies:
        sys.stderr.write("There is no report to keep under results/studies: run `make report` first.\n")
        return 1
    for study in studies:
        print(f"{study.name}: {keep(study)} runs kept in {RESULTS / 'baseline' / study.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
