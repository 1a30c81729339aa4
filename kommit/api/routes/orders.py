"""Orders: hold, pay, give back, look at."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from booking.domain import errors, idempotency_errors, outside_errors
from booking.domain.money import Money as Amount
from booking.domain.order_states import as_data
from booking.service.orders import LISTED
from booking.service.till import Wish
from kommit.api.auth import SignedIn
from kommit.api.idempotency import IdempotencyKey, OncePerKey
from kommit.api.problems import documented
from kommit.api.realtime import check_runs
from kommit.api.sales import order_json, quote_json
from kommit.api.schemas.common import Money
from kommit.api.schemas.orders import (
    CancelRequest,
    ChangeFee,
    ChangeRequest,
    Order,
    OrderRequest,
    Orders,
    OrderStateRow,
    OrderStates,
    PaymentRequest,
    RefundQuote,
)
from kommit.api.services import NetworkOf, Services, ServicesOf

router = APIRouter(tags=["orders"])
spending = APIRouter(tags=["orders"], route_class=OncePerKey)

NOT_HELD = (
    errors.OfferForged,
    errors.OfferExpired,
    errors.OfferTaken,
    errors.OfferNotYours,
    errors.NotOnSale,
    errors.NoPlacesLeft,
    errors.ShuttleNotFree,
    errors.SlotNotFree,
    errors.VehicleNotFound,
    errors.FleetNotFound,
    errors.TooManyOpenRides,
    outside_errors.ForeignRefused,
    outside_errors.ForeignUnavailable,
    errors.BookingDeadlinePassed,
    errors.StaleOrder,
)
"""Why an offer is not held."""
REPLAYS = (
    errors.NotSignedIn,
    idempotency_errors.IdempotencyInProgress,
    idempotency_errors.IdempotencyMismatch,
)
"""What every call with an ``Idempotency-Key`` may refuse."""


@spending.post(
    "/v1/orders",
    status_code=201,
    responses=documented(
        *REPLAYS,
        *NOT_HELD,
        errors.NotEnoughMoney,
        errors.PaymentDeclined,
        errors.UnknownMeans,
        errors.PaymentUnavailable,
    ),
)
def hold_order(
    request: OrderRequest,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> Order:
    """Take an offer: everything in it is held until `expires_at`, to be paid by then.

    With `payment` the money is reserved, too; it is taken by the call of `payment`, and given back
    when the hold ends.
    """
    del idempotency_key  # the route class has looked at it
    offer = services.offers.open(request.offer)
    check_runs(offer.chain, network)
    wish = None
    if request.payment is not None:
        wish = Wish(request.payment.means, request.payment.payment_method)
        check_means(wish.means, services)
    return order_json(services.orders.hold(rider.id, offer, wish=wish), network)


@spending.post(
    "/v1/orders/{order_id}/payment",
    responses=documented(
        *REPLAYS,
        errors.OrderNotFound,
        errors.IllegalTransition,
        errors.HoldExpired,
        errors.NoPlacesLeft,
        errors.BookingDeadlinePassed,
        errors.NotCancellable,
        errors.StaleOrder,
        errors.NotEnoughMoney,
        errors.PaymentDeclined,
        errors.PaymentChallenged,
        errors.UnknownMeans,
        errors.PaymentInProgress,
        errors.PaymentUnavailable,
        outside_errors.ForeignRefused,
        outside_errors.ForeignUnavailable,
    ),
)
def pay_order(
    order_id: UUID,
    request: PaymentRequest,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> Order:
    """Pay an order; it is confirmed and has a ticket then. Paying twice pays once."""
    del idempotency_key
    check_means(request.means, services)
    order = services.orders.pay(order_id, rider.id, request.means, request.payment_method)
    return order_json(order, network)


@spending.post(
    "/v1/orders/{order_id}/cancel",
    responses=documented(
        *REPLAYS,
        errors.OrderNotFound,
        errors.IllegalTransition,
        errors.NotCancellable,
        errors.QuoteChanged,
        errors.StaleOrder,
        errors.PaymentInProgress,
        errors.PaymentUnavailable,
        outside_errors.ForeignUnavailable,
    ),
)
def cancel_order(
    order_id: UUID,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
    request: CancelRequest | None = None,
) -> Order:
    """Give an order back, or legs and passengers of a sold one; what it held is free at once.

    What is refunded of a sold order is by `GET /v1/orders/{order_id}/refund-quote`; say its
    `amount` as `expected`, and nothing is given back at another one.
    """
    del idempotency_key
    order = services.orders.get(order_id, rider.id)
    if order.is_sold:
        asked = request or CancelRequest()
        quoted = asked.expected
        expected = Amount(quoted.amount, quoted.currency) if quoted else None
        services.after_sales.cancel(
            order_id, rider.id, asked.legs, asked.passengers, expected=expected
        )
        return order_json(services.orders.get(order_id, rider.id), network)
    return order_json(services.orders.cancel(order_id, rider.id), network)


@router.get(
    "/v1/orders/{order_id}/refund-quote",
    responses=documented(errors.NotSignedIn, errors.OrderNotFound, errors.NotCancellable),
)
def quote_refund(
    order_id: UUID,
    rider: SignedIn,
    services: ServicesOf,
    leg: Annotated[list[int], Query(max_length=64, description="Positions; default: all.")] = [],  # noqa: B006
    passenger: Annotated[list[int], Query(max_length=9, description="Default: all.")] = [],  # noqa: B006
) -> RefundQuote:
    """Return what giving parts of a sold order back would bring at this moment, fee included."""
    return quote_json(services.after_sales.quote(order_id, rider.id, leg, passenger))


@router.get(
    "/v1/orders/{order_id}/change-fee",
    responses=documented(errors.NotSignedIn, errors.OrderNotFound, errors.NotCancellable),
)
def quote_change(order_id: UUID, rider: SignedIn, services: ServicesOf) -> ChangeFee:
    """Return what exchanging a sold order for another journey costs at this moment."""
    return ChangeFee(fee=Money.of(services.after_sales.fee_of_change(order_id, rider.id)))


@spending.post(
    "/v1/orders/{order_id}/change",
    status_code=201,
    responses=documented(*REPLAYS, errors.OrderNotFound, errors.NotCancellable, *NOT_HELD),
)
def change_order(
    order_id: UUID,
    request: ChangeRequest,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> Order:
    """Hold another journey in place of a sold one; pay the new order to exchange them.

    What the old one is worth, less the fee, pays first; the rest is paid, or refunded. Until then
    the old one stays sold.
    """
    del idempotency_key
    offer = services.offers.open(request.offer)
    check_runs(offer.chain, network)
    return order_json(services.after_sales.change(order_id, rider.id, offer), network)


@router.get("/v1/order-states")
def list_order_states() -> OrderStates:
    """Return the life of an order as a table, with the names of TOMP-API 1.6 and 2.0."""
    return OrderStates(states=[OrderStateRow.model_validate(row) for row in as_data()])


@router.get("/v1/orders", responses=documented(errors.NotSignedIn))
def list_orders(
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    limit: Annotated[int, Query(ge=1, le=200, description="As many orders at most.")] = LISTED,
    before: Annotated[
        UUID | None, Query(description="Only orders older than this one: the last of a page.")
    ] = None,
) -> Orders:
    """Return the rider's orders, newest first."""
    found = services.orders.list_orders(rider.id, limit, before)
    return Orders(orders=[order_json(order, network) for order in found])


@router.get("/v1/orders/{order_id}", responses=documented(errors.NotSignedIn, errors.OrderNotFound))
def get_order(order_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf) -> Order:
    """Return one of the rider's orders."""
    return order_json(services.orders.get(order_id, rider.id), network)


def check_means(means: str, services: Services) -> None:
    """Raise ``UnknownMeans`` for a means that riders cannot choose here."""
    if means not in services.payment_means:
        raise errors.UnknownMeans(means, services.payment_means)
