"""What inspectors saw, collected without a network and handed in later; and what does not fit.

Positions are coarse on purpose (0.01 degrees, about 1 km): they are there to find double use, not
to follow anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby, pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Final, NamedTuple
from uuid import UUID

EARTH_RADIUS_KM: Final = 6_371.0
COARSE_DIGITS: Final = 2


class Verdict(StrEnum):
    """What an inspector decided."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class FlagKind(StrEnum):
    """What an operator should look at."""

    DOUBLE_USE = "double-use"
    """One ticket, two places, too little time in between: a copy is about."""
    ACCEPTED_REVOKED = "accepted-revoked"
    """It had been cancelled or replaced: the inspector's list was too old."""
    ACCEPTED_FORGED = "accepted-forged"
    """What was accepted was never signed by us."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One look at one ticket. Times are aware."""

    id: UUID
    """Made by the inspector's device, so that handing in again changes nothing."""
    inspector_id: UUID
    device: str
    """The inspector's device."""
    at: datetime
    received_at: datetime
    verdict: Verdict
    reason: str
    """Why it was refused, by the name of the error; empty where it was accepted."""
    order_id: UUID | None
    """None where the code was no genuine ticket of ours."""
    ticket_version: int | None
    lat: float | None = None
    lon: float | None = None

    @property
    def place(self) -> tuple[float, float] | None:
        """Where it was, if the device said so."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


class SpeedLimit(NamedTuple):
    """What people with one ticket can do."""

    fastest_km_h: float
    position_error_km: float


class Flag(NamedTuple):
    """Something that does not fit, and the inspections that show it."""

    kind: FlagKind
    order_id: UUID | None
    inspections: tuple[Inspection, ...]
    distance_km: float | None = None


def coarse(degrees: float | None) -> float | None:
    """Return a coordinate as far as it is kept."""
    return None if degrees is None else round(degrees, COARSE_DIGITS)


def double_uses(inspections: Iterable[Inspection], limit: SpeedLimit) -> list[Flag]:
    """Return the pairs of looks at one ticket that the same people cannot have been at.

    Only different devices of inspectors are compared, each look with the next: O(n log n). A
    ticket that was refused counts, too: whoever showed it was there.
    """
    placed = [each for each in inspections if each.order_id is not None and each.place is not None]
    placed.sort(key=lambda each: (str(each.order_id), each.at, each.id))
    flags = []
    for order_id, looks in groupby(placed, key=lambda each: each.order_id):
        for first, second in pairwise(looks):
            distance = _distance_km(first, second)
            if first.device != second.device and _is_too_far(first, second, distance, limit):
                flags.append(
                    Flag(FlagKind.DOUBLE_USE, order_id, (first, second), round(distance, 1))
                )
    return flags


def _is_too_far(
    first: Inspection, second: Inspection, distance_km: float, limit: SpeedLimit
) -> bool:
    hours = (second.at - first.at).total_seconds() / 3_600
    return distance_km - limit.position_error_km > hours * limit.fastest_km_h


def _distance_km(first: Inspection, second: Inspection) -> float:
    """Return the great-circle distance (haversine)."""
    (lat_1, lon_1), (lat_2, lon_2) = (
        map(radians, each.place or (0.0, 0.0)) for each in (first, second)
    )
    half = sin((lat_2 - lat_1) / 2) ** 2 + cos(lat_1) * cos(lat_2) * sin((lon_2 - lon_1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))
