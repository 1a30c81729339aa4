"""Legs by bicycle, scooter and car as riders see them: who rents out the vehicle, and the price."""

from typing import NamedTuple

from booking.domain.chain import LegMode, RentalRef, sharing_agency
from kommit.api.energy import energy_wh, own_vehicle, shared_vehicle, street_co2_g
from kommit.api.network import Network
from kommit.api.phrases import text_of
from kommit.api.schemas.common import Money
from kommit.api.schemas.journeys import (
    Rental,
    RentalStation,
    RentalSystem,
    RentedType,
    Step,
)
from kommit.api.schemas.on_demand import Words
from routing.journey import Journey, Leg, StreetLeg
from routing.query import Place
from routing.sharing.supply import SharingSystem
from routing.street.maneuvers import Instruction


def mode_of(leg: StreetLeg) -> LegMode:
    """Return what is ridden."""
    return LegMode(leg.profile.name)


def is_rented_elsewhere(journey: Journey, network: Network) -> bool:
    """Say whether something is rented on the way that cannot be booked through us."""
    legs = (leg for leg in journey.legs if isinstance(leg, StreetLeg))
    return not all(is_sold_here(leg, network) for leg in legs)


def rental_json(leg: StreetLeg, network: Network) -> Rental | None:
    """Return the rental that a leg is, or None where the vehicle is the rider's own."""
    rental = leg.rental
    if rental is None:
        return None
    system = system_of(network, rental.system)
    kind = system.types[rental.vehicle_type]
    start, end = rental.slot_start, rental.slot_end
    return Rental(
        system=RentalSystem(
            id=system.id, name=system.name, operator=system.operator, uris=dict(system.rental_uris)
        ),
        vehicle_type=RentedType(
            id=kind.id, name=kind.name, form_factor=kind.form_factor, propulsion=kind.propulsion
        ),
        vehicle=rental.vehicle,
        pick_up=_station(system, rental.pick_up_station),
        return_=_station(system, rental.return_station),
        price=rental_price(leg),
        plan=rental.plan,
        slot_start=None if start is None else network.local(start),
        slot_end=None if end is None else network.local(end),
    )


def step_json(step: Instruction, street: str | None) -> Step:
    """Return an instruction as riders see it."""
    return Step(
        maneuver=step.maneuver,
        text=Words(de=text_of(step, street, "de"), en=text_of(step, street, "en")),
        street=street,
        distance_m=step.distance_m,
        duration_s=step.seconds,
        turn_deg=step.turn_deg,
        lat=step.lat,
        lon=step.lon,
    )


class Needs(NamedTuple):
    """What a vehicle takes and gives off on a leg."""

    co2_g: int
    energy_wh: int | None


def needs_of(leg: StreetLeg, network: Network) -> Needs:
    """Return what a leg needs, as if it were on the level."""
    vehicle = own_vehicle(leg.profile)
    if leg.rental is not None:
        kind = system_of(network, leg.rental.system).types[leg.rental.vehicle_type]
        vehicle = shared_vehicle(kind)
    if vehicle is None:
        return Needs(0, None)
    grams, wh = street_co2_g(vehicle, leg.distance_m), energy_wh(vehicle, leg.distance_m)
    return Needs(round(grams), round(wh))


def rental_price(leg: StreetLeg) -> Money | None:
    """Return the price of a rental, or None where it is not known."""
    rental = leg.rental
    if rental is None or rental.price_minor is None or rental.currency is None:
        return None
    return Money(amount=rental.price_minor, currency=rental.currency)


def rental_ref(leg: StreetLeg, network: Network) -> RentalRef | None:
    """Return the rental that a leg is as booking sees it.

    None where the vehicle is the rider's own, or the price of a rental is not known.
    """
    rental = leg.rental
    if rental is None or rental.price_minor is None or rental.currency is None:
        return None
    system = system_of(network, rental.system)
    kind = system.types[rental.vehicle_type]
    return RentalRef(
        system_id=system.id,
        system_name=system.name,
        agency_id=sharing_agency(system.id),
        agency_name=system.operator,
        vehicle_type=kind.id,
        vehicle_type_name=kind.name,
        price_minor=rental.price_minor,
        currency=rental.currency,
        plan=rental.plan,
        vehicle=rental.vehicle,
        pick_up_station=rental.pick_up_station,
        return_station=rental.return_station,
        is_own=system.is_own,
    )


def has_known_price(leg: StreetLeg) -> bool:
    """Say whether a leg is no rental, or one whose price is known."""
    return leg.rental is None or rental_price(leg) is not None


def is_sold_here(leg: StreetLeg, network: Network) -> bool:
    """Say whether a leg is no rental, or one that can be booked through us."""
    if leg.rental is None:
        return True
    system = system_of(network, leg.rental.system)
    connected = system.is_own or system.id in network.connected
    return connected and leg.rental.price_minor is not None


def earliest_booking_s(leg: StreetLeg, network: Network) -> int | None:
    """Return the Unix second from which on a rental can be booked, None: at any time."""
    if leg.rental is None:
        return None
    reserve_s = system_of(network, leg.rental.system).reserve_s
    return None if reserve_s is None else leg.departure - reserve_s


def station_name(leg: Leg, place: Place, network: Network) -> str | None:
    """Return the name of the station or parking place at an end, or None where there is none."""
    if not isinstance(leg, StreetLeg):
        return None
    if leg.parking is not None and place == leg.destination:
        return leg.parking.name or None
    if leg.rental is None:
        return None
    at_start = place == leg.origin
    station = leg.rental.pick_up_station if at_start else leg.rental.return_station
    found = _station(system_of(network, leg.rental.system), station)
    return None if found is None else found.name


def system_of(network: Network, system: str) -> SharingSystem:
    """Return a system of the supply that a network knows."""
    return next(each for each in network.supply.systems if each.id == system)


def _station(system: SharingSystem, station: str | None) -> RentalStation | None:
    if station is None:
        return None
    return RentalStation(id=station, name=system.stations[station].name)
