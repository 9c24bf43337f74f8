"""What Ctrl-C, `kill` and a closed terminal do: the scripts of the run end first, then the run."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import psutil
from snakemake.scheduling.job_scheduler import JobScheduler
from snakemake.shell import shell

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TERMINAL_SECONDS = 2.0  # Ctrl-C reaches the scripts by itself, and a second signal would disturb them
START_SECONDS = 0.3  # in which a script that is just being started is seen
PATIENCE_SECONDS = 15.0  # after which a script is killed


class Interruption:
    """Whether the user has ended this run, and the handler of the signals that do."""

    def __init__(self) -> None:
        self.asked = False
        self._ending = False

    def handle(self, number: int, frame: FrameType | None) -> None:
        """End the scripts and wait for them; a second signal kills them.

        Raises:
            KeyboardInterrupt: Snakemake is to end now.
        """
        self.asked = True
        if self._ending:
            for process in psutil.Process().children(recursive=True):
                send(process, signal.SIGKILL)
            return
        self._ending = True
        shell.executable("false")  # Snakemake may be about to start the next script
        end_scripts(TERMINAL_SECONDS if number == signal.SIGINT else 0.0)
        self._ending = False
        raise KeyboardInterrupt

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Handle the signals, except those that whoever started the run has switched off, as `nohup` does."""
        # Snakemake's own handler of SIGTERM would wait until the scripts have done all their work.
        JobScheduler.exit_gracefully = staticmethod(self.handle)
        before = {number: signal.getsignal(number) for number in SIGNALS}
        for number in SIGNALS:
            if before[number] != signal.SIG_IGN:
                signal.signal(number, self.handle)
        try:
            yield
        finally:
            for number in SIGNALS:
                signal.signal(number, before[number])


def end_scripts(delay: float) -> None:
    """Interrupt all that this process has started, wait until it has ended, and kill what takes too long.

    Args:
        delay: seconds before the interruption, in which the scripts may end by themselves.
    """
    # In the background of a shell script, processes begin deaf to Ctrl-C.
    request = signal.SIGTERM if signal.getsignal(signal.SIGINT) == signal.SIG_IGN else signal.SIGINT
    begin, known, told = time.monotonic(), set(), set()
    while True:
        # What a script has started outlives it, and is then no longer found.
        known.update(psutil.Process().children(recursive=True))
        known = set(filter(works, known))
        seconds = time.monotonic() - begin
        if not known and seconds > START_SECONDS:
            return
        if seconds > PATIENCE_SECONDS:
            request, told = signal.SIGKILL, set()
        if seconds >= delay:
            for process in known - told:
                send(process, request)
            told |= known
        time.sleep(0.1)


def works(process: psutil.Process) -> bool:
    """Return whether a process has not ended; one that has may still wait for its parent."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def send(process: psutil.Process, number: int) -> None:
    """Send a signal to a process that may have ended meanwhile."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)
