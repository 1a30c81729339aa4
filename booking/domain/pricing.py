"""What a chain costs, and which operator is owed which part of it. Pure, in whole cents.

The way of a trip is the geodesic (WGS84) from the first boarding to the last alighting: transfers
are free, detours cost nothing, and walks to and from stops do not count. Every passenger pays
alone; a group is the sum of its members. An on-demand service for which the tariff has a surcharge
costs it for every passenger and ride, and its operator gets it.

A passenger's fare is split among the operators by the crow-fly distance ridden with each, by the
method of largest remainders (Hamilton): everybody gets the whole cents of their exact share, and
the cents left over go to the largest fractions, earlier rides first where fractions are equal.

Caps per day and month need to know what the rider has bought already. They will be applied to the
fares between ``passenger_fares`` and ``split_cents``.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from geopy.distance import geodesic

from booking.domain.chain import Chain, ChainPoint
from booking.domain.errors import NotOnSale
from booking.domain.money import Money
from booking.domain.offers import Price, PriceLine
from booking.domain.passengers import Passenger
from booking.domain.tariff import Tariff, started_km


class OperatorShare(NamedTuple):
    """How far a chain is ridden with one operator."""

    agency_id: str
    agency_name: str
    distance_mm: int


def price(chain: Chain, passengers: Sequence[Passenger], tariff: Tariff, at: datetime) -> Price:
    """Return what passengers pay for a chain by a tariff, one line per passenger and operator.

    Parameters
    ----------
    at
        Aware time at which the trip starts: it decides whether the tariff is the right version.

    Raises
    ------
    NotOnSale
        If the tariff is not valid then, has no fare for a passenger, or there is nothing to sell.
    """
    if not tariff.is_valid(at):
        raise NotOnSale(f"the tariff {tariff.label} is not valid at {at.isoformat()}")
    if not chain.rides or not passengers:
        raise NotOnSale("a price needs at least one ride and one passenger")
    distance_mm = chain_mm(chain)
    shares = operator_shares(chain)
    lines = [
        line
        for passenger, fare in zip(
            passengers, passenger_fares(passengers, tariff, distance_mm), strict=True
        )
        for line in _lines_of(passenger, fare, tariff, distance_mm, shares)
    ]
    return Price.of_lines([*lines, *_surcharges(chain, passengers, tariff)], tariff.currency)


def crow_fly_mm(origin: ChainPoint, destination: ChainPoint) -> int:
    """Return the geodesic distance in whole millimetres (Karney 2013, by geopy)."""
    metres: float = geodesic((origin.lat, origin.lon), (destination.lat, destination.lon)).meters
    return round(metres * 1000)


def chain_mm(chain: Chain) -> int:
    """Return the millimetres from the first boarding to the last alighting."""
    rides = chain.rides
    return crow_fly_mm(rides[0].origin, rides[-1].destination)


def operator_shares(chain: Chain) -> tuple[OperatorShare, ...]:
    """Return how far the chain is ridden with each operator, in the order of first rides."""
    shares: dict[str, OperatorShare] = {}
    for leg in chain.rides:
        carrier = leg.carrier
        if carrier is None:  # ``rides`` holds none of these; it tells the type checker
            continue
        known = shares.get(carrier.agency_id)
        ridden_mm = crow_fly_mm(leg.origin, leg.destination) + (known.distance_mm if known else 0)
        name = known.agency_name if known else carrier.agency_name
        shares[carrier.agency_id] = OperatorShare(carrier.agency_id, name, ridden_mm)
    return tuple(shares.values())


def passenger_fares(
    passengers: Sequence[Passenger], tariff: Tariff, distance_mm: int
) -> tuple[int, ...]:
    """Return every passenger's fare in cents, in their order."""
    return tuple(tariff.fare_minor(passenger.category, distance_mm) for passenger in passengers)


def split_cents(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split an amount by weights so that the parts sum to it (largest remainders).

    Parameters
    ----------
    amount
        Whole cents, not negative.
    weights
        Not negative; where all are zero the parts are as equal as can be.
    """
    if amount < 0 or not weights or min(weights) < 0:
        raise ValueError(f"cannot split {amount} by the weights {list(weights)}")
    whole = sum(weights)
    exact = weights if whole else [1] * len(weights)
    floors, fractions = zip(
        *(divmod(amount * weight, whole or len(weights)) for weight in exact), strict=True
    )
    by_fraction = sorted(range(len(exact)), key=lambda i: -fractions[i])
    lucky = set(by_fraction[: amount - sum(floors)])
    return tuple(part + (i in lucky) for i, part in enumerate(floors))


def _lines_of(
    passenger: Passenger,
    fare: int,
    tariff: Tariff,
    distance_mm: int,
    shares: Sequence[OperatorShare],
) -> list[PriceLine]:
    what = f"{tariff.product_text}, {passenger.category}, {started_km(distance_mm)} km"
    parts = split_cents(fare, [share.distance_mm for share in shares])
    return [
        PriceLine(
            text=f"{what}, {share.agency_name}",
            product=f"{tariff.id}/{tariff.product}",
            passenger=passenger.id,
            amount=Money(part, tariff.currency),
            agency_id=share.agency_id,
        )
        for share, part in zip(shares, parts, strict=True)
    ]


def _surcharges(
    chain: Chain, passengers: Sequence[Passenger], tariff: Tariff
) -> Iterator[PriceLine]:
    """Yield what on-demand services cost beside the fare, for each passenger and ride."""
    for passenger in passengers:
        for _, leg in chain.shuttles:
            shuttle = leg.shuttle
            surcharge = None if shuttle is None else tariff.surcharges.get(shuttle.service_id)
            if shuttle is None or surcharge is None or not surcharge.per_ride_minor:
                continue
            yield PriceLine(
                text=f"{shuttle.service_name}, surcharge, {passenger.category}",
                product=f"{tariff.id}/surcharge",
                passenger=passenger.id,
                amount=Money(surcharge.per_ride_minor, tariff.currency),
                agency_id=shuttle.agency_id,
            )
