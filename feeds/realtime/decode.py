"""Bytes of a GTFS Realtime message to trip updates: typed, judged by nobody yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, Final, NamedTuple

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # no stubs exist

from feeds.errors import RealtimeUnreadable
from feeds.realtime.schema import FeedMessage

MAX_BYTES: Final = 64 * 2**20
"""Longest message that is read: several times the largest known, of whole countries."""


class TripRelationship(IntEnum):
    """``TripDescriptor.schedule_relationship``."""

    SCHEDULED = 0
    ADDED = 1
    UNSCHEDULED = 2
    CANCELED = 3
    REPLACEMENT = 5
    DUPLICATED = 6
    DELETED = 7
    NEW = 8


class StopRelationship(IntEnum):
    """``StopTimeUpdate.schedule_relationship``."""

    SCHEDULED = 0
    SKIPPED = 1
    NO_DATA = 2
    UNSCHEDULED = 3


class Forecast(NamedTuple):
    """When a vehicle is expected; the time counts where both are given."""

    delay_s: int | None
    time: int | None
    """Unix second."""


class StopUpdate(NamedTuple):
    """What is expected at one stop of a trip; None is what the message leaves out."""

    sequence: int | None
    """``stop_sequence``."""
    stop_id: str | None
    arrival: Forecast | None
    departure: Forecast | None
    relationship: int
    assigned_stop_id: str | None
    """Stop called at instead of the scheduled one."""


class TripUpdate(NamedTuple):
    """What is expected of one trip on one day; None is what the message leaves out."""

    entity_id: str
    trip_id: str | None
    route_id: str | None
    start_date: str | None
    """``YYYYMMDD``."""
    start_time: str | None
    """``H:MM:SS``."""
    relationship: int
    delay_s: int | None
    """Of the whole trip, up to the first stop with an update of its own."""
    stops: tuple[StopUpdate, ...]
    new_trip_id: str | None
    """Of a duplicate: what it is called itself."""
    new_start_date: str | None
    new_start_time: str | None
    new_headsign: str | None = None
    new_short_name: str | None = None


class TripUpdates(NamedTuple):
    """One message."""

    timestamp: int | None
    """Unix second at which the feed's author made it."""
    is_differential: bool
    """Whether it only tells what changed since the last one."""
    updates: tuple[TripUpdate, ...]


def decode_trip_updates(data: bytes) -> TripUpdates:
    """Read a GTFS Realtime message; entities of other kinds are passed over.

    Raises
    ------
    RealtimeUnreadable
        If the bytes are no such message.
    """
    with parsed(data) as message:
        return trip_updates_of(message)


@contextmanager
def parsed(data: bytes) -> Iterator[Any]:
    """Give a message as protobuf has it; fields are looked at within the block.

    Raises
    ------
    RealtimeUnreadable
        If the bytes are no such message.
    """
    if len(data) > MAX_BYTES:
        raise RealtimeUnreadable(
            f"The realtime message is longer than {MAX_BYTES >> 20} MiB and was not read."
        )
    message = FeedMessage()
    try:
        message.ParseFromString(data)
        if not message.HasField("header"):
            raise RealtimeUnreadable("The realtime message has no header: it is empty or cut.")
        yield message
    except DecodeError as error:
        raise RealtimeUnreadable(
            "The realtime data is no GTFS Realtime message in protobuf: is the address right?"
        ) from error


def trip_updates_of(message: Any) -> TripUpdates:
    """Return the trip updates of a message in protobuf."""
    return TripUpdates(
        timestamp=message.header.timestamp or None,
        is_differential=message.header.incrementality == 1,
        updates=tuple(
            _trip_update(text_of(entity.id) or "", entity.trip_update)
            for entity in message.entity
            if entity.HasField("trip_update") and not entity.is_deleted
        ),
    )


def _trip_update(entity_id: str, update: Any) -> TripUpdate:
    trip, properties = update.trip, update.trip_properties
    return TripUpdate(
        entity_id=entity_id,
        trip_id=text_of(trip.trip_id),
        route_id=text_of(trip.route_id),
        start_date=text_of(trip.start_date),
        start_time=text_of(trip.start_time),
        relationship=trip.schedule_relationship,
        delay_s=update.delay if update.HasField("delay") else None,
        stops=tuple(map(_stop_update, update.stop_time_update)),
        new_trip_id=text_of(properties.trip_id),
        new_start_date=text_of(properties.start_date),
        new_start_time=text_of(properties.start_time),
        new_headsign=text_of(properties.trip_headsign),
        new_short_name=text_of(properties.trip_short_name),
    )


def _stop_update(update: Any) -> StopUpdate:
    """Return what is told of a stop; most of a message is this, so it asks as little as it can."""
    has = update.HasField
    return StopUpdate(
        update.stop_sequence or (0 if has("stop_sequence") else None),
        text_of(update.stop_id),
        _forecast(update.arrival) if has("arrival") else None,
        _forecast(update.departure) if has("departure") else None,
        update.schedule_relationship,
        text_of(update.stop_time_properties.assigned_stop_id)
        if has("stop_time_properties")
        else None,
    )


def text_of(value: str | bytes) -> str | None:
    """Return a text, None where it is empty; protobuf hands over as bytes what is not UTF-8."""
    if isinstance(value, bytes):
        raise RealtimeUnreadable("The realtime message holds names that are not UTF-8.")
    return value or None


def _forecast(event: Any) -> Forecast | None:
    """Return when a vehicle is expected; None where the message says nothing of it."""
    delay_s = event.delay or (0 if event.HasField("delay") else None)
    time = event.time or (0 if event.HasField("time") else None)
    return None if delay_s is None and time is None else Forecast(delay_s, time)
