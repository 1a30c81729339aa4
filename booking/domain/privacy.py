"""What becomes of personal data: doors grow coarse, people become pseudonyms.

An order's rider is an id, which is a pseudonym once nothing leads from it to a person. What would
still tell are the doors at which journeys begin and end, so these are rounded: to a hundredth of a
degree, as in our logs, which is about a kilometre.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from booking.domain.chain import Chain, ChainLeg, ChainPoint
from booking.domain.offers import Offer

COARSE_DECIMALS: Final = 2
REMOVED_NAME: Final = ""
NO_PASSWORD: Final = "!"  # noqa: S105 - no hash looks like that, so nobody signs in with it


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept precisely."""

    doors: timedelta = timedelta(days=30)
    """After the end of the journey."""
    sightings: timedelta = timedelta(days=62)
    """After they were reported: as long as a bill of a month can be disputed."""
    decimals: int = COARSE_DECIMALS
    """Of a degree, that stay of a door's coordinates."""


def removed_email(rider_id: UUID) -> str:
    """Return what stands where an e-mail address stood: unique, and nobody's (RFC 2606)."""
    return f"{rider_id}@removed.invalid"


def coarse(degrees: float, decimals: int = COARSE_DECIMALS) -> float:
    """Return a coordinate that still tells the neighbourhood and no house."""
    return round(degrees, decimals)


def coarse_name(lat: float, lon: float, decimals: int = COARSE_DECIMALS) -> str:
    """Return the name of a door that is kept coarsely."""
    return f"{coarse(lat, decimals)}, {coarse(lon, decimals)}"


def coarse_point(point: ChainPoint, decimals: int = COARSE_DECIMALS) -> ChainPoint:
    """Return a place as it is kept in the end: a stop as it was, a door coarsely."""
    if point.stop_id is not None:
        return point
    name = coarse_name(point.lat, point.lon, decimals)
    return ChainPoint(name, coarse(point.lat, decimals), coarse(point.lon, decimals))


def coarse_chain(chain: Chain, decimals: int = COARSE_DECIMALS) -> Chain:
    """Return a chain whose doors are kept coarsely. Doing it again changes nothing."""
    legs = tuple(_coarse_leg(leg, decimals) for leg in chain.legs)
    return replace(chain, legs=legs)


def coarse_offer(offer: Offer, decimals: int = COARSE_DECIMALS) -> Offer:
    """Return an offer whose doors are kept coarsely; its price and times stay."""
    return replace(offer, chain=coarse_chain(offer.chain, decimals))


def names_a_door(chain: Chain) -> bool:
    """Say whether a leg that is on the ticket begins or ends at a door."""
    return any(None in {leg.origin.stop_id, leg.destination.stop_id} for _, leg in chain.sold)


def _coarse_leg(leg: ChainLeg, decimals: int) -> ChainLeg:
    return replace(
        leg,
        origin=coarse_point(leg.origin, decimals),
        destination=coarse_point(leg.destination, decimals),
    )
