"""When to ask a source again: in its rhythm, and more rarely while it fails."""

import time
from typing import Final

LONGEST_WAIT_S: Final = 300.0
"""Between two attempts at a source that fails, unless it is asked more rarely anyway."""


class Rhythm:
    """Counts the failures of one source; belongs to one thread."""

    def __init__(self) -> None:
        self.failures = 0
        """Since it was good."""
        self._due = 0.0

    @property
    def is_due(self) -> bool:
        """Whether it is time to ask."""
        return time.monotonic() >= self._due

    def succeeded(self, every_s: float) -> None:
        """Ask again after so many seconds."""
        self.failures = 0
        self._due = time.monotonic() + every_s

    def failed(self, every_s: float) -> None:
        """Ask again after twice the time of the failure before."""
        self.failures += 1
        wait_s = every_s * 2.0 ** min(self.failures, 16)
        self._due = time.monotonic() + min(wait_s, max(LONGEST_WAIT_S, every_s))
