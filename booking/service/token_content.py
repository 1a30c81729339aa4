"""Chains and offers as short lists for tokens, and back.

Positions instead of names keep tokens short. A change here needs a new ``sealing.FORMAT``.
Floats survive: JSON writes the shortest text that reads back as the same number.
"""

from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from booking.domain.chain import (
    Chain,
    ChainLeg,
    ChainPoint,
    LegMode,
    RentalRef,
    ShuttleRef,
    TripRef,
)
from booking.domain.money import Money
from booking.domain.offers import Offer, Price, PriceLine
from booking.domain.passengers import Passenger, PassengerCategory, TravelClass


def pack_chain(chain: Chain) -> list[Any]:
    """Return a chain as lists."""
    return [chain.image_id, [_pack_leg(leg) for leg in chain.legs]]


def unpack_chain(packed: list[Any]) -> Chain:
    """Return the chain that ``pack_chain`` packed."""
    image_id, legs = packed
    return Chain(image_id, tuple(_unpack_leg(leg) for leg in legs))


def pack_offer(offer: Offer) -> list[Any]:
    """Return an offer as lists."""
    return [
        str(offer.id),
        pack_chain(offer.chain),
        [_pack_passenger(passenger) for passenger in offer.passengers],
        _pack_price(offer.price),
        offer.tariff,
        offer.issued_at.isoformat(),
        offer.expires_at.isoformat(),
        offer.rider_id and str(offer.rider_id),
    ]


def unpack_offer(packed: list[Any]) -> Offer:
    """Return the offer that ``pack_offer`` packed."""
    offer_id, chain, passengers, price, tariff, issued_at, expires_at, rider_id = packed
    return Offer(
        id=UUID(offer_id),
        chain=unpack_chain(chain),
        passengers=tuple(_unpack_passenger(at, one) for at, one in enumerate(passengers)),
        price=_unpack_price(price),
        tariff=tariff,
        issued_at=datetime.fromisoformat(issued_at),
        expires_at=datetime.fromisoformat(expires_at),
        rider_id=rider_id and UUID(rider_id),
    )


def _pack_passenger(passenger: Passenger) -> list[Any]:
    return [
        passenger.category,
        list(passenger.subscriptions),
        passenger.travel_class,
        passenger.bicycle,
    ]


def _unpack_passenger(at: int, packed: list[Any]) -> Passenger:
    category, subscriptions, travel_class, bicycle = packed
    return Passenger(
        PassengerCategory(category), at, tuple(subscriptions), TravelClass(travel_class), bicycle
    )


def _pack_leg(leg: ChainLeg) -> list[Any]:
    return [
        leg.mode,
        _pack_point(leg.origin),
        _pack_point(leg.destination),
        leg.departure.isoformat(),
        leg.arrival.isoformat(),
        leg.distance_m,
        leg.ride and _pack_ride(leg.ride),
        leg.latest_booking and leg.latest_booking.isoformat(),
        leg.shuttle and _pack_shuttle(leg.shuttle),
        leg.rental and _pack_rental(leg.rental),
        leg.earliest_booking and leg.earliest_booking.isoformat(),
    ]


def _unpack_leg(packed: list[Any]) -> ChainLeg:
    mode, origin, destination, departure, arrival, distance_m, *what = packed
    ride, latest, shuttle, rental, earliest = what
    return ChainLeg(
        mode=LegMode(mode),
        origin=ChainPoint(*origin),
        destination=ChainPoint(*destination),
        departure=datetime.fromisoformat(departure),
        arrival=datetime.fromisoformat(arrival),
        distance_m=distance_m,
        ride=ride and _unpack_ride(ride),
        latest_booking=latest and datetime.fromisoformat(latest),
        shuttle=shuttle and _unpack_shuttle(shuttle),
        rental=rental and RentalRef(*rental),
        earliest_booking=earliest and datetime.fromisoformat(earliest),
    )


def _pack_point(point: ChainPoint) -> list[Any]:
    return [point.name, point.lat, point.lon, point.stop_id]


def _pack_ride(ride: TripRef) -> list[Any]:
    return [
        ride.trip_id,
        ride.service_day.isoformat(),
        ride.board,
        ride.alight,
        ride.route_id,
        ride.route_name,
        ride.agency_id,
        ride.agency_name,
    ]


def _unpack_ride(packed: list[Any]) -> TripRef:
    trip_id, service_day, *rest = packed
    return TripRef(trip_id, date.fromisoformat(service_day), *rest)


def _pack_shuttle(shuttle: ShuttleRef) -> list[Any]:
    return [
        shuttle.service_id,
        shuttle.service_name,
        shuttle.relation_id,
        shuttle.pickup_stop,
        shuttle.drop_off_stop,
        shuttle.pickup_until.isoformat(),
        shuttle.agency_id,
        shuttle.agency_name,
    ]


def _unpack_shuttle(packed: list[Any]) -> ShuttleRef:
    service_id, name, relation_id, pickup_stop, drop_off_stop, until, *agency = packed
    pickup_until = datetime.fromisoformat(until)
    return ShuttleRef(
        service_id, name, relation_id, pickup_stop, drop_off_stop, pickup_until, *agency
    )


def _pack_rental(rental: RentalRef) -> list[Any]:
    return [getattr(rental, field.name) for field in fields(rental)]


def _pack_price(price: Price) -> list[Any]:
    return [price.total.minor, price.total.currency, [_pack_line(line) for line in price.lines]]


def _pack_line(line: PriceLine) -> list[Any]:
    return [
        line.text,
        line.product,
        line.passenger,
        line.amount.minor,
        line.agency_id,
        line.leg,
        line.rule,
        line.vat_permille,
    ]


def _unpack_price(packed: list[Any]) -> Price:
    minor, currency, lines = packed
    return Price(
        Money(minor, currency),
        tuple(
            PriceLine(text, product, passenger, Money(amount, currency), *rest)
            for text, product, passenger, amount, *rest in lines
        ),
    )
