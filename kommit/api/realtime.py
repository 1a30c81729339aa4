"""What is known of the moment, as riders see it: alerts, vehicles, and who gives the news."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from booking.domain.chain import Chain, ChainLeg
from booking.domain.errors import NotOnSale
from feeds.realtime.alerts import ALWAYS, Informed, MatchedAlert, Texts
from feeds.realtime.state import Ridden
from feeds.realtime.vehicles import Vehicle
from kommit.api.network import Network
from kommit.api.schemas import realtime as shapes
from routing.timetable import NO_DROP_OFF, NO_PICKUP, NONE


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How it stands with one source of realtime messages."""

    scope: str
    name: str
    status: Literal["ok", "waiting", "failing", "stale"]
    last_message: datetime | None
    age_s: int | None
    error: str | None
    trips: int
    vehicles: int
    alerts: int
    findings: tuple[tuple[str, int], ...]
    """Code and count."""


class RealtimeSources(Protocol):
    """The sources of realtime messages, as far as the API looks at them."""

    def status(self) -> list[SourceStatus]:
        """Return how it stands with each."""
        ...


def source_json(status: SourceStatus, network: Network) -> shapes.RealtimeSource:
    """Return how it stands with a source, as operators see it."""
    return shapes.RealtimeSource(
        scope=status.scope,
        name=status.name,
        status=status.status,
        last_message=None if status.last_message is None else network.local(status.last_message),
        age_s=status.age_s,
        error=status.error,
        trips=status.trips,
        vehicles=status.vehicles,
        alerts=status.alerts,
        findings=[shapes.FindingCount(code=code, count=n) for code, n in status.findings],
    )


# --- alerts


def alerts_of_ride(
    network: Network, trip: int, day: int, stops: Iterable[int], start: int, end: int
) -> list[shapes.Alert]:
    """Return the alerts for a ride, or for a board's row, that are active in a span.

    Parameters
    ----------
    stops
        Where the rider boards and alights.
    start, end
        Unix seconds.
    """
    tt, route = network.timetable, network.trips.route(trip)
    ridden = Ridden(
        agency=int(tt.route_agency[route]),
        route=route,
        route_type=int(tt.route_type[route]),
        trip=trip,
        day=day,
        stops=_with_stations(network, stops),
    )
    return [alert_json(network, one) for one in network.realtime.informing(ridden, start, end)]


def alerts_of_stop(network: Network, stops: Iterable[int], at: int) -> list[shapes.Alert]:
    """Return the alerts about stops as such that are active at a Unix second."""
    found = network.realtime.informing_stop(_with_stations(network, stops), at)
    return [alert_json(network, one) for one in found]


def _with_stations(network: Network, stops: Iterable[int]) -> frozenset[int]:
    stops = frozenset(stops)
    stations = {int(network.timetable.stop_station[stop]) for stop in stops} - {NONE}
    return stops | stations


def alert_json(network: Network, matched: MatchedAlert) -> shapes.Alert:
    """Return an alert as riders see it."""
    alert = matched.alert
    return shapes.Alert(
        id=matched.id,
        severity=alert.severity,
        cause=alert.cause,
        effect=alert.effect,
        header=_texts(alert.header),
        description=_texts(alert.description),
        url=_texts(alert.url),
        periods=[_period(network, *period) for period in alert.periods],
    )


def informing_alert_json(network: Network, matched: MatchedAlert) -> shapes.InformingAlert:
    """Return an alert with all that it informs."""
    return shapes.InformingAlert(
        **alert_json(network, matched).model_dump(by_alias=True),
        informed=[_informed(network, one) for one in matched.informed],
    )


def _texts(texts: Texts) -> list[shapes.Text]:
    return [shapes.Text(language=language, text=text) for language, text in texts]


def _period(network: Network, start: int, until: int) -> shapes.Period:
    return shapes.Period.model_validate(
        {"from": _moment(network, start), "until": _moment(network, until)}
    )


def _moment(network: Network, second: int) -> datetime | None:
    """Return a moment; None for what stands for always, or is no date of any calendar."""
    try:
        return network.local(second) if 0 < second < ALWAYS else None
    except (OverflowError, ValueError, OSError):
        return None


def _informed(network: Network, one: Informed) -> shapes.Informed:
    names = network.catalogue
    return shapes.Informed(
        agency_id=None if one.agency == NONE else names.agency(one.agency).id,
        route_id=None if one.route == NONE else names.route(one.route).id,
        route_type=None if one.route_type == NONE else one.route_type,
        trip_id=None if one.trip == NONE else names.trip(one.trip).id,
        service_day=None if one.day == NONE else network.date_of(one.day),
        stop_id=None if one.stop == NONE else names.stop(one.stop).id,
    )


# --- vehicles


def vehicle_of_ride(network: Network, trip: int, day: int) -> shapes.VehicleAt | None:
    """Return where the vehicle of a ride is, if that is known."""
    vehicle = network.realtime.vehicle(trip, day)
    if vehicle is None:
        return None
    return shapes.VehicleAt(
        id=vehicle.id,
        label=vehicle.label,
        lat=vehicle.lat,
        lon=vehicle.lon,
        bearing=vehicle.bearing,
        at=None if vehicle.at is None else _moment(network, vehicle.at),
    )


def vehicle_feature(network: Network, vehicle: Vehicle) -> shapes.VehicleFeature:
    """Return a vehicle for the map."""
    route = None if vehicle.route == NONE else network.catalogue.route(vehicle.route)
    return shapes.VehicleFeature(
        geometry=shapes.VehiclePoint(coordinates=(vehicle.lon, vehicle.lat)),
        properties=shapes.VehicleProperties(
            id=vehicle.id,
            label=vehicle.label,
            bearing=vehicle.bearing,
            speed_mps=vehicle.speed_mps,
            at=None if vehicle.at is None else _moment(network, vehicle.at),
            route_id=route.id if route else None,
            route_name=(route.short_name or route.long_name) if route else None,
            trip_id=None if vehicle.trip == NONE else network.trips.info(vehicle.trip).id,
            service_day=None if vehicle.day == NONE else network.date_of(vehicle.day),
        ),
    )


# --- what must not be sold


def check_runs(chain: Chain, network: Network) -> None:
    """Raise ``NotOnSale`` if a ride of a chain is known not to run, or not to stop for the rider.

    What is not known any more, such as an added trip that the feed no longer tells of, is sold as
    it was found: the offer promised it.
    """
    for leg in chain.rides:
        if not _runs(leg, network):
            assert leg.ride is not None  # noqa: S101 - what runs on demand is never cancelled so
            raise NotOnSale(f"{leg.ride.route_name} from {leg.origin.name} is cancelled")


def _runs(leg: ChainLeg, network: Network) -> bool:
    ride, overlay = leg.ride, network.realtime.overlay
    trip = None if ride is None or overlay is None else network.trips.find(ride.trip_id)
    if ride is None or overlay is None or trip is None:
        return True
    run = overlay.run(trip, network.day_of(ride.service_day))
    if run is None or run.is_another_way:
        return True
    return ride.alight < len(run.stops) and not (
        run.flags[ride.board] & NO_PICKUP or run.flags[ride.alight] & NO_DROP_OFF
    )
