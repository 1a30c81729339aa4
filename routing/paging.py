"""Earlier and later: pages of journeys that, put side by side, are the search of the whole span.

A page holds the good journeys of a span of departures (arrivals, if the question fixes those).
Whether a journey is good does not depend on the page that it stands on, so pages neither repeat
nor lose one. Where nothing runs, a page looks further, up to a day.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from routing.query import TimeKind
from routing.transit.search import TransitJourney

DAY_S: Final = 86_400

WindowSearch = Callable[[int, int], Sequence[TransitJourney]]
"""The good journeys of a window, as ``TransitQuery`` has it: its ``time`` and ``window_s``."""


class Side(StrEnum):
    """On which side of a page the next one lies."""

    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Span:
    """Unix seconds; ``begin`` is inside and ``end`` is not, the other way round for arrivals."""

    begin: int
    end: int


class Turn(NamedTuple):
    """Which page is wanted: the one beside a span."""

    side: Side
    edge: int
    """Where that span begins, to go to the earlier page, or ends, to the later one."""


@dataclass(frozen=True, slots=True)
class TransitPage:
    """All good journeys of a span, and none other."""

    journeys: Sequence[TransitJourney]
    span: Span | None
    """None where pages cannot be turned."""


NO_PAGE: Final = TransitPage((), None)


class Pager:
    """Turns the pages of one question.

    Parameters
    ----------
    search
        Answers the question for any window.
    kind
        What the question fixes.
    window_s
        Length of a page, at least 1.
    """

    def __init__(self, search: WindowSearch, kind: TimeKind, window_s: int) -> None:
        self._search, self._window_s = search, window_s
        # Arrivals are departures in a mirror of time: all below is told of departures.
        self._sign = 1 if kind is TimeKind.DEPART else -1

    def first(self, time: int) -> TransitPage:
        """Return the page of a question about ``time``."""
        return self._onward(self._sign * time)

    def turn(self, side: Side, edge: int) -> TransitPage:
        """Return the page beside another."""
        if (side is Side.LATER) == (self._sign > 0):
            return self._onward(self._sign * edge)
        return self._back(self._sign * edge)

    def _onward(self, start: int) -> TransitPage:
        for begin, window_s in self._widening():
            found = self._window(start + begin, window_s)
            if found and begin == 0:
                return self._page(found, start, start + window_s)
            if found:
                first = min(map(self._key, found))
                page = self._window(first, self._window_s)
                return self._page(page, start, first + self._window_s)
        return self._page((), start, start + DAY_S)

    def _back(self, end: int) -> TransitPage:
        for begin, window_s in self._widening():
            found = self._window(end - begin - window_s, window_s)
            if found and begin == 0:
                return self._page(found, end - window_s, end)
            if found:
                start = max(map(self._key, found)) + 1 - self._window_s
                return self._page(self._window(start, self._window_s), start, end)
        return self._page((), end - DAY_S, end)

    def _widening(self) -> Iterator[tuple[int, int]]:
        """Yield windows one behind the other, each twice as long, up to a day in all."""
        begin, window_s = 0, self._window_s
        while begin < DAY_S:
            yield begin, min(window_s, max(DAY_S - begin, self._window_s))
            begin, window_s = begin + window_s, 2 * window_s

    def _window(self, start: int, window_s: int) -> Sequence[TransitJourney]:
        return self._search(self._sign * start, window_s)

    def _key(self, journey: TransitJourney) -> int:
        return journey.departure if self._sign > 0 else -journey.arrival

    def _page(self, journeys: Sequence[TransitJourney], start: int, end: int) -> TransitPage:
        span = Span(start, end) if self._sign > 0 else Span(-end, -start)
        return TransitPage(journeys, span)
