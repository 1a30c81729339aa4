"""Which lines of a price caps count, and as whose."""

from typing import Final

from booking.domain.orders import Order
from booking.domain.pricing.caps import BICYCLE_SLOT, FIRST_CLASS_SLOT
from booking.domain.pricing.products import Rule
from booking.domain.pricing.ways import began_at
from booking.domain.spending import SpentLine, slot_of

OWN_SLOT: Final = "{}"
COUNTED_IN: Final[dict[str, str]] = {
    Rule.FARE: OWN_SLOT,
    Rule.CAP_24H: OWN_SLOT,
    Rule.CAP_MONTH: OWN_SLOT,
    Rule.FIRST_CLASS: FIRST_CLASS_SLOT,
    Rule.CAP_24H_FIRST: FIRST_CLASS_SLOT,
    Rule.BICYCLE: BICYCLE_SLOT,
    Rule.CAP_24H_BICYCLE: BICYCLE_SLOT,
}
"""In which slot caps count the lines of a rule; ``{}`` is the passenger's. Surcharges, rentals and
what subscriptions cover are not counted."""


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
