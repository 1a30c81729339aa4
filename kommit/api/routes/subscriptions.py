"""Subscriptions: what there is, buying, declaring, ending."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from booking.domain import errors
from booking.domain import travel_errors as refused
from kommit.api.auth import SignedIn
from kommit.api.errors import InvalidInput
from kommit.api.idempotency import IdempotencyKey, OncePerKey
from kommit.api.problems import documented
from kommit.api.routes.orders import REPLAYS
from kommit.api.schemas import subscriptions as shapes
from kommit.api.services import NetworkOf, ServicesOf
from kommit.api.travel import product_json, subscription_json

router = APIRouter(tags=["subscriptions"])
spending = APIRouter(tags=["subscriptions"], route_class=OncePerKey)


@router.get("/v1/subscription-products")
def list_subscription_products(services: ServicesOf) -> shapes.SubscriptionProducts:
    """Return what may be bought or declared today."""
    found = services.travel.subscriptions.products()
    return shapes.SubscriptionProducts(products=[product_json(one) for one in found])


@router.get("/v1/riders/me/subscriptions", responses=documented(errors.NotSignedIn))
def list_subscriptions(rider: SignedIn, services: ServicesOf) -> shapes.Subscriptions:
    """Return the rider's subscriptions, the oldest first."""
    found = services.travel.subscriptions.list_of(rider.id)
    return shapes.Subscriptions(subscriptions=[subscription_json(one) for one in found])


@spending.post(
    "/v1/riders/me/subscriptions",
    status_code=201,
    responses=documented(
        *REPLAYS,
        refused.UnknownSubscriptionProduct,
        refused.BadSubscription,
        errors.NotOnSale,
        errors.UnknownMeans,
        errors.NotEnoughMoney,
        errors.PaymentDeclined,
        errors.StaleOrder,
    ),
)
def add_subscription(
    request: shapes.SubscriptionRequest,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> shapes.Subscription:
    """Buy a subscription with `means`, or declare one bought elsewhere with `number` and `until`.

    The first month costs the share of its days; it is renewed each month until it is cancelled.
    """
    begin = request.begin or network.local(services.clock.now()).date()
    subscriptions = services.travel.subscriptions
    if request.means is not None:
        made = subscriptions.buy(rider.id, request.product, begin, request.means, idempotency_key)
    else:
        number, until = _declared(request)
        made = subscriptions.register(rider.id, request.product, number, begin, until)
    return subscription_json(made)


@router.delete(
    "/v1/riders/me/subscriptions/{subscription_id}",
    responses=documented(errors.NotSignedIn, refused.SubscriptionNotFound, errors.StaleOrder),
)
def end_subscription(
    subscription_id: UUID,
    rider: SignedIn,
    services: ServicesOf,
    at_once: Annotated[
        bool, Query(description="Not by its notice, but today; paid back by its terms.")
    ] = False,
) -> shapes.Subscription:
    """Cancel a subscription by its notice, or remove one that was declared. Twice is once."""
    ended = services.travel.subscriptions.cancel(subscription_id, rider.id, at_once=at_once)
    return subscription_json(ended)


def _declared(request: shapes.SubscriptionRequest) -> tuple[str, date]:
    if request.number is None or request.until is None:
        missing = "number" if request.number is None else "until"
        raise InvalidInput(
            ("body", missing), "give means to buy it, or number and until of one bought elsewhere"
        )
    return request.number, request.until
