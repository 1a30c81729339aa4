"""When something can be had: opening hours of a week, closures, and what is taken already.

Hours are those of the clocks on the wall; spans are moments, so a day of 23 or 25 hours is as long
as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY_MIN = 24 * 60


class Span(NamedTuple):
    """From ``start`` up to, not including, ``end``; both aware."""

    start: datetime
    end: datetime

    def holds(self, other: "Span") -> bool:
        """Say whether ``other`` lies within."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: "Span") -> bool:
        """Say whether the two have a moment in common."""
        return self.start < other.end and other.start < self.end

    def wider(self, by: timedelta) -> "Span":
        """Return the span with as much more on both sides."""
        return Span(self.start - by, self.end + by)


class Opening(NamedTuple):
    """Hours of one weekday, as the clocks show them."""

    weekday: int
    """0 is Monday."""
    opens_min: int
    """Minutes after midnight."""
    closes_min: int
    """Up to 1440: midnight at the day's end."""


class Closure(NamedTuple):
    """Days on which nothing is open; both ends belong to it."""

    first: date
    last: date
    yearly: bool = False
    """Whether it comes again every year: then the years do not matter, and it may turn a year."""
    reason: str = ""

    def covers(self, day: date) -> bool:
        """Say whether it is closed that day."""
        if not self.yearly:
            return self.first <= day <= self.last
        first, last, at = ((each.month, each.day) for each in (self.first, self.last, day))
        return first <= at <= last if first <= last else at >= first or at <= last


@dataclass(frozen=True)
class Calendar:
    """When a fleet is open. Without hours it always is, but for its closures."""

    time_zone: str
    hours: tuple[Opening, ...] = ()
    closures: tuple[Closure, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone whose clocks count."""
        return ZoneInfo(self.time_zone)

    def day_of(self, moment: datetime) -> date:
        """Return the day that it is there."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """Return the midnight at the end of a day, in UTC."""
        return _moment(day, DAY_MIN, self.zone, late=True)

    def open_spans(self, window: Span) -> tuple[Span, ...]:
        """Return when it is open within ``window``, in order; what touches is one span."""
        first, last = self.day_of(window.start), self.day_of(window.end)
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return clipped(merged(span for day in days for span in self._of_day(day)), window)

    def _of_day(self, day: date) -> Iterator[Span]:
        if any(closure.covers(day) for closure in self.closures):
            return
        if not self.hours:
            yield self._hours(day, 0, DAY_MIN)
        for weekday, opens_min, closes_min in self.hours:
            if weekday == day.weekday():
                yield self._hours(day, opens_min, closes_min)

    def _hours(self, day: date, opens_min: int, closes_min: int) -> Span:
        return Span(
            _moment(day, opens_min, self.zone, late=False),
            _moment(day, closes_min, self.zone, late=True),
        )


def _moment(day: date, minute: int, zone: ZoneInfo, *, late: bool) -> datetime:
    """Return when the clocks show a minute of a day; where they do twice, the first or last."""
    days, minute = divmod(minute, DAY_MIN)
    wall = datetime.combine(day + timedelta(days=days), time(*divmod(minute, 60)), zone)
    first, second = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    return max(first, second) if late else first


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch or overlap as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def clipped(spans: Iterable[Span], window: Span) -> tuple[Span, ...]:
    """Return the parts of spans that lie within a window."""
    inside = (Span(max(s.start, window.start), min(s.end, window.end)) for s in spans)
    return tuple(span for span in inside if span.start < span.end)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """Return what is left of spans when others are taken out of them."""
    gone = merged(taken)
    return tuple(part for span in spans for part in _rest(span, gone))


def _rest(span: Span, gone: tuple[Span, ...]) -> Iterator[Span]:
    start = span.start
    for other in gone:
        if other.meets(span):
            if start < other.start:
                yield Span(start, other.start)
            start = max(start, other.end)
    if start < span.end:
        yield Span(start, span.end)
