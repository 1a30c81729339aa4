"""The rides on demand of an order, and what riders think of its legs."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter

from booking.domain import errors
from kommit.api.auth import SignedIn
from kommit.api.problems import documented
from kommit.api.schemas.shuttles import Rated, RatingRequest, Rides
from kommit.api.services import NetworkOf, Services, ServicesOf
from kommit.api.shuttles import ride_json

router = APIRouter(tags=["on-demand"])
MINE: Final = (errors.NotSignedIn, errors.OrderNotFound)


@router.get("/v1/orders/{order_id}/rides", responses=documented(*MINE))
def list_order_rides(
    order_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf
) -> Rides:
    """Return the rides on demand of an order, in the order of its legs."""
    del network  # the one of this moment is asked below
    return _rides(services, order_id, rider.id)


@router.post(
    "/v1/orders/{order_id}/ratings",
    status_code=201,
    responses=documented(*MINE, errors.RideNotFound, errors.IllegalRide),
)
def rate_ride(order_id: UUID, asked: RatingRequest, rider: SignedIn, services: ServicesOf) -> Rated:
    """Rate a leg that is over with 1 to 5 stars; a later rating replaces it."""
    services.feedback.rate(order_id, rider.id, asked.leg, asked.stars, asked.comment)
    return Rated(leg=asked.leg, stars=asked.stars)


def _rides(services: Services, order_id: UUID, rider_id: UUID) -> Rides:
    network = services.network()
    views = services.shuttles.rides(order_id, rider_id)
    return Rides(rides=[ride_json(view, network) for view in views])
