"""A rented vehicle between two rides: from Q, where one train ends, to R, where another starts.

Q and R are 700 m apart by a street; the timetable has no walk between them. Riding 4.5 m/s.
"""

from dataclasses import replace

import numpy as np
import pytest

from routing.footways import place_of_stop
from routing.journey import RideLeg, StreetLeg, WalkLeg
from routing.planner import Planner
from routing.query import PlanQuery, Preferences, TimeKind
from routing.realtime.overlay import OverlaidViews, Overlay, Run
from routing.sharing.wishes import VehicleWishes
from tests.support.rentals import letter_at, network_of, supply_of
from tests.support.streets import Drawing
from tests.support.timetables import TODAY_INDEX, network

STREETS = Drawing(
    """
    Q.a.b.c.d.e.f.R
    ...............
    ...............
    ...............
    P.............T

    QabcdefR
    """
)
LINES = """
    R1
    P     Q
    8:00  8:10
    8:30  8:40

    R2
    R     T
    8:15  8:25
    8:17  8:27
    8:25  8:35
"""
HERE = """
    station S at a bikes=1 docks=0
    station V at f docks=1
"""


def plan(
    text: str,
    *,
    lines: str = LINES,
    arrive: bool = False,
    walk_mps: float = 1.0,
    buffer_s: int = 0,
    late_s: int = 0,
    **wishes,
):
    tiny = network(lines)
    lat, lon = zip(*(STREETS.at(name) for name in tiny.stops), strict=True)
    timetable = tiny.timetable._replace(stop_lat=np.array(lat), stop_lon=np.array(lon))
    planner = Planner(timetable, network_of(STREETS)).with_supply(supply_of(text, STREETS), 0)
    if late_s:
        overlay = Overlay(planner.transit.views.frame, [_late(timetable, 0, late_s)])
        planner = planner.under(OverlaidViews(planner.transit.views, overlay))
    ends = (place_of_stop(timetable, tiny.stops.index(name)) for name in "PT")
    query = PlanQuery(
        *ends,
        tiny.midnight + 8 * 3600,
        window_s=1800,
        preferences=Preferences(
            max_walk_s=60,
            max_direct_walk_s=60,
            walk_mps=walk_mps,
            transfer_buffer_s=buffer_s,
            vehicles=VehicleWishes(**wishes),
        ),
    )
    if arrive:
        query = replace(query, kind=TimeKind.ARRIVE, time=tiny.midnight + 9 * 3600, window_s=3600)
    return [(one, _line(one, tiny)) for one in planner.plan(query)]


def _late(tt, trip: int, seconds: int) -> Run:
    """Return a trip that is late all the way."""
    events = slice(*tt.trip_event_ptr[trip : trip + 2])
    times = [(t[events] + seconds).tolist() for t in (tt.event_arrival, tt.event_departure)]
    stops, flags = (array[events].tolist() for array in (tt.event_stop, tt.event_flags))
    return Run(trip, TODAY_INDEX, stops, *times, flags)


def _line(journey, tiny) -> str:
    words = []
    for leg in journey.legs:
        ends = [letter_at(end.lat, end.lon, STREETS) for end in (leg.origin, leg.destination)]
        kind = {RideLeg: "", StreetLeg: "rent-", WalkLeg: "walk-"}[type(leg)]
        words += [tiny.clock(leg.departure), kind + "".join(ends)]
    return " ".join([*words, tiny.clock(journey.arrival)])


def test_walk_ride_and_walk_between_two_trains() -> None:
    # 76 s at 1.33 m/s are 102 s at 1 m/s: too late for the train at 8:15
    [(journey, text)] = plan(HERE)
    assert text == "8:00 PQ 8:10 walk-Qa 8:11:42 rent-af 8:15:04 walk-fR 8:17 RT 8:27"
    rental = journey.legs[2].rental
    assert (rental.pick_up_station, rental.return_station, rental.price_minor) == ("S", "V", 140)


def test_a_quick_walker_gets_the_train_before() -> None:
    lines = LINES.replace("8:15  8:25", "8:16  8:26")
    assert plan(HERE, lines=lines)[0][1].endswith("8:17 RT 8:27")
    assert plan(HERE, lines=lines, walk_mps=1.33)[0][1].endswith("8:16 RT 8:26")


def test_time_to_spare_comes_on_top() -> None:
    [(_, text)] = plan(HERE, buffer_s=120)
    assert text.endswith("8:25 RT 8:35")


@pytest.mark.parametrize(("before", "after"), [("bikes=1", "bikes=0"), ("f docks=1", "f docks=0")])
def test_none_without_a_vehicle_or_a_dock(before: str, after: str) -> None:
    assert plan(HERE.replace(before, after)) == []


def test_none_if_the_rider_rents_none() -> None:
    assert plan(HERE, rentals=False) == []
    assert plan(HERE, banned_systems=frozenset({"s"})) == []


def test_arriving() -> None:
    [(_, text)] = plan(HERE, arrive=True)
    assert text == "8:00 PQ 8:10 walk-Qa 8:11:42 rent-af 8:15:04 walk-fR 8:17 RT 8:27"


@pytest.mark.parametrize("minutes", [6, 8])
def test_only_where_it_saves_two_minutes(minutes: int) -> None:
    # at the usual pace the rental takes 354 s: less than 8 minutes by two, more than 6 by none
    text = plan(HERE, lines=LINES + f"\n    Q ~ {minutes}m ~ R\n", walk_mps=1.33)[0][1]
    assert ("rent-af" in text) == (minutes == 8), text
    assert ("walk-QR" in text) == (minutes < 8), text


def test_a_late_train_shifts_the_rental_and_the_change() -> None:
    [(_, text)] = plan(HERE, late_s=120)
    assert text == "8:02 PQ 8:12 walk-Qa 8:13:42 rent-af 8:17:04 walk-fR 8:25 RT 8:35"
