"""What a rider's group has paid for travel already: caps of a day and of a month count it.

A cap belongs to a slot: the booker, the second adult, the first child, and so on. Who sits in a
slot is not known and does not matter (as with eezy: the caps of further passengers are those of the
booker's account).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from booking.domain.chain import Chain
from booking.domain.money import Money
from booking.domain.offers import Price, PriceLine
from booking.domain.passengers import Passenger


def slot_of(passengers: Sequence[Passenger], passenger: Passenger) -> str:
    """Return the slot of a passenger of a group: ``adult-0`` is its first adult."""
    alike = [one for one in passengers if one.category is passenger.category]
    return f"{passenger.category}-{alike.index(passenger)}"


@dataclass(frozen=True, slots=True)
class Spent:
    """A fare that was sold, as far as caps count it."""

    slot: str
    tariff: str
    """Id of the tariff whose caps count it, without a version: ``eezy-westfalen``."""
    at: datetime
    """When the journey began; aware."""
    minor: int
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Spending:
    """Everything of one rider that caps may still count: a month and a day back, in order."""

    rider_id: UUID | None = None
    spent: tuple[Spent, ...] = ()


NOTHING_SPENT = Spending()
"""Of somebody who is not signed in."""


COUNTED_RULES: Final = frozenset({"", "fare", "cap-24h", "cap-month"})
"""Rules of price lines that caps count: neither surcharges nor first class nor bicycles."""


@dataclass(frozen=True, slots=True)
class SpentLine:
    """A line of a sold price, or what was taken back of one, as it is kept for caps."""

    source: UUID
    """Of the order or trip that was sold."""
    entry: str
    """Unique within its source, so that it is kept once: ``line:0``, ``refund:ID:0``."""
    slot: str
    tariff: str
    at: datetime
    """When the journey began; aware."""
    amount: Money
    """What was paid; below zero where it was given back."""
    full_minor: int
    """The fare before caps, as far as the line tells it."""
    agency_id: str | None = None
    """Who was paid by the line."""
    route_id: str | None = None
    """Of the ride that it was for; None: of the whole journey."""


def began_at(chain: Chain) -> datetime:
    """Return when the journey of a chain began for its tariff: when its first ride left."""
    return chain.rides[0].departure if chain.rides else chain.departure


def counted(
    source: UUID, chain: Chain, passengers: Sequence[Passenger], price: Price, prefix: str = "line"
) -> tuple[SpentLine, ...]:
    """Return the lines of a price that caps count, each under ``PREFIX:POSITION``."""
    at = began_at(chain)
    slots = {passenger.id: slot_of(passengers, passenger) for passenger in passengers}
    return tuple(
        SpentLine(
            source=source,
            entry=f"{prefix}:{position}",
            slot=slots[line.passenger],
            tariff=line.product.partition("/")[0],
            at=at,
            amount=line.amount,
            full_minor=max(line.amount.minor, 0),
            agency_id=line.agency_id,
            route_id=_route_of(chain, line),
        )
        for position, line in enumerate(price.lines)
        if line.rule in COUNTED_RULES and "/" in line.product and not is_surcharge(line)
    )


def is_surcharge(line: PriceLine) -> bool:
    """Say whether a line is asked beside the fare."""
    return line.product.partition("/")[2] == "surcharge"


def _route_of(chain: Chain, line: PriceLine) -> str | None:
    ride = None if line.leg is None else chain.legs[line.leg].ride
    return None if ride is None else ride.route_id
