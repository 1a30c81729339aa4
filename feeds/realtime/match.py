"""Trip updates to runs: what the feed's author says, in terms of the image's timetable."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from feeds.realtime.decode import StopRelationship, TripRelationship, TripUpdate, TripUpdates
from feeds.realtime.find import Finder, second_of
from feeds.realtime.forecast import MAX_SHIFT_S, Calls, Expected, expected_calls
from feeds.report import Findings
from routing.realtime.overlay import Run
from routing.timetable import NONE

_ADDED: Final = (TripRelationship.ADDED, TripRelationship.NEW)


class AddedTrip(NamedTuple):
    """What a trip is called that the timetable does not have."""

    trip_id: str
    """As in the feed, without scope."""
    like: int
    """Index of the trip that it repeats, or ``NONE``."""
    headsign: str | None
    short_name: str | None


class Matched(NamedTuple):
    """What a message means for an image."""

    runs: tuple[Run, ...]
    """For ``routing.realtime.overlay.Overlay``."""
    added: tuple[AddedTrip, ...]
    """Names of the added runs, in their order."""
    n_without_news: int
    """Updates that say nothing beyond the timetable."""

    @property
    def added_ids(self) -> tuple[str, ...]:
        """Trip ids of the added runs, in their order."""
        return tuple(trip.trip_id for trip in self.added)


class _LeftOut(Exception):  # noqa: N818 - named after what happens to the update
    """An update cannot be used; carries the code and the sentence of its finding."""


class _Matcher:
    """Matches the updates of one message."""

    def __init__(self, finder: Finder, message: TripUpdates, findings: Findings) -> None:
        self._finder, self._findings = finder, findings
        self._timestamp = message.timestamp
        self._duplicates = {
            update.new_trip_id or update.trip_id
            for update in message.updates
            if update.relationship == TripRelationship.DUPLICATED
        }
        self.runs: dict[tuple[int, int], Run] = {}
        self.added: dict[str, tuple[AddedTrip, Run]] = {}
        self.n_without_news = 0
        self._kinds = self._handlers()

    def add(self, update: TripUpdate) -> None:
        """Note what an update means."""
        try:
            self._kinds.get(update.relationship, self._unknown_kind)(update)
        except _LeftOut as reason:
            code, message = reason.args
            self._findings.warn(code, f"Entity {update.entity_id!r}: {message} It was left out.")

    def _handlers(self) -> dict[int, Callable[[TripUpdate], None]]:
        return {
            TripRelationship.SCHEDULED: self._forecast,
            TripRelationship.UNSCHEDULED: self._forecast,
            TripRelationship.CANCELED: self._cancel,
            TripRelationship.DELETED: self._cancel,
            TripRelationship.REPLACEMENT: self._replace,
            TripRelationship.DUPLICATED: self._duplicate,
            TripRelationship.ADDED: self._add_trip,
            TripRelationship.NEW: self._add_trip,
        }

    def _unknown_kind(self, update: TripUpdate) -> None:
        raise _LeftOut("unknown-relationship", f"relationship {update.relationship} is not known.")

    def _forecast(self, update: TripUpdate) -> None:
        trip, day = self._dated_trip(update)
        if not update.stops and update.delay_s is None:
            self.n_without_news += 1
            return
        route = int(self._finder.timetable.trip_route[trip])
        calls = self._expected(update, trip, self._finder.calls(trip), self._epoch(route, day))
        self._keep(update, Run(trip, day, *calls))

    def _cancel(self, update: TripUpdate) -> None:
        self._keep(update, Run.cancelled(*self._dated_trip(update)))

    def _replace(self, update: TripUpdate) -> None:
        trip, day = self._dated_trip(update)
        route = int(self._finder.timetable.trip_route[trip])
        calls = self._told_calls(update, self._epoch(route, day))
        self._keep(update, Run(trip, day, *calls, is_another_way=True))

    def _duplicate(self, update: TripUpdate) -> None:
        """Run a trip of the timetable once more, on another day or at another time."""
        like = self._trip(update)
        day = self._finder.day(update.new_start_date or update.start_date or "")
        start = second_of(update.new_start_time or "")
        if day is None or start is None:
            raise _LeftOut("no-start", "the duplicate has no start date and time.")
        tt = self._finder.timetable
        planned = self._finder.calls(like)
        shift = start - planned.departures[0]
        moved = planned._replace(
            arrivals=[second + shift for second in planned.arrivals],
            departures=[second + shift for second in planned.departures],
        )
        route, rule = int(tt.trip_route[like]), int(tt.trip_booking_rule[like])
        calls = self._expected(update, like, moved, self._epoch(route, day))
        run = Run(NONE, day, *calls, route=route, rule=rule, trip_flags=int(tt.trip_flags[like]))
        self._keep_added(update, run, like)

    def _add_trip(self, update: TripUpdate) -> None:
        if update.trip_id in self._duplicates:
            return  # the same trip said twice, for readers that do not know duplicates
        route = self._finder.route().get(update.route_id or "")
        if route is None:
            raise _LeftOut("unknown-route", f"there is no route {update.route_id!r}.")
        day = self._finder.day(update.start_date) if update.start_date else self._first_day(update)
        if day is None:
            raise _LeftOut("unknown-day", "the timetable does not have its start date.")
        calls = self._told_calls(update, self._epoch(route, day))
        self._keep_added(update, Run(NONE, day, *calls, route=route), NONE)

    def _first_day(self, update: TripUpdate) -> int | None:
        """Return the day on which an added trip starts, by its first time."""
        told = [f.time for s in update.stops for f in (s.arrival, s.departure) if f and f.time]
        epochs = self._finder.timetable.day_epoch[0]
        day = int(np.searchsorted(epochs, min(told), side="right")) - 1 if told else NONE
        return day if day >= 0 else None

    def _trip(self, update: TripUpdate) -> int:
        if update.trip_id is None:
            raise _LeftOut("no-trip-id", "it names no trip.")
        trip = self._finder.trip(update.trip_id, update.start_time)
        if trip is None:
            raise _LeftOut("unknown-trip", f"there is no trip {update.trip_id!r}.")
        return trip

    def _dated_trip(self, update: TripUpdate) -> tuple[int, int]:
        trip = self._trip(update)
        if update.start_date is not None:
            day = self._finder.day(update.start_date)
        elif self._timestamp is not None:
            day = self._finder.nearest_day(trip, self._timestamp)
        else:
            raise _LeftOut("no-start", "neither it nor the message says on which day.")
        if day is None or not self._finder.runs_on(trip, day):
            raise _LeftOut(
                "trip-not-that-day",
                f"trip {update.trip_id!r} does not run on {update.start_date or 'any day'}.",
            )
        return trip, day

    def _epoch(self, route: int, day: int) -> int:
        return int(self._finder.epochs(route)[day])

    def _expected(self, update: TripUpdate, trip: int, planned: Calls, epoch: int) -> Calls:
        told = self._finder.told(trip, planned.stops, update.stops)
        self._count(
            update, "unknown-stop", len(update.stops) - len(told), "stops are not the trip's"
        )
        delay_s = update.delay_s or 0
        expected = expected_calls(
            planned, told, delay_s if abs(delay_s) <= MAX_SHIFT_S else 0, epoch
        )
        self._judge(update, expected)
        stops, known = list(planned.stops), self._finder.known(planned.stops)
        for position, each in told.items():
            if each.assigned_stop_id is not None:
                stop = self._finder.stop(each.assigned_stop_id)
                self._count(update, "unknown-stop", int(stop is None), "assigned stops are unknown")
                if stop is not None and stop != known[position]:
                    stops[position] = stop
        return expected.calls._replace(stops=stops)

    def _told_calls(self, update: TripUpdate, epoch: int) -> Calls:
        """Return the calls of a trip that is told of in full."""
        served = [s for s in update.stops if s.relationship != StopRelationship.SKIPPED]
        if len(served) < 2:
            raise _LeftOut("too-few-stops", "it has fewer than two stops.")
        calls = Calls([], [], [], [0] * len(served))
        for each in served:
            stop = self._finder.stop(each.assigned_stop_id or each.stop_id or "")
            if stop is None:
                raise _LeftOut("unknown-stop", f"there is no stop {each.stop_id!r}.")
            arrival, departure = each.arrival or each.departure, each.departure or each.arrival
            if not (arrival and arrival.time and departure and departure.time):
                raise _LeftOut("no-time", f"it does not say when it calls at {each.stop_id!r}.")
            if not abs(arrival.time - epoch) + abs(departure.time - epoch) < 8 * MAX_SHIFT_S:
                raise _LeftOut("far-off", f"its time at {each.stop_id!r} is far from its day.")
            calls.stops.append(stop)
            calls.arrivals.append(arrival.time - epoch)
            calls.departures.append(departure.time - epoch)
        expected = expected_calls(calls, {}, 0, epoch)
        self._judge(update, expected)
        return expected.calls

    def _judge(self, update: TripUpdate, expected: Expected) -> None:
        self._count(update, "far-off", expected.n_unheard, "times are over a day off and not heard")
        self._count(
            update, "backwards", expected.n_backwards, "times run backwards and are put off"
        )

    def _count(self, update: TripUpdate, code: str, n: int, what: str) -> None:
        if n:
            self._findings.warn(code, f"Trip {update.trip_id!r}: {n} {what}.")

    def _keep(self, update: TripUpdate, run: Run) -> None:
        if (run.trip, run.day) in self.runs:
            self._findings.warn(
                "trip-twice", f"Trip {update.trip_id!r}: told of twice, last holds."
            )
        self.runs[run.trip, run.day] = run

    def _keep_added(self, update: TripUpdate, run: Run, like: int) -> None:
        trip_id = update.new_trip_id or update.trip_id or update.entity_id
        if trip_id in self.added:
            self._findings.warn("trip-twice", f"Trip {trip_id!r}: added twice, last holds.")
        name = AddedTrip(trip_id, like, update.new_headsign, update.new_short_name)
        self.added[trip_id] = name, run


def match_updates(finder: Finder, message: TripUpdates, findings: Findings) -> Matched:
    """Return the runs that a message tells of.

    Updates that cannot be used are left out and become findings, all of them counted:
    ``unknown-trip``, ``unknown-stop``, ``unknown-route``, ``unknown-day``, ``trip-not-that-day``,
    ``no-trip-id``, ``no-start``, ``no-time``, ``too-few-stops``, ``unknown-relationship``,
    ``far-off``, ``backwards``, ``trip-twice`` and ``differential``.
    """
    if message.is_differential:
        findings.warn("differential", "The message tells of changes only; it was read as if whole.")
    matcher = _Matcher(finder, message, findings)
    for update in message.updates:
        matcher.add(update)
    return Matched(
        (*matcher.runs.values(), *(run for _, run in matcher.added.values())),
        tuple(name for name, _ in matcher.added.values()),
        matcher.n_without_news,
    )
