"""Definitions of own services: read whole, or refused in one sentence that names the field."""

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from feeds.ondemand.definition import KnownStop, parse_service, read_service
from kommit.kit.node import BadFile
from kommit.regions.region import load_region
from routing.booking_rules import BookingRule
from routing.ondemand.service import (
    Capacity,
    Freedom,
    Kind,
    Limits,
    OnDemandService,
    ParallelRule,
    ServiceStop,
    TravelRules,
    Window,
)
from tests.support.shuttles import senden_service, senden_stops

KNOWN = [
    KnownStop("x:A", "Anger", 51.85, 7.48),
    KnownStop("x:B", "Brink", 51.86, 7.49),
    KnownStop("x:C", "Far away", 52.9, 8.9),
]
TEXT = """
[service]
id = "x:bus"
name = "Bus"
agency_id = "x:1"
agency_name = "Operator"
time_zone = "Europe/Berlin"
kind = "shuttle"

[[booking]]
id = "app"
type = "same_day"
notice_min = 10

[[stop]]
id = "barn"
name = "The barn"
lat = 51.855
lon = 7.485

[[area]]
id = "all"
name = "All"
freedom = "stop_to_stop"
stops = ["x:A", "barn"]

[[relation]]
from = "all"
to = "all"
days = ["fri", "sat"]
begin = "20:00"
end = "26:30"
booking = "app"

[[vehicle]]
id = "one"
name = "One"
seats = 6
wheelchairs = 1
lat = 51.85
lon = 7.48

[[vehicle.shift]]
days = ["fri", "sat"]
begin = "20:00"
end = "27:00"
break_min = 30

[[vehicle.shift.break]]
begin = "23:00"
end = "24:30"
"""


def document(**changed: Any) -> dict[str, Any]:
    """Return the service, its tables replaced; None leaves a table out."""
    whole = tomllib.loads(TEXT) | changed
    return {key: value for key, value in whole.items() if value is not None}


def parsed(content: dict[str, Any]) -> OnDemandService:
    return parse_service(content, "bus.toml", KNOWN)


def test_a_whole_definition() -> None:
    service = parsed(document())
    assert (service.id, service.kind, service.is_ours) == ("x:bus", Kind.SHUTTLE, True)
    assert service.stops == {
        "x:A": ServiceStop("x:A", "Anger", 51.85, 7.48, "x:A"),
        "barn": ServiceStop("barn", "The barn", 51.855, 7.485),
    }
    (relation,) = service.relations
    assert relation.pickup == Window(20 * 3600, 26 * 3600 + 1800), "past midnight"
    assert relation.drop_off.end_s == relation.pickup.end_s + 1800
    assert relation.days.weekdays == {4, 5}
    assert relation.days.runs_on(date(2050, 1, 1)), "a Saturday; there is no last day"
    assert relation.terms.rule == BookingRule(1, 10, -1, -1, -1)
    assert service.vehicles is not None
    (vehicle,) = service.vehicles
    assert vehicle.capacity == Capacity(6, 1)
    (shift,) = vehicle.shifts
    assert (shift.breaks, shift.break_s) == ((Window(23 * 3600, 24 * 3600 + 1800),), 1800)
    assert (service.limits, service.travel, service.parallel) == (Limits(), TravelRules(), None)


def test_without_vehicles_nothing_is_offered_but_it_is_ours() -> None:
    service = parsed(document(vehicle=None))
    assert service.vehicles == ()
    assert service.is_ours


def test_a_polygon_with_a_hole_takes_the_stops_that_lie_in_it() -> None:
    outer = [[51.8, 7.4], [51.9, 7.4], [51.9, 7.6], [51.8, 7.6]]
    hole = [[51.858, 7.488], [51.862, 7.488], [51.862, 7.492], [51.858, 7.492]]
    area = {
        "id": "all", "name": "All", "freedom": "door_to_door",
        "polygons": [[outer, hole]], "all_stops_within": True,
    }  # fmt: skip
    service = parsed(document(area=[area]))
    assert set(service.stops) == {"x:A", "barn"}, "B lies in the hole, C elsewhere"
    ((ring, inner),) = service.areas["all"].polygons
    assert ring[0] == ring[-1], "rings are closed"
    assert len(inner) == 5
    assert service.areas["all"].freedom is Freedom.DOOR_TO_DOOR


def test_promises_and_rules() -> None:
    service = parsed(
        document(
            limits={"max_walk_m": 500, "pickup_window_min": 5},
            travel={"factor": 1.2, "hourly": [{"hour": 7, "factor": 1.3}]},
            parallel={"max_shift_min": 20},
        )
    )
    assert (service.limits.max_walk_m, service.limits.pickup_window_s) == (500, 300)
    assert service.travel == TravelRules(1.2, ((7, 1.3),))
    assert service.parallel == ParallelRule(max_shift_s=1200)


@pytest.mark.parametrize(
    ("booking", "expected"),
    [
        ({"type": "real_time"}, BookingRule(0, -1, -1, -1, -1)),
        ({"type": "same_day", "notice_min": 60, "earliest_min": 1440}, BookingRule(1, 60, -1, -1, 1440)),
        ({"type": "prior_days", "until": "17:00"}, BookingRule(2, -1, 1, 61200, -1)),
        ({"type": "prior_days", "days_before": 3}, BookingRule(2, -1, 3, 86400, -1)),
    ],
)  # fmt: skip
def test_booking(booking: dict[str, Any], expected: BookingRule) -> None:
    service = parsed(document(booking=[{"id": "app", **booking}]))
    assert service.relations[0].terms.rule == expected


def test_hours_of_volunteers_are_of_single_dates() -> None:
    day = date(2026, 12, 5)
    content = document()
    content["service"]["kind"] = "buergerbus"
    content["vehicle"][0]["shift"][0] |= {"days": ["sat"], "first": day, "last": day}
    service = parsed(content)
    assert service.kind is Kind.BUERGERBUS
    assert service.vehicles is not None
    days = service.vehicles[0].shifts[0].days
    assert [n for n in range(1, 31) if days.runs_on(date(2026, 12, n))] == [5]


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Return a change of one field; a path reads ``vehicle.0.seats``, ``...`` takes it away."""

    def change(content: dict[str, Any]) -> None:
        *way, last = path.split(".")
        node: Any = content
        for step in way:
            node = node[int(step)] if step.isdigit() else node[step]
        if value is ...:
            del node[last]
        else:
            node[last] = value

    return change


MISTAKES = [
    ("service.id", "bus", "bus.toml [service]: id: has the name of its feed"),
    ("service.id", ..., "bus.toml [service]: id: is missing"),
    ("service.kind", "tram", "bus.toml [service]: kind: is one of shuttle, buergerbus"),
    ("service.time_zone", "Europe/Senden", "bus.toml [service]: time_zone: there is no time zone"),
    ("service.color", "green", "bus.toml [service]: color: has six hexadecimal digits"),
    ("service.colour", "00A651", "bus.toml [service]: colour: means nothing here"),
    ("vehicles", [], "bus.toml: vehicles: means nothing here; is it misspelt?"),
    ("booking.0.type", "never", "bus.toml [[booking]] 1: type: is one of real_time"),
    ("booking.0.notice_min", -5, "bus.toml [[booking]] 1: notice_min: is a whole number from 0"),
    ("stop.0.lat", 151.0, "bus.toml [[stop]] 1: lat: is a number of degrees"),
    ("area", [], "bus.toml: area: is empty"),
    ("area.0.stops", ["x:Z"], "there is no stop 'x:Z' in the timetable or in this file"),
    ("area.0.stops", [], "bus.toml [[area]] 1: stops: the area has no stop"),
    ("area.0.freedom", "anywhere", "bus.toml [[area]] 1: freedom: is one of stop_to_stop"),
    ("area.0.polygons", [[[[51.8, 7.4], [51.9, 7.4]]]], "a ring has three corners or more"),
    ("area.0.polygons", [[]], "bus.toml [[area]] 1: polygons: each has an outer ring"),
    ("area.0.polygons", [["no"]], "polygon: has rings, each a list of [lat, lon]"),
    ("relation.0.from", "nowhere", "bus.toml [[relation]] 1: from: is one of all"),
    ("relation.0.booking", "none", "bus.toml [[relation]] 1: booking: is one of app"),
    ("relation.0.end", "19:00", "bus.toml [[relation]] 1: end: ends before it begins"),
    ("relation.0.end", "48:01", "is a time from 00:00 to 48:00"),
    ("relation.0.begin", "8 Uhr", "is a time like 06:30, not '8 Uhr'"),
    ("relation.0.days", ["fr"], "bus.toml [[relation]] 1: days: is a list of mon, tue"),
    ("relation.0.first", "soon", "bus.toml [[relation]] 1: first: cannot be 'soon'"),
    ("vehicle.0.seats", 0, "bus.toml [[vehicle]] 1: seats: is a whole number from 1 to 60"),
    ("vehicle.0.wheelchairs", -1, "wheelchairs: is a whole number from 0"),
    ("vehicle.0.shift.0.end", "19:59", "[[vehicle]] 1 [[shift]] 1: end: ends before it begins"),
    ("vehicle.0.shift.0.break.0.begin", "19:00", "the break lies outside of its shift"),
    ("vehicle.0.shift.0.break_min", 120, "break_min: a break does not fit into its span"),
    ("limits", {"max_walk_m": -1}, "bus.toml [limits]: max_walk_m: is a whole number from 0"),
    ("limits", {"detour_factor": 0.5}, "bus.toml [limits]: detour_factor: is a number from 1.0"),
    ("travel", {"factor": True}, "bus.toml [travel]: factor: is a number from 1.0"),
    ("parallel", {"max_slower": 0}, "bus.toml [parallel]: max_slower: is a number from 1.0"),
]


@pytest.mark.parametrize(("path", "value", "says"), MISTAKES)
def test_a_mistake_is_named(path: str, value: Any, says: str) -> None:
    content = document()
    put(path, value)(content)
    with pytest.raises(BadFile) as caught:
        parsed(content)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_span_of_days_that_ends_before_it_begins() -> None:
    content = document()
    content["relation"][0] |= {"first": date(2026, 5, 2), "last": date(2026, 5, 1)}
    with pytest.raises(BadFile, match=r"relation\]\] 1: last: is before the first day"):
        parsed(content)


@pytest.mark.parametrize(
    ("content", "says"), [(b"[service", "is no TOML"), (b"\xff", "is no TOML"), (b"", "service")]
)
def test_files_that_are_none(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "bus.toml"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=says):
        read_service(path, KNOWN)
    with pytest.raises(BadFile, match="cannot be read"):
        read_service(tmp_path / "none.toml", KNOWN)


def test_a_file_that_is_far_too_large(tmp_path: Path) -> None:
    path = tmp_path / "bus.toml"
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(BadFile, match="larger than 1000000 bytes"):
        read_service(path, KNOWN)


def test_the_shuttle_of_senden_is_as_published() -> None:
    service = senden_service()
    assert service.id == "senden:kommit-shuttle"
    assert service.vehicles is not None
    assert [vehicle.capacity[:2] for vehicle in service.vehicles] == [(6, 1), (6, 1)]
    assert service.limits.max_walk_m == 300
    assert service.parallel is not None
    assert {area.freedom for area in service.areas.values()} == {Freedom.STOP_TO_STOP}
    virtual = [stop for stop in service.stops.values() if stop.stop_id is None]
    known = {stop.id for stop in senden_stops()}
    assert all(stop.stop_id in known for stop in service.stops.values() if stop.stop_id)
    assert len(virtual) >= 20
    assert len(service.stops) - len(virtual) >= 150
    assert "senden:906815" in service.stops, "the Alexianer-Campus lies outside of the municipality"
    assert all(relation.days.last == date.max for relation in service.relations)
    (path,) = load_region("senden").shuttles
    assert "illustrative" in path.read_text("utf-8").lower()
