"""Day views: the trips that run within a span of whole days, ready for the kernels."""

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

import numpy as np

from routing.booking_rules import PRIOR_DAYS, BookingRule
from routing.filters import RideFilter
from routing.timetable import I32, I64, NONE, U8, Timetable
from routing.transit.arrays import NEVER, RECORD, RULE, Lanes
from routing.transit.bounds import no_haste
from routing.transit.choice import KEPT, choose_lanes
from routing.transit.frame import Frame, zones_of
from routing.transit.lanes import DatedTrips, Events, dated_trips, split_lanes
from routing.transit.layout import Layout, lay_out, mirror
from routing.transit.stopping import alightings_of, boardings_of
from routing.transit.through import ThroughRuns
from routing.transit.workspace import WorkspacePool

DAY_S = 86_400
FAR = 2**62
"""A departure so late that no booking rule is bound by it."""


class BookableSlots(NamedTuple):
    """Which slots of which lanes need a booking, and until when."""

    lanes: I32
    """(B,) lanes that need a booking."""
    deadline: I64
    """(K,) last second of the view at which each slot can be booked by the rule of its day."""


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """Lanes with the workspaces made for them."""

    lanes: Lanes
    pool: WorkspacePool
    sign: int
    """1 for time running forwards, -1 for the mirror, whose second ``-t`` is second ``t``."""
    choose: Callable[[RideFilter], I32]
    """Returns the lane records that a filter leaves; those asked for last are remembered."""


class TripTerms(NamedTuple):
    """What deadlines and filters depend on, for every trip that slots may name."""

    rule: I32
    """(T,) booking rule, or ``NONE``."""
    zone: I32
    """(T,) row of ``day_epoch``."""
    route: I32
    """(T,) route."""
    flags: U8
    """(T,) ``WHEELCHAIR`` | ``BIKES``."""


class DayView:
    """The trips of some whole days, forwards and mirrored.

    Holds every trip that runs at some time within the span, whatever its service day; second 0 is
    the start of the first day in the timetable's first time zone. Immutable and shared by threads.
    """

    def __init__(
        self,
        frame: Frame,
        start: int,
        end: int,
        terms: TripTerms,
        lanes_of: Callable[[int], Lanes],
        through: ThroughRuns | None = None,
    ) -> None:
        self.frame = frame
        self.start = start
        """Unix second of second 0."""
        self.end = end
        """Unix second up to which every trip is held."""
        self.terms = terms
        self.through = through or frame.through
        """What the trips that slots name are called, and made of."""
        self._lanes_of = lanes_of
        self.forward = self._direction(1)

    @cached_property
    def mirrored(self) -> Direction:
        """The same lanes with time running backwards, for questions about the arrival."""
        return self._direction(-1)

    def _direction(self, sign: int) -> Direction:
        lanes = self._lanes_of(sign)
        pool = WorkspacePool(lanes, len(self.frame.timetable.booking_rules))
        choose = partial(_chosen_lanes, self.frame.timetable, self.terms, self.through, lanes)
        return Direction(lanes, pool, sign, lru_cache(KEPT)(choose))

    @cached_property
    def bookable(self) -> BookableSlots:
        """The lanes that need a booking, of the forward lanes; the mirror has the same order."""
        return _bookable(self.frame.timetable, self.terms, self.forward.lanes, self.start)


def build_view(frame: Frame, first_day: int, n_days: int) -> DayView:
    """Return the view of the days ``[first_day, first_day + n_days)``."""
    tt, zone = frame.ridden, zones_of(frame.ridden)
    start, end = day_start(tt, first_day), day_start(tt, first_day + n_days)
    days = range(first_day - frame.lookback_days, first_day + n_days + 2)
    second = (tt.day_epoch - start).clip(-NEVER, NEVER).astype(np.int32)
    dated = dated_trips(tt, zone, days, second, end - start)
    events = Events(
        tt.trip_event_ptr,
        frame.event_rank,
        tt.event_arrival,
        tt.event_departure,
        tt.event_flags,
    )
    terms = TripTerms(tt.trip_booking_rule, zone, tt.trip_route, tt.trip_flags)
    layout = layout_of(dated, frame.trip_pattern, events, terms.rule, tt.booking_rules)
    return DayView(frame, start, end, terms, partial(_lanes, frame, layout))


def terms_of(frame: Frame) -> TripTerms:
    """Return what deadlines of the timetable's trips depend on."""
    tt = frame.timetable
    return TripTerms(tt.trip_booking_rule, frame.trip_zone, tt.trip_route, tt.trip_flags)


def day_start(timetable: Timetable, day: int) -> int:
    """Return the Unix second at which a day starts in the timetable's first time zone.

    Days outside of the timetable are taken to be 24 h long.
    """
    epochs = timetable.day_epoch[0]
    inside = min(max(day, 0), len(epochs) - 1)
    return int(epochs[inside]) + (day - inside) * DAY_S


def day_of(timetable: Timetable, second: int) -> int:
    """Return the day, as an index of the timetable, that a Unix second falls on."""
    epochs = timetable.day_epoch[0]
    if second < epochs[0]:
        return (second - int(epochs[0])) // DAY_S
    if second >= epochs[-1]:
        return int(epochs.size - 1) + (second - int(epochs[-1])) // DAY_S
    return int(np.searchsorted(epochs, second, side="right")) - 1


def layout_of(
    dated: DatedTrips, trip_pattern: I32, events: Events, trip_rule: I32, booking_rules: I32
) -> Layout:
    """Sort dated trips into lanes.

    Parameters
    ----------
    dated
        The trips, in any order.
    trip_pattern
        (T,) pattern of each trip.
    events
        The events of the T trips.
    trip_rule
        (T,) row of ``booking_rules`` of each trip, or ``NONE``.
    booking_rules
        (B, 5) as in the timetable.
    """
    departure = events.departure[events.ptr[dated.trip]] + dated.shift
    pattern = trip_pattern[dated.trip]
    order = np.lexsort((departure, pattern))
    dated = DatedTrips(*(array[order] for array in dated))
    rule = trip_rule[dated.trip]
    limited = np.zeros(len(booking_rules) + 1, dtype=np.uint8)  # the last one is for ``NONE``
    limited[:-1] = booking_rules[:, BookingRule._fields.index("max_notice_min")] != NONE
    lane_of, n_lanes = split_lanes(dated, pattern[order], events, rule, limited[rule])
    return lay_out(dated, lane_of, n_lanes, events, rule)


def _lanes(frame: Frame, layout: Layout, sign: int) -> Lanes:
    outward, inward = (frame.hops, frame.hops_in) if sign > 0 else (frame.hops_in, frame.hops)
    bounds = frame.bounds.ahead if sign > 0 else frame.bounds.back
    layout = layout if sign > 0 else mirror(layout)
    return Lanes(
        layout.records,
        layout.stops,
        layout.departures,
        layout.arrivals,
        *boardings_of(layout, frame.order.size),
        *alightings_of(layout, frame.order.size),
        *outward,
        *inward,
        bounds.ravel(),
        no_haste(frame.order.size),
        frame.change_s,
        layout.slot_ptr,
        layout.slot_trip,
        layout.slot_day,
        frame.order,
    )


def _chosen_lanes(
    tt: Timetable, terms: TripTerms, through: ThroughRuns, lanes: Lanes, wanted: RideFilter
) -> I32:
    taken = wanted.allowed_rides(tt, terms.route, terms.rule, terms.flags)
    return choose_lanes(lanes, through.in_whole(taken))


def _bookable(tt: Timetable, terms: TripTerms, lanes: Lanes, start: int) -> BookableSlots:
    deadline = np.full(lanes.slot_trip.size, FAR, dtype=np.int64)
    rule_of_slot = terms.rule[lanes.slot_trip]
    rules = [BookingRule.of_row(row) for row in tt.booking_rules]
    for slot in np.flatnonzero(rule_of_slot != NONE):
        rule = rules[rule_of_slot[slot]]
        if rule.booking_type == PRIOR_DAYS:
            epochs = tt.day_epoch[terms.zone[lanes.slot_trip[slot]]]
            deadline[slot] = rule.latest_booking(FAR, epochs, int(lanes.slot_day[slot])) - start
    need_booking = np.flatnonzero(lanes.records[RULE::RECORD])
    return BookableSlots(need_booking.astype(np.int32), deadline)


class _Cell:
    """A place in the cache: at most one thread builds its view, the others wait for that one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.view: DayView | None = None


class DayViews:
    """The day views of one image, the least recently used forgotten first. Thread-safe."""

    def __init__(self, timetable: Timetable, capacity: int = 8, frame: Frame | None = None) -> None:
        self.frame = frame or Frame(timetable)
        self.capacity = capacity
        self._starts: list[int] = timetable.day_epoch[0].tolist()
        self._cells: OrderedDict[tuple[int, int], _Cell] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def terms(self) -> TripTerms:
        """What deadlines depend on, for every trip that journeys on these views may name."""
        return terms_of(self.frame)

    def covering(self, start: int, end: int) -> DayView:
        """Return a view of whole days that holds every trip between two Unix seconds."""
        first = self._day_of(start)
        return self.of_days(first, self._day_of(end) - first + 1)

    def _day_of(self, second: int) -> int:
        """Return what ``day_of`` does; days of the timetable are found in a microsecond."""
        if self._starts[0] <= second < self._starts[-1]:
            return bisect_right(self._starts, second) - 1
        return day_of(self.frame.timetable, second)

    def of_days(self, first_day: int, n_days: int) -> DayView:
        """Return the view of ``n_days`` whole days, built on first use."""
        cell = self._cell((first_day, n_days))
        with cell.lock:
            if cell.view is None:
                cell.view = self.build(first_day, n_days)
            return cell.view

    def built(self) -> list[tuple[int, int, DayView]]:
        """Return the views at hand, with their first day and number of days."""
        with self._lock:
            cells = list(self._cells.items())
        return [(*days, cell.view) for days, cell in cells if cell.view is not None]

    def build(self, first_day: int, n_days: int) -> DayView:
        """Return a new view; what kind of view is for subclasses to say."""
        return build_view(self.frame, first_day, n_days)

    def _cell(self, key: tuple[int, int]) -> _Cell:
        with self._lock:
            cell = self._cells.setdefault(key, _Cell())
            self._cells.move_to_end(key)
            while len(self._cells) > self.capacity:
                self._cells.popitem(last=False)
            return cell
