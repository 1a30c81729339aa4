"""Trips as they really run, in place of those of the timetable: an overlay on its day views.

A changed trip leaves its lane, and comes back in a lane of the overlay together with the added
trips. The overlay's lanes are sorted as all lanes are, so that vehicles overtaking each other by
delay are found exactly, and they lie behind the others in the same arrays: the kernels of the
search know nothing of realtime. The timetable is neither changed nor copied; of a day view, the
events are (a few milliseconds), and views that realtime does not touch stay as they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple, Self

import numpy as np

from routing.realtime.rejoin import Rejoined, as_one, rejoin
from routing.timetable import I32, I64, NONE, U8
from routing.transit.arrays import Lanes
from routing.transit.bounds import haste_at
from routing.transit.dayview import DayView, DayViews, TripTerms, layout_of
from routing.transit.frame import Frame, find_patterns, line_of
from routing.transit.lanes import DatedTrips, Events
from routing.transit.layout import Layout, mirror
from routing.transit.patch import exchange_lanes
from routing.transit.through import Part, ThroughRuns

FAR_S: Final = 10**8
"""Times of a run are less than this (three years) away from its service day."""


@dataclass(frozen=True, slots=True)
class Run:
    """A trip on a service day as it really runs; without stops, it does not.

    A stop that is skipped stays, with both flags set, so that positions are those of the
    timetable. Times never run backwards.
    """

    trip: int
    """Trip index, or ``NONE`` for a trip that the timetable does not have."""
    day: int
    """Index of the service day."""
    stops: Sequence[int] = ()
    """(n,) stop indices."""
    arrivals: Sequence[int] = ()
    """(n,) seconds of the service day; before and after the day are fine."""
    departures: Sequence[int] = ()
    """(n,) seconds of the service day."""
    flags: Sequence[int] = ()
    """(n,) ``NO_PICKUP`` | ``NO_DROP_OFF``."""
    route: int = NONE
    """Route index of an added trip."""
    rule: int = NONE
    """Booking rule of an added trip, or ``NONE``."""
    is_another_way: bool = False
    """Whether the stops are not those of the timetable's trip, position by position."""
    trip_flags: int = 0
    """``WHEELCHAIR`` | ``BIKES`` of an added trip; 0 where nothing is known."""

    @classmethod
    def cancelled(cls, trip: int, day: int) -> Self:
        """Return the run of a trip that does not run."""
        return cls(trip, day)


class _Changed(NamedTuple):
    """The R runs with stops, as arrays."""

    trip: I32
    """(R,) trip, by the number that slots have for it."""
    day: I32
    """(R,) index of the service day."""
    terms: TripTerms
    """(R,) each."""
    pattern: I32
    """(R,)"""
    events: Events


class Overlay:
    """What is known of one moment's realtime. Immutable, and shared by threads.

    In journeys, ``Overlay.added[k]`` has the trip index ``n_trips + k``; each other run has the
    index of its trip.

    Parameters
    ----------
    frame
        Of the views that it lies on.
    runs
        One for each trip and service day at most; added trips as many as there are.

    Raises
    ------
    ValueError
        If a run names what the timetable does not have, has one stop only, or times that run
        backwards, or if there are two for the same trip and day.
    """

    def __init__(self, frame: Frame, runs: Sequence[Run]) -> None:
        timetable = frame.timetable
        self.n_trips = timetable.trip_route.size
        self.added = tuple(run for run in runs if run.trip == NONE)
        known = [run for run in runs if run.trip != NONE]
        _check(frame, runs)
        self._runs = {(run.trip, run.day): run for run in known}
        self._n_days = timetable.n_days
        told = {(run.trip, run.day): Part(run.trip, *_calls(run)) for run in known}
        if len(told) != len(known):
            raise ValueError("two runs of the same trip on the same day")
        routes = _i32(run.route for run in self.added)
        flags = _i32(run.trip_flags for run in self.added).astype(np.uint8)
        rejoined = rejoin(frame, told)
        n_added, joined = len(self.added), [parts for parts, _ in rejoined.joined]
        self.through = ThroughRuns(timetable, n_added, joined)
        """The through-runs of the timetable, and those that the runs make of them."""
        gone = [*told, *rejoined.gone]
        self._replaced = np.unique(np.array([self._key(*each) for each in gone], "i8"))
        self._is_known = np.zeros(self.through.first_added + n_added + len(joined), dtype=np.bool_)
        self._is_known[[trip for trip, _ in gone]] = True
        self.terms = TripTerms(
            np.append(timetable.trip_booking_rule, _i32(run.rule for run in self.added)),
            np.append(frame.trip_zone, timetable.agency_zone[timetable.route_agency[routes]]),
            np.append(timetable.trip_route, routes),
            np.append(timetable.trip_flags, flags),
        )
        self._terms = self._terms_of_slots(frame, joined)
        alone = [Run(part.trip, day, *part[1:]) for part, day in rejoined.alone]
        self._changed = self._arrays(frame, [*(r for r in known if r.stops), *alone], rejoined)
        self._hasty = _hasty_stops(frame, self._changed)

    def run(self, trip: int, day: int) -> Run | None:
        """Return how a trip that journeys name runs on a day; None: as the timetable says."""
        if trip >= self.n_trips:
            return self.added[trip - self.n_trips]
        return self._runs.get((trip, day))

    @property
    def changed(self) -> Iterable[Run]:
        """The runs of trips that the timetable has, cancelled ones among them."""
        return self._runs.values()

    def _key(self, trip: int, day: int) -> int:
        return trip * self._n_days + day

    def _terms_of_slots(self, frame: Frame, joined: Sequence[Sequence[Part]]) -> TripTerms:
        """Return what deadlines depend on, by the numbers that slots have for trips."""
        first = frame.timetable.through_trip[frame.timetable.through_ptr[:-1]]
        again = _i32(parts[0].trip for parts in joined)
        slots = np.concatenate(
            [np.arange(self.n_trips), first, np.arange(self.n_trips, self.terms.rule.size), again]
        )
        return TripTerms._make(of_trip[slots] for of_trip in self.terms)

    def _arrays(self, frame: Frame, of_timetable: Sequence[Run], rejoined: Rejoined) -> _Changed:
        long = [Run(NONE, day, *as_one(parts)[1:]) for parts, day in rejoined.joined]
        runs = [*of_timetable, *self.added, *long]
        trip = _i32(
            [
                *(run.trip for run in of_timetable),
                *range(self.through.first_added, self._is_known.size),
            ]
        )
        terms = TripTerms._make(of_trip[trip] for of_trip in self._terms)
        tt = frame.timetable
        lines = [
            *(tt.trip_route[run.trip] for run in of_timetable),
            *(run.route for run in self.added),
            *range(tt.route_type.size, tt.route_type.size + len(long)),  # a lane for each
        ]
        stop = _i32(chain.from_iterable(run.stops for run in runs))
        if stop.size and not 0 <= stop.min() <= stop.max() < frame.timetable.n_stops:
            raise ValueError("a run calls at a stop that the timetable does not have")
        events = Events(
            np.cumsum([0, *(len(run.stops) for run in runs)], dtype=np.int64),
            frame.rank[stop],
            _i32(chain.from_iterable(run.arrivals for run in runs)),
            _i32(chain.from_iterable(run.departures for run in runs)),
            _i32(chain.from_iterable(run.flags for run in runs)).astype(np.uint8),
        )
        _check_events(events)
        line = line_of(_i32(lines), terms.flags)
        pattern = find_patterns(events.ptr, line, terms.rule, stop, events.flags)
        return _Changed(trip, _i32(run.day for run in runs), terms, pattern, events)

    def patch(self, view: DayView) -> DayView:
        """Return a view with the overlay's runs; the view itself where none touches it."""
        extra = self._layout(view)
        if extra.slot_trip.size == 0 and not self._gone(view.forward.lanes).any():
            return view

        def lanes_of(sign: int) -> Lanes:
            lanes = view.forward.lanes if sign > 0 else view.mirrored.lanes
            instead = extra if sign > 0 else mirror(extra)
            haste = haste_at(lanes.bounds, self._hasty, view.frame.order.size)
            return exchange_lanes(lanes, self._gone(lanes), instead)._replace(haste=haste)

        return DayView(view.frame, view.start, view.end, self._terms, lanes_of, self.through)

    def _gone(self, lanes: Lanes) -> U8:
        """Return (K,) 1 for the slots whose trip runs otherwise, or not at all."""
        gone = np.zeros(lanes.slot_trip.size, dtype=np.uint8)
        slots = np.flatnonzero(self._is_known[lanes.slot_trip])
        keys = lanes.slot_trip[slots].astype(np.int64) * self._n_days + lanes.slot_day[slots]
        gone[slots] = np.isin(keys, self._replaced)
        return gone

    def _layout(self, view: DayView) -> Layout:
        """Return lanes of the runs that touch the view's span."""
        trip, day, terms, pattern, events = self._changed
        shift: I64 = view.frame.timetable.day_epoch[terms.zone, day] - view.start
        starts = events.departure[events.ptr[:-1]] + shift
        ends = events.arrival[events.ptr[1:] - 1] + shift
        run = np.flatnonzero((ends >= 0) & (starts <= view.end - view.start)).astype(np.int32)
        dated = DatedTrips(run, day[run], shift[run].astype(np.int32))
        rules = view.frame.timetable.booking_rules
        layout = layout_of(dated, pattern, events, terms.rule, rules)
        return layout._replace(slot_trip=trip[layout.slot_trip])


class OverlaidViews(DayViews):
    """The day views of an image with an overlay: what a search sees, swapped as a whole.

    ``search.views = OverlaidViews(views, overlay)`` lets every search that starts from then on
    see the overlay; those under way keep what they began with.

    Parameters
    ----------
    base
        The views of the timetable, without an overlay.
    overlay
        Made for the frame of ``base``.
    """

    def __init__(self, base: DayViews, overlay: Overlay) -> None:
        super().__init__(base.frame.timetable, base.capacity, base.frame)
        self.overlay = overlay
        self._base = base

    @property
    def terms(self) -> TripTerms:
        """What deadlines depend on, of the timetable's trips and the added ones."""
        return self.overlay.terms

    def build(self, first_day: int, n_days: int) -> DayView:
        """Return the base's view with the overlay."""
        return self.overlay.patch(self._base.of_days(first_day, n_days))

    def prepare(self) -> Self:
        """Patch every view that the base has at hand, so that no rider waits for it."""
        for first_day, n_days, view in self._base.built():
            patched = self.of_days(first_day, n_days)
            if "mirrored" in vars(view):
                _ = patched.mirrored
        return self


def _hasty_stops(frame: Frame, runs: _Changed) -> I32:
    """Return the ranks of stops of runs that are somewhere faster than their trip, or elsewhere."""
    tt, events = frame.timetable, runs.events
    n_trips = tt.trip_route.size
    length = np.diff(events.ptr)
    run = np.repeat(np.arange(length.size), length)
    trip = np.where(runs.trip < n_trips, runs.trip, 0)
    same = (runs.trip < n_trips) & (length == np.diff(tt.trip_event_ptr)[trip])
    scheduled = np.arange(run.size) + (tt.trip_event_ptr[trip] - events.ptr[:-1])[run]
    scheduled = np.where(same[run], scheduled, 0)
    faster = np.zeros(run.size, dtype=np.bool_)
    rides_s = events.arrival[1:] - events.departure[:-1]
    trips_s = tt.event_arrival[scheduled[1:]] - tt.event_departure[scheduled[:-1]]
    faster[1:] = (rides_s < trips_s) & (run[1:] == run[:-1])
    faster |= frame.event_rank[scheduled] != events.stop
    hasty = ~same
    hasty[run[faster]] = True
    return np.unique(events.stop[hasty[run]])


def _calls(run: Run) -> tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]:
    return run.stops, run.arrivals, run.departures, run.flags


def _i32(values: Iterable[int]) -> I32:
    try:
        return np.fromiter(values, dtype=np.int32)
    except OverflowError as error:
        raise ValueError("a run has times too far from its day") from error


def _check(frame: Frame, runs: Sequence[Run]) -> None:
    timetable = frame.timetable
    n_rules, n_routes = len(timetable.booking_rules), timetable.route_type.size
    for run in runs:
        where = f"the run of trip {run.trip} on day {run.day}"
        if not NONE <= run.trip < timetable.trip_route.size or not 0 <= run.day < timetable.n_days:
            raise ValueError(f"{where}: the timetable has no such trip or day")
        if run.trip == NONE and not (0 <= run.route < n_routes and NONE <= run.rule < n_rules):
            raise ValueError(f"{where}: the timetable has no such route or booking rule")
        if len(run.stops) == 1 or (run.trip == NONE and not run.stops):
            raise ValueError(f"{where} has fewer than two stops")
        if not len(run.stops) == len(run.arrivals) == len(run.departures) == len(run.flags):
            raise ValueError(f"{where} needs as many times and flags as stops")


def _check_events(events: Events) -> None:
    times = np.stack([events.arrival, events.departure], axis=1).ravel()
    starts = np.zeros(times.size, dtype=np.bool_)
    starts[2 * events.ptr[:-1]] = True
    if (np.diff(times) < 0)[~starts[1:]].any():
        raise ValueError("a run has times that run backwards")
    if times.size and np.abs(times).max() >= FAR_S:
        raise ValueError("a run has times too far from its day")
