"""Distances as the crow flies, and whole cents split by them. Pure.

The way of a trip is the geodesic (WGS84) from the first boarding to the last alighting. A fare is
split among its legs by the crow-fly distance of each, by the method of largest remainders
(Hamilton): each gets the whole cents of its exact share, and the cents left over go to the largest
fractions, earlier legs first where fractions are equal.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from geopy.distance import geodesic

from booking.domain.chain import Chain, ChainLeg, ChainPoint

Rides = Sequence[tuple[int, ChainLeg]]
"""Legs that somebody is paid for, in order, with their positions in the chain."""


def began_at(chain: Chain) -> datetime:
    """Return when the journey of a chain begins for its tariff: when its first ride leaves."""
    return chain.rides[0].departure if chain.rides else chain.departure


def crow_fly_mm(origin: ChainPoint, destination: ChainPoint) -> int:
    """Return the geodesic distance in whole millimetres (Karney 2013, by geopy)."""
    return _geodesic_mm(origin.lat, origin.lon, destination.lat, destination.lon)


@lru_cache(maxsize=50_000)
def _geodesic_mm(lat: float, lon: float, to_lat: float, to_lon: float) -> int:
    metres: float = geodesic((lat, lon), (to_lat, to_lon)).meters
    return round(metres * 1000)


def way_mm(rides: Rides) -> int:
    """Return the millimetres from the first boarding to the last alighting."""
    return crow_fly_mm(rides[0][1].origin, rides[-1][1].destination)


def split_by_way(amount: int, rides: Rides) -> tuple[int, ...]:
    """Split an amount, not below zero, among legs by the distance ridden on each."""
    return split_cents(amount, [crow_fly_mm(leg.origin, leg.destination) for _, leg in rides])


def split_cents(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split an amount by weights so that the parts sum to it (largest remainders).

    No part is more than its exact share rounded up; so where the weights are amounts that sum to at
    least ``amount``, no part is more than its weight.

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
