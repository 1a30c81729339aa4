"""How the rides of sold chains are expected to run, by the realtime of the moment."""

from collections.abc import Iterator
from datetime import UTC, datetime

from booking.domain.chain import Chain, TripRef
from booking.domain.redress import LegForecast
from kommit.api.network import Network
from routing.timetable import NO_DROP_OFF, NO_PICKUP


def forecasts_of(chain: Chain, network: Network) -> list[LegForecast]:
    """Return what is known of the rides of a chain; see ``booking.service.redress.Forecasts``.

    Nothing is said of what realtime does not tell of, and of trips that are not the timetable's
    or go another way: there is nothing to compare them with.
    """
    return [
        forecast
        for position, leg in enumerate(chain.legs)
        if leg.ride is not None
        for forecast in _of_ride(position, leg.ride, network)
    ]


def _of_ride(position: int, ride: TripRef, network: Network) -> Iterator[LegForecast]:
    trip, day = network.trips.find(ride.trip_id), network.day_of(ride.service_day)
    n_days = network.timetable.day_epoch.shape[1]
    if trip is None or not 0 <= day < n_days:
        return
    calls = network.trips.calls(trip, day)
    if not calls.is_realtime:
        return
    if calls.is_cancelled:
        yield LegForecast(position, None, None)
        return
    if calls.planned is None or ride.alight >= len(calls.expected):
        return
    boards, alights = calls.expected[ride.board], calls.expected[ride.alight]
    if boards.flags & NO_PICKUP or alights.flags & NO_DROP_OFF:
        yield LegForecast(position, None, None)
        return
    yield LegForecast(position, _moment(boards.departure), _moment(alights.arrival))


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
