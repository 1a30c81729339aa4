"""Vehicles and alerts: from the bytes of the specification to the image they are about."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.errors import RealtimeUnreadable
from feeds.image.image import NetworkImage
from feeds.realtime.alerts import ALWAYS, Informed, Selector
from feeds.realtime.find import Finder
from feeds.realtime.message import Told, decode_message, match_message
from feeds.realtime.state import Ridden, make_realtime
from feeds.report import Findings
from routing.timetable import NONE
from routing.transit.frame import Frame
from tests.feeds.realtime.messages import encoded
from tests.feeds.realtime.test_match import MIDNIGHT, WEDNESDAY, image  # noqa: F401 - a fixture

NEWS = MIDNIGHT + 8 * 3600


def field(number: int, data: bytes | int) -> bytes:
    """Write a protobuf field by hand: a varint, or bytes with their length."""
    if isinstance(data, int):
        return bytes([number << 3]) + varint(data)
    return bytes([number << 3 | 2]) + varint(len(data)) + data


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


HEADER = field(1, field(1, b"2.0") + field(3, 5))


def test_a_vehicle_has_the_field_numbers_of_the_specification() -> None:
    place = b"\x0d\x00\x00\x4f\x42" + b"\x15\x00\x00\xf0\x40" + b"\x1d\x00\x00\x34\x42"
    place += b"\x2d\x00\x00\x20\x41"
    told = field(1, field(1, b"T1")) + field(2, place) + field(3, 4) + field(5, 7)
    told += field(8, field(1, b"bus 1") + field(2, b"X90"))
    data = HEADER + field(2, field(1, b"e") + field(4, told))
    [vehicle] = decode_message(data).vehicles
    assert vehicle == (
        *("e", "bus 1", "X90", "T1", None, None, None),
        *(51.75, 7.5, 45.0, 10.0, 7),
    )


def test_an_alert_has_the_field_numbers_of_the_specification() -> None:
    text = field(1, field(1, "Straße".encode()) + field(2, b"de"))
    told = field(1, field(1, 9) + field(2, 300)) + field(1, field(1, 400))
    told += field(5, field(1, b"A1") + field(2, b"R") + field(3, 3) + field(5, b"B"))
    told += field(5, field(4, field(1, b"T1") + field(3, b"20240605")))
    told += field(6, 10) + field(7, 4) + field(8, field(1, field(1, b"https://x.example")))
    told += field(10, text) + field(11, text) + field(14, 4)
    data = HEADER + field(2, field(1, b"e") + field(5, told))
    [alert] = decode_message(data).alerts
    assert alert.periods == ((9, 300), (400, ALWAYS))
    assert alert.informed == (
        Selector("A1", "R", 3, None, None, None, "B"),
        Selector(None, None, None, "T1", "20240605", None, None),
    )
    assert (alert.cause, alert.effect, alert.severity) == ("CONSTRUCTION", "DETOUR", "SEVERE")
    assert alert.header == alert.description == (("de", "Straße"),)
    assert alert.url == ((None, "https://x.example"),)


def test_names_that_are_no_text_are_refused() -> None:
    told = field(10, field(1, field(1, b"\xff")))
    with pytest.raises(RealtimeUnreadable, match="not UTF-8"):
        decode_message(HEADER + field(2, field(1, b"e") + field(5, told)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([3, 4, 5]))
def test_whatever_comes_is_read_or_refused(data: bytes, kind: int) -> None:
    with suppress(RealtimeUnreadable):
        decode_message(HEADER + field(2, field(1, b"e") + field(kind, data)))


@pytest.fixture
def finder(image: NetworkImage) -> Finder:  # noqa: F811
    return Finder(image.timetable, image.catalogue, "x")


def told(finder: Finder, *entities: object, findings: Findings | None = None) -> Told:
    header = {"gtfs_realtime_version": "2.0", "timestamp": NEWS}
    message = decode_message(encoded(header=header, entity=list(entities)))
    return match_message(finder, message, Findings() if findings is None else findings)


def vehicle(**fields: object) -> dict[str, object]:
    where = {"latitude": 51.85, "longitude": 7.48}
    return {"id": "v", "vehicle": {"position": where, "trip": fields}}


@pytest.mark.parametrize(
    ("trip", "day"),
    [
        ({"trip_id": "T1"}, WEDNESDAY),
        ({"trip_id": "T1", "start_date": "20240606"}, WEDNESDAY + 1),
        ({"trip_id": "T1", "start_date": "20300101"}, NONE),
        ({"trip_id": "often", "start_time": "10:30:00"}, WEDNESDAY),
    ],
)
def test_a_vehicle_runs_a_trip_on_a_day(finder: Finder, trip: object, day: int) -> None:
    assert isinstance(trip, dict)
    [found] = told(finder, vehicle(**trip)).vehicles
    assert (found.trip != NONE, found.day, found.at) == (True, day, NEWS)


def test_what_is_no_number_is_left_out(finder: Finder) -> None:
    nowhere = {"latitude": float("nan"), "longitude": 7.48}
    dizzy = {"latitude": 51.0, "longitude": 7.48, "bearing": float("nan"), "speed": float("inf")}
    entities = [{"id": str(k), "vehicle": {"position": p}} for k, p in enumerate([nowhere, dizzy])]
    findings = Findings()
    [found] = told(finder, *entities, findings=findings).vehicles
    assert (found.id, found.bearing, found.speed_mps) == ("x:1", None, None)
    assert findings.count(code="no-position") == 1


def test_a_vehicle_of_an_added_trip_finds_it_wherever_it_is_told(finder: Finder) -> None:
    stops = [
        {"stop_id": s, "departure": {"time": NEWS + k}, "arrival": {"time": NEWS + k}}
        for k, s in enumerate("AB")
    ]
    new = {"trip_id": "N", "route_id": "R", "schedule_relationship": 8}
    trip = told(finder, {"id": "t", "trip_update": {"trip": new, "stop_time_update": stops}})
    place = told(finder, vehicle(trip_id="N"))
    frame = Frame(finder.timetable)
    for order in ([trip, place], [place, trip]):
        realtime = make_realtime(frame, order)
        assert realtime.overlay is not None
        found = realtime.vehicle(realtime.overlay.n_trips, WEDNESDAY)
        assert found is not None
        assert found.id == "x:v"
    assert make_realtime(frame, [place]).vehicles[0].trip == NONE


def alert(*informed: object) -> dict[str, object]:
    return {"id": "a", "alert": {"informed_entity": list(informed)}}


@pytest.mark.parametrize(
    ("selector", "code"),
    [
        ({"agency_id": "?"}, "unknown-agency"),
        ({"route_id": "?", "stop_id": "A"}, "unknown-route"),
        ({"stop_id": "?"}, "unknown-stop"),
        ({"trip": {"trip_id": "?"}}, "unknown-trip"),
        ({"trip": {"trip_id": "T1", "start_date": "20300101"}}, "unknown-day"),
        ({}, "informs-nobody"),
    ],
)
def test_whom_nobody_knows_is_informed_of_nothing(
    finder: Finder, selector: object, code: str
) -> None:
    findings = Findings()
    [found] = told(finder, alert(selector, {"stop_id": "A"}), findings=findings).alerts
    assert found.informed == (Informed(NONE, NONE, NONE, NONE, NONE, found.informed[0].stop),)
    assert [finding.code for finding in findings] == [code]


RIDE = Ridden(agency=0, route=0, route_type=3, trip=0, day=WEDNESDAY, stops=frozenset({0, 2}))


@pytest.mark.parametrize(
    ("selector", "fits"),
    [
        ({"agency_id": "A1"}, True),
        ({"route_id": "R"}, True),
        ({"route_type": 3}, True),
        ({"route_type": 0}, False),
        ({"stop_id": "A"}, True),
        ({"stop_id": "B"}, False),
        ({"stop_id": "A", "route_id": "R"}, True),
        ({"stop_id": "B", "route_id": "R"}, False),
        ({"trip": {"trip_id": "T1"}}, True),
        ({"trip": {"route_id": "R"}}, True),
        ({"trip": {"trip_id": "T1", "start_date": "20240606"}}, False),
        ({"trip": {"trip_id": "T1", "start_date": "20240605"}, "stop_id": "C"}, True),
        ({"trip": {"trip_id": "loop"}}, False),
    ],
)
def test_a_ride_fits_all_that_a_selector_names(
    finder: Finder, selector: object, fits: bool
) -> None:
    realtime = make_realtime(Frame(finder.timetable), [told(finder, alert(selector))])
    assert bool(realtime.informing(RIDE, NEWS, NEWS + 60)) == fits


@pytest.mark.parametrize(
    ("periods", "active"),
    [
        ([], True),
        ([{"start": 50}], True),
        ([{"end": 100}], False),
        ([{"end": 101}], True),
        ([{"start": 200}], True),
        ([{"start": 201}], False),
        ([{"end": 5}, {"start": 150, "end": 160}], True),
    ],
)
def test_active_while_the_ride_lasts(finder: Finder, periods: object, active: bool) -> None:
    entity = {"id": "a", "alert": {"active_period": periods}}
    [found] = told(finder, entity).alerts
    assert found.is_active(100, 200) == active
