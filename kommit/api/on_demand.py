"""On-demand rides of a search in their other shapes: for riders, for booking, and explained."""

from collections.abc import Iterable
from typing import Final

from booking.domain.chain import LegMode, ShuttleRef
from kommit.api.emissions import leg_co2_g
from kommit.api.network import Network
from kommit.api.polyline import encode
from kommit.api.schemas.common import Point
from kommit.api.schemas.journeys import Leg
from kommit.api.schemas.on_demand import (
    Explained,
    OnDemandBooking,
    OnDemandRide,
    ServiceName,
    Words,
)
from routing.journey import Journey, OnDemandLeg
from routing.ondemand.fleet import Spot
from routing.ondemand.quotes import Refused
from routing.ondemand.service import OnDemandService
from routing.ondemand.terms import Reason

TOLD: Final = {
    Reason.DEADLINE: (
        "{name} muss früher gebucht werden, oder ist noch nicht buchbar",
        "{name} had to be booked earlier, or cannot be booked yet",
    ),
    Reason.WINDOW: ("{name} fährt um diese Zeit nicht", "{name} does not run at that time"),
    Reason.ZONE: (
        "{name} fährt nicht zwischen diesen Orten",
        "{name} does not carry between these places",
    ),
    Reason.WALK: (
        "Keine Haltestelle von {name} ist nah genug",
        "No stop of {name} is close enough",
    ),
    Reason.PARTY: (
        "Die Gruppe ist für eine Buchung bei {name} zu groß",
        "The group is too big for one booking with {name}",
    ),
    Reason.CAPACITY: (
        "Kein Fahrzeug von {name} hat genug Plätze",
        "No vehicle of {name} has enough places",
    ),
    Reason.VEHICLE: (
        "Kein Fahrzeug von {name} ist zu dieser Zeit frei",
        "No vehicle of {name} is free at that time",
    ),
    Reason.RIDE_TIME: (
        "Die Fahrt mit {name} würde zu lange dauern",
        "The ride with {name} would take too long",
    ),
    Reason.ROAD: ("Für {name} führt keine Straße dorthin", "No road leads there for {name}"),
    Reason.PARALLEL: (
        "{instead} fährt ohne Umstieg, deshalb fährt {name} hier nicht",
        "{instead} goes there without a change, so {name} does not",
    ),
}
"""Why a ride is not offered, German and English."""


def leg_json(leg: OnDemandLeg, network: Network) -> Leg:
    """Return an on-demand ride as riders see it."""
    local, service = network.local, service_of(leg, network)
    terms = next(r.terms for r in service.relations if r.id == leg.relation)
    return Leg(
        mode=LegMode.ON_DEMAND,
        origin=end_of(leg, network),
        destination=end_of(leg, network, last=True),
        departure=local(leg.departure),
        arrival=local(leg.arrival),
        duration_s=leg.arrival - leg.departure,
        distance_m=leg.distance_m,
        geometry=encode(leg.lat, leg.lon),
        co2_g=round(leg_co2_g(LegMode.ON_DEMAND, leg.distance_m)),
        on_demand=OnDemandRide(
            service=ServiceName(
                id=service.id, name=service.name, kind=service.kind, color=service.color
            ),
            own=service.is_ours,
            pickup_stop=leg.pickup_stop,
            drop_off_stop=leg.drop_off_stop,
            pickup_until=local(leg.pickup_until),
            expected_pickup=local(leg.expected_pickup),
            expected_drop_off=local(leg.expected_drop_off),
            booking=OnDemandBooking(
                latest=local(leg.latest_booking),
                message=terms.message,
                phone=terms.phone_number,
                url=terms.booking_url or terms.info_url,
            ),
            vehicle=leg.vehicle,
        ),
    )


def shuttle_ref(leg: OnDemandLeg, network: Network) -> ShuttleRef:
    """Return an on-demand ride as booking sees it."""
    service = service_of(leg, network)
    return ShuttleRef(
        service_id=service.id,
        service_name=service.name,
        relation_id=leg.relation,
        pickup_stop=leg.pickup_stop,
        drop_off_stop=leg.drop_off_stop,
        pickup_until=network.local(leg.pickup_until),
        agency_id=service.agency_id,
        agency_name=service.agency_name,
    )


def service_of(leg: OnDemandLeg, network: Network) -> OnDemandService:
    """Return the service of a ride."""
    return network.on_demand.services[leg.service]


def end_of(leg: OnDemandLeg, network: Network, *, last: bool = False) -> Point:
    """Return where a ride begins or ends; an address is called by its position."""
    place, stop = (leg.destination, leg.drop_off_stop) if last else (leg.origin, leg.pickup_stop)
    spot = Spot(place.lat, place.lon, stop)
    return Point(
        name=name_of(spot, service_of(leg, network)),
        lat=place.lat,
        lon=place.lon,
        stop_id=None if place.stop is None else network.catalogue.stop(place.stop).id,
    )


def name_of(spot: Spot, service: OnDemandService) -> str:
    """Return what people call a spot."""
    stop = None if spot.stop is None else service.stops.get(spot.stop)
    return f"{spot.lat:.5f}, {spot.lon:.5f}" if stop is None else stop.name


def is_of_others(journey: Journey, network: Network) -> bool:
    """Say whether a ride of a journey is booked with its operator, so that we cannot sell it."""
    return any(
        isinstance(leg, OnDemandLeg) and not service_of(leg, network).is_ours
        for leg in journey.legs
    )


def explained(refused: Iterable[Refused], network: Network) -> list[Explained]:
    """Return why rides are not offered, each reason once for a service, the first time of it."""
    first: dict[tuple[str, Reason], Refused] = {}
    for one in sorted(refused, key=lambda each: each.at):
        first.setdefault((one.service, one.reason), one)
    return [_explained(one, network) for one in first.values()]


def _explained(one: Refused, network: Network) -> Explained:
    service = network.on_demand.services[one.service]
    instead = None if one.instead is None else _line(one.instead[0], network)
    de, en = (text.format(name=service.name, instead=instead or "") for text in TOLD[one.reason])
    return Explained(
        service_id=service.id,
        service_name=service.name,
        code=one.reason,
        text=Words(de=de, en=en),
        from_=name_of(one.pickup, service),
        to=name_of(one.drop_off, service),
        at=network.local(one.at),
        instead=instead,
    )


def _line(trip: int, network: Network) -> str:
    route = network.catalogue.route(network.trips.route(trip))
    return route.short_name or route.long_name
