"""Memory that a process keeps."""

import subprocess
import sys

import pytest

FAULTS = """
import ctypes, resource, sys
from textstudy.machine.memory import keep_freed_memory
if sys.argv[1] == "keep":
    keep_freed_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
def use():
    block = libc.malloc(ctypes.c_size_t(64 * 2**20))
    ctypes.memset(block, 1, 64 * 2**20)
    libc.free(block)
use()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    use()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has the options")
def test_memory_that_was_freed_is_used_again_without_asking_the_system_for_it():
    run = [sys.executable, "-c", FAULTS]
    kept, plain = (int(subprocess.run([*run, way], capture_output=True, check=True).stdout) for way in ("keep", "not"))
    assert kept < plain / 10
