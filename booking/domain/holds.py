"""Places on dated trips: who sits where between which stops, and how many seats are left.

A seat that is given up at B can be sold again from B on, so places are counted per segment: the
way from one stop event of a trip to the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from booking.domain.errors import NoPlacesLeft
from booking.domain.offers import Offer


class DatedTrip(NamedTuple):
    """One run of a feed-scoped trip; sorts, so that locks are always taken in one order."""

    trip_id: str
    service_day: date


class Span(NamedTuple):
    """``places`` taken from stop event ``board`` up to, not including, ``alight``."""

    board: int
    alight: int
    places: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What one leg of an order needs."""

    trip: DatedTrip
    route_id: str
    span: Span


def claims_of(offer: Offer) -> tuple[Claim, ...]:
    """Return a claim for every ride, in the order in which trips are locked."""
    places = len(offer.passengers)
    claims = [
        Claim(
            DatedTrip(leg.ride.trip_id, leg.ride.service_day),
            leg.ride.route_id,
            Span(leg.ride.board, leg.ride.alight, places),
        )
        for leg in offer.chain.rides
        if leg.ride is not None
    ]
    return tuple(sorted(claims, key=lambda claim: (claim.trip, claim.span)))


def most_taken(spans: Iterable[Span], board: int, alight: int) -> int:
    """Return the places taken on the fullest segment between two stop events.

    A sweep over the points where riders get on and off; O(n log n) in the number of spans.
    """
    changes: dict[int, int] = {}
    for span in spans:
        start, end = max(span.board, board), min(span.alight, alight)
        if start < end:
            changes[start] = changes.get(start, 0) + span.places
            changes[end] = changes.get(end, 0) - span.places
    taken = fullest = 0
    for position in sorted(changes):
        taken += changes[position]
        fullest = max(fullest, taken)
    return fullest


def check_places(claim: Claim, capacity: int, others: Iterable[Span]) -> None:
    """Raise ``NoPlacesLeft`` if ``claim`` does not fit beside ``others`` on its trip."""
    span = claim.span
    left = max(capacity - most_taken(others, span.board, span.alight), 0)
    if span.places > left:
        raise NoPlacesLeft(
            claim.trip.trip_id, claim.trip.service_day.isoformat(), left, span.places
        )
