"""From what is told of some stops of a trip to times at all of them.

Follows https://gtfs.org/documentation/realtime/feed-entities/trip-updates/: a delay goes on to the
stops after it until another is told; over skipped stops too; ``NO_DATA`` ends it. Before the first
stop told of, the delay of the whole trip holds, or none.
"""

from collections.abc import Mapping
from operator import add
from typing import Final, NamedTuple

from feeds.realtime.decode import Forecast, StopRelationship, StopUpdate
from routing.timetable import NO_DROP_OFF, NO_PICKUP

SKIPPED: Final = NO_PICKUP | NO_DROP_OFF
"""Flags of a stop at which the vehicle does not stop."""
MAX_SHIFT_S: Final = 86_400
"""A forecast further than this from the timetable is a mistake, and is not heard."""
_LONG_AGO: Final = -(2**62)


class Calls(NamedTuple):
    """The stops of a trip, n of each. Times are seconds of the service day."""

    stops: list[int]
    arrivals: list[int]
    departures: list[int]
    flags: list[int]


class Expected(NamedTuple):
    """A trip's calls as they are expected, and what was wrong with the forecasts."""

    calls: Calls
    n_unheard: int
    """Forecasts further than ``MAX_SHIFT_S`` from the timetable."""
    n_backwards: int
    """Times that ran backwards, and were put off to the time before them."""


def expected_calls(
    planned: Calls, told: Mapping[int, StopUpdate], delay_s: int, epoch: int
) -> Expected:
    """Return when a trip calls at each of its stops.

    Parameters
    ----------
    planned
        What the timetable says.
    told
        Updates by position.
    delay_s
        Of the trip as a whole, up to the first update.
    epoch
        Unix second at which the service day starts.
    """
    delays = _Delays(delay_s)
    flags = list(planned.flags)
    for position in sorted(told):
        delays.go_on(position)
        if told[position].relationship == StopRelationship.SKIPPED:
            flags[position] |= SKIPPED
        else:
            arrives, departs = planned.arrivals[position], planned.departures[position]
            delays.hear(told[position], arrives, departs, epoch)
    delays.go_on(len(planned.stops))
    arrivals = list(map(add, planned.arrivals, delays.arrival_s))
    departures = list(map(add, planned.departures, delays.departure_s))
    n_backwards = _put_in_order(arrivals, departures)
    calls = Calls(planned.stops, arrivals, departures, flags)
    return Expected(calls, delays.n_unheard, n_backwards)


class _Delays:
    """The delays of a vehicle on its way from stop to stop."""

    __slots__ = ("_now_s", "arrival_s", "departure_s", "n_unheard")

    def __init__(self, delay_s: int) -> None:
        self._now_s = delay_s
        self.arrival_s: list[int] = []
        self.departure_s: list[int] = []
        self.n_unheard = 0

    def go_on(self, until: int) -> None:
        """Keep the present delay up to, not including, a position."""
        going_on = [self._now_s] * (until - len(self.arrival_s))
        self.arrival_s += going_on
        self.departure_s += going_on

    def hear(self, update: StopUpdate, arrives: int, departs: int, epoch: int) -> None:
        """Take in what is told of the next stop, which is planned as given."""
        if update.relationship == StopRelationship.NO_DATA:
            self._now_s = 0
        arrival_s = self._delay(update.arrival, arrives, epoch)
        before_s = self._now_s if arrival_s is None else arrival_s
        departure_s = self._delay(update.departure, departs, epoch)
        self._now_s = before_s if departure_s is None else departure_s
        if arrival_s is None:  # a departure told alone says that the vehicle was there by then
            before_s = min(before_s, departs + self._now_s - arrives)
        self.arrival_s.append(before_s)
        self.departure_s.append(self._now_s)

    def _delay(self, forecast: Forecast | None, planned: int, epoch: int) -> int | None:
        """Return the delay that is forecast, if it is to be believed."""
        if forecast is None:
            return None
        delay_s = forecast.delay_s or 0
        if forecast.time is not None:
            delay_s = forecast.time - epoch - planned
        if abs(delay_s) <= MAX_SHIFT_S:
            return delay_s
        self.n_unheard += 1
        return None


def _put_in_order(arrivals: list[int], departures: list[int]) -> int:
    """Put off what comes before the time before it; return how many times that was needed."""
    times = [0] * (2 * len(arrivals))
    times[::2], times[1::2] = arrivals, departures
    if times == sorted(times):  # mostly, and then it takes no time
        return 0
    clock, n_backwards = _LONG_AGO, 0
    for position, (arrival, departure) in enumerate(zip(arrivals, departures, strict=True)):
        if arrival < clock:
            arrivals[position] = arrival = clock  # noqa: PLW2901 - the arrival as it counts now
            n_backwards += 1
        if departure < arrival:
            departures[position] = departure = arrival  # noqa: PLW2901
            n_backwards += 1
        clock = departure
    return n_backwards
