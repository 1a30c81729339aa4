"""How often one address may try to register or sign in.

The count is kept in this process: N processes allow N times as much. That slows guessing of
passwords down, which is all it is for; argon2 makes each guess dear besides.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

from fastapi import Request

from kommit.api.errors import TooManyRequests

MOST_ADDRESSES: Final = 10_000
"""Remembered at a time; the one that was quiet longest is forgotten first."""


class RateLimit:
    """At most ``attempts`` of one address within any ``within_s`` seconds."""

    def __init__(
        self, attempts: int, within_s: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._attempts, self._within_s, self._now = attempts, within_s, now
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """Count an attempt, or raise ``TooManyRequests``; refused attempts do not count."""
        with self._lock:
            now = self._now()
            times = self._times(address, now)
            if len(times) >= self._attempts:
                raise TooManyRequests(1 + int(times[0] + self._within_s - now))
            times.append(now)

    def _times(self, address: str, now: float) -> deque[float]:
        times = self._seen.setdefault(address, deque())
        self._seen.move_to_end(address)
        if len(self._seen) > MOST_ADDRESSES:
            self._seen.popitem(last=False)
        while times and times[0] <= now - self._within_s:
            times.popleft()
        return times


def check_rate(request: Request) -> None:
    """Refuse a request of an address that tries too often."""
    limit: RateLimit = request.app.state.services.login_limit
    limit.check(request.client.host if request.client else "")
