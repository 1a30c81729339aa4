"""One connected stream of server-sent events: what waits to be sent, newest only.

Who tells may be in any thread, who listens is a coroutine of one event loop. A listener that is
slow misses no state, but may miss states between two: of each thing only the newest waits.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

ORDER: Final = "order"
"""The event that is resumed by ids; ``rides`` are told anew to whoever comes."""
RIDES: Final = "rides"
NEW_LINE: Final = "\n"


class News(NamedTuple):
    """One event."""

    event: str
    about: str
    """Newer news about the same thing replace older ones that still wait."""
    data: str
    """JSON in one line."""
    stamp: int
    """Taken before it was read: what was read earlier never replaces what was read later."""


class Flush(NamedTuple):
    """Everything that waited, and up to what it brings whoever reads all of it."""

    news: tuple[News, ...]
    last_id: str | None

    def text(self) -> str:
        """Return it as the stream carries it.

        Only the last event about an order has the id: who has read it has read all that the id
        stands for, and goes on from there.
        """
        orders = [at for at, one in enumerate(self.news) if one.event == ORDER]
        with_id = orders[-1] if orders and self.last_id is not None else None
        return "".join(
            f"{f'id: {self.last_id}' + NEW_LINE if at == with_id else ''}"
            f"event: {one.event}\ndata: {one.data}\n\n"
            for at, one in enumerate(self.news)
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """What a stream is about: one order, or all orders of its rider."""

    rider_id: UUID
    order_id: UUID | None = None


class Listener:
    """A connected stream; made and read within its event loop."""

    def __init__(self, subject: Subject, session: str) -> None:
        self.subject, self.session = subject, session
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._waiting: dict[str, News] = {}
        self._told: dict[str, News] = {}
        self._last_id: str | None = None
        self._is_over = False
        self.is_new = True
        """Whether no look has told it anything yet; belongs to who looks."""

    # --- from any thread

    def tell(self, news: Iterable[News], last_id: str | None = None) -> None:
        """Let news wait to be sent; what was sent already just so is left out."""
        self._call(lambda: self._put(list(news), last_id))

    def know(self, news: Iterable[News]) -> None:
        """Take news as read: whoever listens has them from an earlier stream."""
        known = {one.about: one for one in news}
        self._call(lambda: self._told.update(known))

    def end(self) -> None:
        """End the stream after what waits."""
        self._call(self._end)

    # --- in the event loop

    async def next(self, within_s: float) -> Flush | None:
        """Return what waits, or None if nothing came in time."""
        try:
            async with asyncio.timeout(within_s):
                await self._ready.wait()
        except TimeoutError:
            return None
        self._ready.clear()
        flush = Flush(tuple(self._waiting.values()), self._last_id)
        self._waiting, self._last_id = {}, None
        return flush

    @property
    def is_over(self) -> bool:
        """Whether nothing waits and nothing will come."""
        return self._is_over and not self._waiting

    def _put(self, news: list[News], last_id: str | None) -> None:
        newer = [one for one in news if self._is_newer(one)]
        for one in newer:
            self._waiting[one.about] = self._told[one.about] = one
        if newer:
            self._last_id = last_id or self._last_id
            self._ready.set()

    def _is_newer(self, one: News) -> bool:
        told = self._told.get(one.about)
        return told is None or (told.stamp < one.stamp and told.data != one.data)

    def _end(self) -> None:
        self._is_over = True
        self._ready.set()

    def _call(self, work: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # its loop has ended, and so has the stream
            self._loop.call_soon_threadsafe(work)
