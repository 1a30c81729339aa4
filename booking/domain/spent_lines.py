"""Which lines of a price caps count, and as whose."""

from datetime import datetime
from typing import Final

from booking.domain.chain import Chain
from booking.domain.orders import Order
from booking.domain.spending import SpentLine, slot_of

COUNTED_IN: Final = {
    "": "{}",
    "fare": "{}",
    "cap-24h": "{}",
    "cap-month": "{}",
    "first-class": "{}/first-class",
    "cap-24h-first": "{}/first-class",
    "bicycle": "{}/bicycle",
    "cap-24h-bicycle": "{}/bicycle",
}


def began_at(chain: Chain) -> datetime:
    """Return when the journey of a chain began for its tariff: when its first ride left."""
    return chain.rides[0].departure if chain.rides else chain.departure


def counted(order: Order) -> tuple[SpentLine, ...]:
    """Return the lines of an order that caps count, as ``line:POSITION``."""
    offer = order.offer
    at = began_at(offer.chain)
    slots = {one.id: slot_of(offer.passengers, one) for one in offer.passengers}
    return tuple(
        SpentLine(
            source=order.id,
            entry=f"line:{position}",
            slot=COUNTED_IN[line.rule].format(slots[line.passenger]),
            tariff=line.product.partition("/")[0],
            at=at,
            amount=line.amount,
            full_minor=max(line.amount.minor, 0),
            agency_id=line.agency_id,
            leg=line.leg,
        )
        for position, line in enumerate(offer.price.lines)
        if line.rule in COUNTED_IN and "/" in line.product
    )
