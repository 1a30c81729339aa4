"""Realtime messages for tests: bytes as a feed's author sends them, and updates in short."""

from typing import Any

from feeds.realtime.decode import Forecast, StopUpdate, TripUpdate, TripUpdates
from feeds.realtime.schema import FeedMessage

NOBODY = TripUpdate("1", "T1", None, "20240605", None, 0, None, (), None, None, None)
"""An update of trip T1 that says nothing."""


def message(*updates: TripUpdate, timestamp: int | None = None) -> TripUpdates:
    """Return a message of updates."""
    return TripUpdates(timestamp, is_differential=False, updates=updates)


def at(
    stop_id: str | None = None,
    *,
    sequence: int | None = None,
    arrival: int | None = None,
    departure: int | None = None,
    arrives: int | None = None,
    departs: int | None = None,
    relationship: int = 0,
    instead: str | None = None,
) -> StopUpdate:
    """Return what is told of a stop: delays as ``arrival`` and ``departure``, times as verbs."""
    return StopUpdate(
        sequence,
        stop_id,
        None if arrival is arrives is None else Forecast(arrival, arrives),
        None if departure is departs is None else Forecast(departure, departs),
        relationship,
        instead,
    )


def encoded(**fields: Any) -> bytes:
    """Return a message in protobuf; ``entity`` takes what ``FeedMessage`` does."""
    header = fields.pop("header", {"gtfs_realtime_version": "2.0", "timestamp": 1_717_567_200})
    data: bytes = FeedMessage(header=header, **fields).SerializeToString()
    return data
