"""Offers and orders of booking as JSON; times as the region's clocks show them."""

from dataclasses import replace

from booking.domain.chain import Chain, ChainLeg
from booking.domain.offers import Offer as DomainOffer
from booking.domain.orders import Order as DomainOrder
from kommit.api.network import Network
from kommit.api.schemas.common import Money
from kommit.api.schemas.offers import BreakdownLine, Offer, Passenger, SoldJourney
from kommit.api.schemas.orders import Order, Payment


def offer_json(offer: DomainOffer, token: str, network: Network) -> Offer:
    """Return an offer as riders see it."""
    return Offer(
        offer=token,
        id=offer.id,
        expires_at=network.local(offer.expires_at),
        price=Money.of(offer.price.total),
        breakdown=_breakdown(offer),
        passengers=_passengers(offer),
        journey=SoldJourney.of(_local(offer.chain, network)),
    )


def order_json(order: DomainOrder, network: Network) -> Order:
    """Return an order as its rider sees it."""
    payment = order.payment
    return Order(
        id=order.id,
        state=order.state,
        created_at=network.local(order.created_at),
        expires_at=network.local(order.expires_at),
        price=Money.of(order.price),
        passengers=_passengers(order.offer),
        breakdown=_breakdown(order.offer),
        journey=SoldJourney.of(_local(order.offer.chain, network)),
        payment=Payment(means=payment.means, state=payment.state) if payment else None,
        ticket_url=f"/v1/orders/{order.id}/ticket" if order.is_sold else None,
    )


def _breakdown(offer: DomainOffer) -> list[BreakdownLine]:
    return [BreakdownLine.of(line) for line in offer.price.lines]


def _passengers(offer: DomainOffer) -> list[Passenger]:
    return [Passenger(category=passenger.category) for passenger in offer.passengers]


def _local(chain: Chain, network: Network) -> Chain:
    return replace(chain, legs=tuple(_local_leg(leg, network) for leg in chain.legs))


def _local_leg(leg: ChainLeg, network: Network) -> ChainLeg:
    latest, shuttle = leg.latest_booking, leg.shuttle
    return replace(
        leg,
        departure=network.local(leg.departure),
        arrival=network.local(leg.arrival),
        latest_booking=None if latest is None else network.local(latest),
        shuttle=shuttle and replace(shuttle, pickup_until=network.local(shuttle.pickup_until)),
    )
