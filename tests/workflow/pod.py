"""A cluster of one machine whose jobs share nothing but a storage folder: each runs in an empty folder of its own.

pod.py submit PODS JOBSCRIPT    prints the folder of the job below PODS, which is its id
pod.py status JOB               prints running, success or failed
"""

import subprocess
import sys
import tempfile
from pathlib import Path

# What a job opens is listed beside its folder. It knows nothing of where the library of whoever submits it is.
RUN = """
cd "$1/work"
unset PYTHONPATH
strace -f -qq -y --seccomp-bpf -e trace=open,openat -o ../opened -- sh ../job.sh > ../output 2>&1
echo $? > ../status.new
mv ../status.new ../status
"""


def submit(pods: str, script: str) -> str:
    """Start a job script in an empty folder and return the folder around it."""
    job = Path(tempfile.mkdtemp(dir=pods))
    (job / "work").mkdir()
    (job / "job.sh").write_bytes(Path(script).read_bytes())
    nothing = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.Popen(["sh", "-c", RUN, "pod", str(job)], start_new_session=True, **nothing)
    return str(job)


def status(job: str) -> str:
    """Return what has become of a job."""
    file = Path(job, "status")
    return "running" if not file.exists() else "success" if file.read_text().strip() == "0" else "failed"


if __name__ == "__main__":
    print({"submit": submit, "status": status}[sys.argv[1]](*sys.argv[2:]))
