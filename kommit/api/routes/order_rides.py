"""The rides on demand of an order: their state, live, and what riders think of them."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials
from starlette.concurrency import run_in_threadpool

from booking.domain import errors
from booking.domain.accounts import Rider
from booking.domain.shuttles import PLANNED
from kommit.api.auth import SignedIn, bearer
from kommit.api.problems import documented
from kommit.api.schemas.shuttles import Rated, RatingRequest, Rides
from kommit.api.services import NetworkOf, Services, ServicesOf
from kommit.api.shuttles import ride_json

router = APIRouter(tags=["on-demand"])
LOOK_EVERY_S: Final = 1.0
KEEP_OPEN_EVERY_S: Final = 15.0
LONGEST_S: Final = 3600.0
"""After an hour the phone asks again, as browsers do by themselves."""
AS_EVENTS: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/event-stream": {}}}}
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
    """Rate a ride that is over with 1 to 5 stars; a later rating replaces it."""
    services.shuttles.rate(order_id, rider.id, asked.leg, asked.stars, asked.comment)
    return Rated(leg=asked.leg, stars=asked.stars)


def _rider_of(
    services: ServicesOf,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    token: Annotated[
        str | None, Query(max_length=200, description="For `EventSource`, which sends no header.")
    ] = None,
) -> Rider:
    shown = credentials.credentials if credentials else token
    if shown is None:
        raise errors.NotSignedIn
    return services.accounts.rider_of(shown)


@router.get(
    "/v1/orders/{order_id}/events",
    response_class=StreamingResponse,
    responses=AS_EVENTS | documented(*MINE),
)
async def stream_order(
    order_id: UUID,
    request: Request,
    services: ServicesOf,
    rider: Annotated[Rider, Depends(_rider_of)],
) -> StreamingResponse:
    """Tell of the rides of an order, as server-sent events `rides`, whenever something changes."""
    first = await run_in_threadpool(_rides, services, order_id, rider.id)
    events = _events(services, request, order_id, rider.id, first)
    return StreamingResponse(events, media_type="text/event-stream")


async def _events(
    services: Services, request: Request, order_id: UUID, rider_id: UUID, rides: Rides
) -> AsyncIterator[str]:
    began = told = time.monotonic()
    last = rides.model_dump_json()
    yield _event(last)
    while time.monotonic() - began < LONGEST_S and any(r.state in PLANNED for r in rides.rides):
        await asyncio.sleep(LOOK_EVERY_S)
        if await request.is_disconnected():
            return
        rides = await run_in_threadpool(_rides, services, order_id, rider_id)
        now = rides.model_dump_json()
        if now != last:
            last, told = now, time.monotonic()
            yield _event(now)
        elif time.monotonic() - told >= KEEP_OPEN_EVERY_S:
            told = time.monotonic()
            yield ": still here\n\n"


def _event(data: str) -> str:
    return f"event: rides\ndata: {data}\n\n"


def _rides(services: Services, order_id: UUID, rider_id: UUID) -> Rides:
    network = services.network()
    views = services.shuttles.rides(order_id, rider_id)
    return Rides(rides=[ride_json(view, network) for view in views])
