"""Bytes become updates, or one plain sentence."""

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.errors import RealtimeUnreadable
from feeds.realtime import decode
from feeds.realtime.decode import Forecast, StopRelationship, TripRelationship, decode_trip_updates
from tests.feeds.realtime.messages import encoded
from tests.support.shared import shared_data

UPDATE = {
    "trip": {
        "trip_id": "T1",
        "start_time": "8:00:00",
        "start_date": "20240605",
        "schedule_relationship": 6,
        "route_id": "R",
    },
    "stop_time_update": [
        {
            "stop_sequence": 0,
            "stop_id": "A",
            "arrival": {"delay": 0},
            "departure": {"time": 1_717_567_260, "delay": 60},
            "stop_time_properties": {"assigned_stop_id": "A2"},
        },
        {"stop_id": "B", "schedule_relationship": 1, "arrival": {}},
    ],
    "delay": -30,
    "trip_properties": {
        "trip_id": "T9",
        "start_date": "20240606",
        "start_time": "9:00:00",
        "trip_headsign": "Markt",
        "trip_short_name": "E9",
    },
}


def test_every_field_arrives() -> None:
    message = decode_trip_updates(encoded(entity=[{"id": "x", "trip_update": UPDATE}]))
    assert (message.timestamp, message.is_differential) == (1_717_567_200, False)
    [update] = message.updates
    assert update._replace(stops=()) == (
        *("x", "T1", "R", "20240605", "8:00:00", TripRelationship.DUPLICATED, -30, ()),
        *("T9", "20240606", "9:00:00", "Markt", "E9"),
    )
    first, second = update.stops
    assert first == (0, "A", Forecast(0, None), Forecast(60, 1_717_567_260), 0, "A2")
    assert second == (None, "B", None, None, StopRelationship.SKIPPED, None)


def test_the_bytes_are_those_of_the_specification() -> None:
    """Field numbers and wire types, written by hand after gtfs-realtime.proto."""
    stop = b"\x08\x07" + b"\x12\x02\x08\x3c" + b"\x22\x01A"  # 1: 7, 2: {1: 60}, 4: "A"
    trip = b"\x0a\x02T1" + b"\x1a\x0820240605"
    update = b"\x0a" + bytes([len(trip)]) + trip + b"\x12" + bytes([len(stop)]) + stop
    entity = b"\x0a\x011" + b"\x1a" + bytes([len(update)]) + update
    header = b"\x0a\x032.0" + b"\x10\x01" + b"\x18\x05"
    data = b"\x0a" + bytes([len(header)]) + header + b"\x12" + bytes([len(entity)]) + entity
    message = decode_trip_updates(data)
    assert (message.timestamp, message.is_differential) == (5, True)
    [update_] = message.updates
    assert (update_.trip_id, update_.start_date) == ("T1", "20240605")
    assert update_.stops == ((7, "A", Forecast(60, None), None, 0, None),)


def test_other_entities_are_passed_over() -> None:
    entities = [{"id": "a"}, {"id": "b", "is_deleted": True, "trip_update": UPDATE}]
    assert decode_trip_updates(encoded(entity=entities)).updates == ()


def test_a_later_version_is_read() -> None:
    trip = {"trip_id": "T1", "schedule_relationship": 42}
    data = encoded(entity=[{"id": "x", "trip_update": {"trip": trip}}])
    unknown_field = b"\xfa\x7f\x03abc"
    [update] = decode_trip_updates(data + unknown_field).updates
    assert update.relationship == 42


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>404</html>", b"{}", b"\xff" * 50, encoded()[:-3], b"\x12" * 9, b"\x0b" * 10**5],
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(RealtimeUnreadable, match="realtime"):
        decode_trip_updates(data)


def test_a_name_that_is_no_text_is_refused() -> None:
    data = encoded(entity=[{"id": "x", "trip_update": UPDATE}]).replace(b"T1", b"\xff\xfe")
    with pytest.raises(RealtimeUnreadable, match="not UTF-8"):
        decode_trip_updates(data)


def test_a_huge_message_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "MAX_BYTES", 10)
    with pytest.raises(RealtimeUnreadable, match="longer than"):
        decode_trip_updates(b"0" * 11)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_are_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(encoded(entity=[{"id": "x", "trip_update": UPDATE}]))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    with suppress(RealtimeUnreadable):
        update = decode_trip_updates(bytes(whole[:cut]))
        assert update == decode_trip_updates(bytes(whole[:cut]))


@pytest.mark.shared
def test_kingston() -> None:
    folder = shared_data("gtfs-rt", "kingston")
    messages = [decode_trip_updates(path.read_bytes()) for path in sorted(folder.glob("*.pb"))]
    assert [message.timestamp for message in messages] == [1768510988, 1768511018, 1768511048]
    assert [len(message.updates) for message in messages] == [269, 269, 265]
    kinds = Counter(update.relationship for update in messages[0].updates)
    assert kinds == {TripRelationship.SCHEDULED: 265, TripRelationship.ADDED: 4}
    stops = [stop for update in messages[0].updates for stop in update.stops]
    assert len(stops) == 6244
    assert sum(stop.relationship == StopRelationship.SKIPPED for stop in stops) == 23
