"""What happens without anybody asking: holds lapse, payments go on, old things are thrown away.

One thread a process, and one for each source of realtime; any number of processes may do all of it
at the same time.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

log = logging.getLogger(__name__)


@dataclass
class Job:
    """Something that is done every ``every_s`` seconds, and at the start."""

    name: str
    every_s: float
    run: Callable[[], object]
    due: float = field(default=0.0)
    """On the monotonic clock."""


class Jobs:
    """Runs jobs in a thread until ``stop``."""

    def __init__(self, jobs: Sequence[Job], name: str = "kommit-jobs") -> None:
        self.jobs = tuple(jobs)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)

    def start(self) -> None:
        """Begin; every job runs once at the start."""
        self._thread.start()

    def stop(self, within_s: float = 30.0) -> None:
        """End after the job that runs now."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(within_s)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            for job in self.jobs:
                self._run_if_due(job)
            nap_s = min(job.due for job in self.jobs) - time.monotonic()
            self._stopping.wait(max(nap_s, 0.05))

    def _run_if_due(self, job: Job) -> None:
        if time.monotonic() < job.due or self._stopping.is_set():
            return
        try:
            job.run()
        except Exception:
            log.exception("the job %s failed, it is tried again in %s s", job.name, job.every_s)
        job.due = time.monotonic() + job.every_s
