"""``Idempotency-Key``: routes that reserve or spend run once, however often they are called.

Same key and same request: the first answer again, marked ``Idempotency-Replayed: true``. Same key
and another request: 422. While the first still runs: 409 with ``Retry-After``. Answers 409, 429
and from 500 on are not kept, since they are about the moment. Keys belong to a rider, or to
one of the staff.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

from fastapi import Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security.utils import get_authorization_scheme_param
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from booking.domain.errors import BookingError
from booking.service.idempotency import Claim, fingerprint
from booking.service.repositories import Answer
from kommit.api.errors import ApiError
from kommit.api.problems import response_of
from kommit.api.services import Services, services_of

HEADER: Final = "Idempotency-Key"
SHORTEST, LONGEST = 8, 200
REPLAYED: Final = "Idempotency-Replayed"
KEPT_HEADERS: Final = ("content-type", "location")

IdempotencyKey = Annotated[
    str,
    Header(
        alias=HEADER,
        min_length=SHORTEST,
        max_length=LONGEST,
        pattern=r"^[\x21-\x7e]+$",
        description="A random text of the client's, new for each intention: a UUID will do.",
    ),
]

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def _rider_of(services: Services, request: Request, token: str) -> str:
    """Return whose key it is, and leave the rider to the route."""
    request.state.rider = services.accounts.rider_of(token)
    return str(request.state.rider.id)


def _staff_of(services: Services, request: Request, token: str) -> str:
    request.state.member = services.staff.of(token)
    return str(request.state.member.id)


class OncePerKey(APIRoute):
    """A route that answers a repeated request from the store; keys are a rider's."""

    whose = staticmethod(_rider_of)

    def get_route_handler(self) -> Handler:
        """Return the handler that looks into the store first."""
        run = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER, "")
            if not SHORTEST <= len(key) <= LONGEST:
                return await run(request)  # which refuses it
            services = services_of(request)
            begun = await _begin(services, request, key, self.whose)
            if isinstance(begun, Answer):
                return _replay(begun)
            return await _run(services, request, run, begun)

        return once


class OncePerStaffKey(OncePerKey):
    """The same with keys of drivers and dispatchers."""

    whose = staticmethod(_staff_of)


async def _begin(
    services: Services, request: Request, key: str, whose: Callable[[Services, Request, str], str]
) -> Claim | Answer:
    _, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    owner = await run_in_threadpool(whose, services, request, token)
    of_request = fingerprint(
        (request.method.encode(), request.url.path.encode(), await request.body())
    )
    return await run_in_threadpool(services.idempotency.begin, owner, key, of_request)


async def _run(services: Services, request: Request, run: Handler, claim: Claim) -> Response:
    try:
        response = await _answer(request, run)
    except Exception:
        await run_in_threadpool(services.idempotency.abandon, claim)
        raise
    headers = tuple(
        (name, value) for name, value in response.headers.items() if name in KEPT_HEADERS
    )
    answer = Answer(response.status_code, headers, bytes(response.body))
    await run_in_threadpool(services.idempotency.finish, claim, answer)
    return response


async def _answer(request: Request, run: Handler) -> Response:
    """Run the request; a foreseen refusal is an answer too."""
    try:
        return await run(request)
    except (BookingError, ApiError, RequestValidationError, HTTPException) as refusal:
        return response_of(refusal, request.url.path)


def _replay(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers) | {REPLAYED: "true"})
