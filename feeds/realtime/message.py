"""A whole message: trip updates, vehicles and alerts, whichever of them it has."""

from typing import NamedTuple

from feeds.realtime.alerts import Alert, MatchedAlert, alerts_of, match_alerts
from feeds.realtime.decode import TripUpdates, parsed, trip_updates_of
from feeds.realtime.find import Finder
from feeds.realtime.match import Matched, match_updates
from feeds.realtime.vehicles import Vehicle, VehiclePosition, match_vehicles, vehicles_of
from feeds.report import Findings


class Message(NamedTuple):
    """What one message says."""

    timestamp: int | None
    """Unix second at which the feed's author made it."""
    trips: TripUpdates
    vehicles: tuple[VehiclePosition, ...]
    alerts: tuple[Alert, ...]


class Told(NamedTuple):
    """What one message means for an image."""

    scope: str
    matched: Matched
    vehicles: tuple[Vehicle, ...]
    alerts: tuple[MatchedAlert, ...]


def decode_message(data: bytes) -> Message:
    """Read a GTFS Realtime message.

    Raises
    ------
    RealtimeUnreadable
        If the bytes are no such message.
    """
    with parsed(data) as message:
        trips = trip_updates_of(message)
        return Message(trips.timestamp, trips, vehicles_of(message), alerts_of(message))


def match_message(finder: Finder, message: Message, findings: Findings) -> Told:
    """Return what a message means for the finder's image; what cannot be used becomes findings."""
    return Told(
        finder.scope,
        match_updates(finder, message.trips, findings),
        match_vehicles(finder, message.vehicles, message.timestamp, findings),
        match_alerts(finder, message.alerts, findings),
    )
