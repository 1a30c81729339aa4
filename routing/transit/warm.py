"""Compile every kernel once per machine, with a message, so that no rider waits for it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from routing.jit import are_cached
from routing.query import TimeKind
from routing.realtime.overlay import OverlaidViews, Overlay, Run
from routing.timetable import NONE, Timetable
from routing.transit.criteria import Weighing
from routing.transit.criteria_costs import Criterion
from routing.transit.criteria_search import CriteriaSearch
from routing.transit.departures import next_departures
from routing.transit.search import TransitQuery, TransitSearch
from routing.transit.stopovers import TransitVia

MESSAGE = "Compiling the search for this machine: once, about half a minute …"


def warm_up(notify: Callable[[str], None] = lambda _: None) -> None:
    """Load every kernel of the timetable search, compiled first where it was not before.

    Parameters
    ----------
    notify
        Is told, before the wait begins, that kernels are to be compiled.
    """
    if not are_cached(Path(__file__).parent):
        notify(MESSAGE)
    warm_up_search()
    warm_up_vias()


def warm_up_search() -> None:
    """Load the kernels of journeys, of what can be reached, of departures and of live changes."""
    search = TransitSearch(_two_stops())
    for kind, window_s in ((TimeKind.DEPART, 0), (TimeKind.ARRIVE, 3600)):
        search.search(TransitQuery(([0], [0]), ([1], [0]), 0, kind, window_s, now=0))
    search.reach(([0], [0]), 0, 3600)
    next_departures(search.views, [0], 0, 1)
    OverlaidViews(search.views, Overlay(search.views.frame, [Run.cancelled(0, 0)])).prepare()


def warm_up_vias() -> None:
    """Load the kernels of journeys over given stops."""
    search = TransitSearch(_two_stops())
    search.search(TransitQuery(([0], [0]), ([1], [0]), 0, vias=(TransitVia((1,)),)))


def warm_up_criteria() -> None:
    """Load the kernels that weigh price, walking and the like, compiled where they were not."""
    search = CriteriaSearch(_two_stops())
    weighing = Weighing((Criterion.WALKING,))
    search.weigh(TransitQuery(([0], [0]), ([1], [0]), 0), weighing)  # when nothing is too late


def _two_stops() -> Timetable:
    """Return the smallest timetable there is: one trip that must be booked, two stops."""

    def i32(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return np.array(values, dtype=np.int32)

    return Timetable(
        stop_lat=np.zeros(2),
        stop_lon=np.zeros(2),
        stop_station=i32(NONE, NONE),
        stop_change_s=i32(0, 0),
        stop_of=i32(0, 1),
        twin_ptr=i32(0, 0, 0),
        twin_stop=i32(),
        stop_wheelchair=np.zeros(2, dtype=np.uint8),
        trip_event_ptr=np.array([0, 2], dtype=np.int64),
        trip_route=i32(0),
        trip_service=i32(0),
        trip_flags=np.zeros(1, dtype=np.uint8),
        trip_booking_rule=i32(0),
        event_stop=i32(0, 1),
        event_arrival=i32(60, 120),
        event_departure=i32(60, 120),
        event_flags=np.zeros(2, dtype=np.uint8),
        service_active=np.ones((1, 1), dtype=np.uint8),
        first_day=i32(date(1970, 1, 1).toordinal()),
        day_epoch=np.zeros((1, 1), dtype=np.int64),
        route_type=np.full(1, 3, dtype=np.int16),
        route_agency=i32(0),
        agency_zone=i32(0),
        transfer_ptr=i32(0, 0, 0),
        transfer_stop=i32(),
        transfer_s=i32(),
        transfer_m=i32(),
        through_ptr=np.zeros(1, dtype=np.int64),
        through_trip=i32(),
        through_service=i32(),
        booking_rules=np.zeros((1, 5), dtype=np.int32),
    )
