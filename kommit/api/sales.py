"""Offers and orders of booking as JSON; times as the region's clocks show them."""

from collections.abc import Iterable
from dataclasses import replace

from booking.domain.after_sales import RefundQuote as DomainQuote
from booking.domain.chain import Chain, ChainLeg
from booking.domain.offers import Offer as DomainOffer
from booking.domain.order_states import LIFE
from booking.domain.orders import Order as DomainOrder
from booking.domain.passengers import Passenger as Traveller
from booking.domain.refunds import Refund as DomainRefund
from kommit.api.network import Network
from kommit.api.schemas.common import Money
from kommit.api.schemas.offers import BreakdownLine, Offer, Passenger, SoldJourney
from kommit.api.schemas.orders import (
    Order,
    OrderPart,
    Payment,
    PaymentPart,
    Refund,
    RefundQuote,
    TompStates,
)


def offer_json(offer: DomainOffer, token: str, network: Network) -> Offer:
    """Return an offer as riders see it."""
    return Offer(
        offer=token,
        id=offer.id,
        expires_at=network.local(offer.expires_at),
        price=Money.of(offer.price.total),
        breakdown=_breakdown(offer),
        passengers=passengers_json(offer.passengers),
        journey=SoldJourney.of(local_chain(offer.chain, network)),
    )


def order_json(order: DomainOrder, network: Network) -> Order:
    """Return an order as its rider sees it."""
    row = LIFE[order.state]
    return Order(
        id=order.id,
        state=order.state,
        created_at=network.local(order.created_at),
        expires_at=network.local(order.expires_at),
        price=Money.of(order.price),
        passengers=passengers_json(order.offer.passengers),
        breakdown=_breakdown(order.offer),
        journey=SoldJourney.of(local_chain(order.offer.chain, network)),
        payment=_payment(order),
        ticket_url=f"/v1/orders/{order.id}/ticket" if order.is_sold and order.ticket else None,
        version=order.version,
        replaces=order.replaces,
        parts=[OrderPart(leg=leg, passenger=one) for leg, one in order.parts],
        refunds=[refund_json(one, network) for one in order.refunds],
        tomp=TompStates(booking=row.tomp_1_6, package=row.tomp_2_0),
    )


def _breakdown(offer: DomainOffer) -> list[BreakdownLine]:
    return [BreakdownLine.of(line) for line in offer.price.lines]


def passengers_json(passengers: Iterable[Traveller]) -> list[Passenger]:
    """Return who travels."""
    return [
        Passenger(
            category=one.category,
            subscriptions=list(one.subscriptions),
            travel_class=one.travel_class,
            bicycle=one.bicycle,
        )
        for one in passengers
    ]


def group_of(passengers: Iterable[Passenger]) -> tuple[Traveller, ...]:
    """Return passengers as booking knows them, numbered in their order."""
    return tuple(
        Traveller(
            one.category, at, tuple(dict.fromkeys(one.subscriptions)), one.travel_class, one.bicycle
        )
        for at, one in enumerate(passengers)
    )


def refund_json(refund: DomainRefund, network: Network) -> Refund:
    """Return a refund as its rider sees it."""
    return Refund(
        id=refund.id,
        at=network.local(refund.at),
        reason=refund.reason,
        state=refund.state,
        legs=list(refund.legs),
        passengers=list(refund.passengers),
        gross=Money.of(refund.gross),
        fee=Money.of(refund.fee),
        amount=Money.of(refund.amount),
    )


def quote_json(quote: DomainQuote) -> RefundQuote:
    """Return a quote as its rider sees it."""
    return RefundQuote(
        legs=list(quote.legs),
        passengers=list(quote.passengers),
        paid=Money.of(quote.paid),
        gross=Money.of(quote.gross),
        fee=Money.of(quote.fee),
        amount=Money.of(quote.amount),
        rules=quote.rules,
    )


def _payment(order: DomainOrder) -> Payment | None:
    payment = order.payment
    if payment is None:
        return None
    parts = [PaymentPart(means=one.means, amount=Money.of(one.amount)) for one in payment.parts]
    return Payment(means=payment.means, state=payment.state, parts=parts, action=payment.action)


def local_chain(chain: Chain, network: Network) -> Chain:
    """Return a chain with times as the region's clocks show them."""
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
