"""Orders: hold, pay, give back, look at."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from booking.domain import errors
from booking.service.orders import LISTED
from kommit.api.auth import SignedIn
from kommit.api.idempotency import IdempotencyKey, OncePerKey
from kommit.api.problems import documented
from kommit.api.realtime import check_runs
from kommit.api.sales import order_json
from kommit.api.schemas.orders import Order, OrderRequest, Orders, PaymentRequest
from kommit.api.services import NetworkOf, ServicesOf

router = APIRouter(tags=["orders"])
spending = APIRouter(tags=["orders"], route_class=OncePerKey)

REPLAYS = (errors.NotSignedIn, errors.IdempotencyInProgress, errors.IdempotencyMismatch)
"""What every call with an ``Idempotency-Key`` may refuse."""


@spending.post(
    "/v1/orders",
    status_code=201,
    responses=documented(
        *REPLAYS,
        errors.OfferForged,
        errors.OfferExpired,
        errors.OfferTaken,
        errors.NotOnSale,
        errors.NoPlacesLeft,
        errors.ShuttleNotFree,
        errors.TooManyOpenRides,
        errors.BookingDeadlinePassed,
        errors.StaleOrder,
    ),
)
def hold_order(
    request: OrderRequest,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> Order:
    """Take an offer: its places are held until `expires_at`, to be paid by then."""
    del idempotency_key  # the route class has looked at it
    offer = services.offers.open(request.offer)
    check_runs(offer.chain, network)
    return order_json(services.orders.hold(rider.id, offer), network)


@spending.post(
    "/v1/orders/{order_id}/payment",
    responses=documented(
        *REPLAYS,
        errors.OrderNotFound,
        errors.IllegalTransition,
        errors.HoldExpired,
        errors.NoPlacesLeft,
        errors.BookingDeadlinePassed,
        errors.StaleOrder,
        errors.NotEnoughMoney,
        errors.PaymentDeclined,
        errors.UnknownMeans,
        errors.PaymentInProgress,
        errors.PaymentUnavailable,
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
    if request.means not in services.payment_means:
        raise errors.UnknownMeans(request.means, services.payment_means)
    order = services.orders.pay(order_id, rider.id, request.means, request.payment_method)
    return order_json(order, network)


@spending.post(
    "/v1/orders/{order_id}/cancel",
    responses=documented(
        *REPLAYS,
        errors.OrderNotFound,
        errors.IllegalTransition,
        errors.StaleOrder,
        errors.PaymentInProgress,
        errors.PaymentUnavailable,
    ),
)
def cancel_order(
    order_id: UUID,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> Order:
    """Give a held order back: its places are free at once."""
    del idempotency_key
    return order_json(services.orders.cancel(order_id, rider.id), network)


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
