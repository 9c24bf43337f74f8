"""Keep the current results as what later reports are compared with: `textstudy baseline`.

Of each study with a report, report.json and the predictions of its runs are copied to results/baseline/STUDY.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from textstudy.errors import StudyError
from textstudy.storage.files import atomic_path, read_json, write_json
from textstudy.workflow.folder_lock import hold_folder

RESULTS = Path("results")


def copy_study(study: Path) -> int:
    """Copy a study's report and predictions, in place of those kept before; returns the number of runs."""
    kept, new = RESULTS / "baseline" / study.name, RESULTS / "baseline" / f".{study.name}"
    shutil.rmtree(new, ignore_errors=True)
    report = read_json(study / "report.json")
    runs = [(name, run) for name, model in report["models"].items() for run in model["runs"]]
    for name, run in runs:
        # A plain copy is as new as now: what a later report is made from must be newer than the report.
        with atomic_path(new / "predictions" / name / f"{run['seed']}.parquet") as copy:
            shutil.copyfile(Path(run["folder"]) / "predictions.parquet", copy)
    write_json(new / "report.json", {**report, "kept": datetime.now(UTC).isoformat(timespec="seconds")})
    shutil.rmtree(kept, ignore_errors=True)
    new.rename(kept)
    return len(runs)


def keep_baseline() -> None:
    """Keep every study that has a report, and print what was kept.

    Raises:
        StudyError: no study has a report, or a run is active here.
    """
    studies = sorted(path.parent for path in RESULTS.glob("studies/*/report.json"))
    if not studies:
        raise StudyError("there is no report to keep under results/studies: run `textstudy report` first.")
    hold_folder(Path.cwd())
    for study in studies:
        print(f"{study.name}: {copy_study(study)} runs kept in {RESULTS / 'baseline' / study.name}")
