"""A cluster of one machine whose jobs share nothing but a storage folder: each runs in an empty folder of its own.

pod.py submit POD_FOLDER JOBSCRIPT    prints the folder of the job, which is its id
pod.py status JOB                     prints running, success or failed
"""

import subprocess
import sys
import tempfile
from pathlib import Path


def submit(pods: str, script: str) -> str:
    """Start a job script in an empty folder, and return the folder."""
    job = Path(tempfile.mkdtemp(dir=pods))
    (job / "work").mkdir()
    run = f"cd {job}/work && sh ../job.sh > ../output 2>&1; echo $? > ../status"
    (job / "job.sh").write_bytes(Path(script).read_bytes())
    subprocess.Popen(["sh", "-c", run], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return str(job)


def status(job: str) -> str:
    """Return what has become of a job."""
    file = Path(job, "status")
    if not file.is_file() or not file.read_text().strip():
        return "running"
    return "success" if file.read_text().strip() == "0" else "failed"


if __name__ == "__main__":
    print({"submit": submit, "status": status}[sys.argv[1]](*sys.argv[2:]))
