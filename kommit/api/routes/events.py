"""Server-sent events: what changed about an order, or about all orders of a rider."""

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials
from starlette.concurrency import run_in_threadpool

from booking.domain import errors
from booking.domain.accounts import Rider
from booking.service.accounts import token_hash
from kommit.api.auth import bearer
from kommit.api.errors import TooManyRequests
from kommit.api.listeners import Listener, Subject
from kommit.api.problems import documented
from kommit.api.services import ServicesOf
from kommit.api.streams import Streams

router = APIRouter(tags=["orders"])

KEEP_OPEN_EVERY_S: Final = 15.0
LONGEST_S: Final = 3600.0
"""After an hour the phone asks again, as browsers do by themselves."""
RETRY_MS: Final = 3000
MEDIA_TYPE: Final = "text/event-stream"
STILL_HERE: Final = ": still here\n\n"
HEADERS: Final = {"X-Accel-Buffering": "no"}
"""Proxies are asked to pass every line on at once."""
AS_EVENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}
}
OVER: Final[dict[int | str, dict[str, Any]]] = {
    204: {"description": "The order is over, and all of it was read: do not ask again."}
}


def shown_token(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    token: Annotated[
        str | None, Query(max_length=200, description="For `EventSource`, which sends no header.")
    ] = None,
) -> str:
    """Return the token of a session, from where it may stand."""
    shown = credentials.credentials if credentials else token
    if shown is None:
        raise errors.NotSignedIn
    return shown


ShownToken = Annotated[str, Depends(shown_token)]


def rider_of(services: ServicesOf, token: ShownToken) -> Rider:
    """Return whose session it is, or raise ``NotSignedIn``."""
    return services.accounts.rider_of(token)


RiderOf = Annotated[Rider, Depends(rider_of)]
LastEventId = Annotated[
    str | None,
    Header(max_length=64, description="Of the last event that was read, as browsers send it."),
]


@router.get(
    "/v1/orders/{order_id}/events",
    response_class=StreamingResponse,
    responses=AS_EVENTS
    | OVER
    | documented(errors.NotSignedIn, errors.OrderNotFound, TooManyRequests),
)
async def stream_order(
    order_id: UUID,
    services: ServicesOf,
    rider: RiderOf,
    token: ShownToken,
    last_event_id: LastEventId = None,
) -> Response:
    """Tell of an order and its rides, as server-sent events, whenever something changes.

    `order` is the order as `GET /v1/orders/{order_id}` answers it, `rides` what
    `GET /v1/orders/{order_id}/rides` does. The id of an event is the order's version: who comes
    back with `Last-Event-ID` is told of the order only if it has changed since.
    """
    return await _stream(services.streams, Subject(rider.id, order_id), token, last_event_id)


@router.get(
    "/v1/events",
    response_class=StreamingResponse,
    responses=AS_EVENTS | documented(errors.NotSignedIn, TooManyRequests),
)
async def stream_orders(
    services: ServicesOf, rider: RiderOf, token: ShownToken, last_event_id: LastEventId = None
) -> Response:
    """Tell of all the rider's orders, as server-sent events `order`: `{id, state, version}`.

    The newest 50 are told at the beginning, unless nothing has changed since `Last-Event-ID`.
    """
    return await _stream(services.streams, Subject(rider.id), token, last_event_id)


async def _stream(streams: Streams, subject: Subject, token: str, last_id: str | None) -> Response:
    listener = Listener(subject, token_hash(token))
    streams.open(listener)
    try:
        if not await run_in_threadpool(streams.begin, listener, last_id):
            streams.close(listener)
            return Response(status_code=204)
    except BaseException:
        streams.close(listener)
        raise
    return StreamingResponse(_events(streams, listener), media_type=MEDIA_TYPE, headers=HEADERS)


async def _events(streams: Streams, listener: Listener) -> AsyncIterator[str]:
    """Yield what the listener is told; leaving it, for whatever reason, closes the listener."""
    until = time.monotonic() + LONGEST_S
    try:
        yield f"retry: {RETRY_MS}\n\n"
        while time.monotonic() < until and not listener.is_over:
            flush = await listener.next(KEEP_OPEN_EVERY_S)
            yield STILL_HERE if flush is None else flush.text()
    finally:
        streams.close(listener)
