"""The ASGI application: routes, problems and middleware, put together."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from kommit import __version__
from kommit.api import problems, tiles
from kommit.api.errors import NotFound
from kommit.api.idempotency import HEADER
from kommit.api.middleware import BodyLimit, Guard
from kommit.api.problem_table import BAD_REQUEST, TOO_LARGE
from kommit.api.problems import Problem, documented, entries
from kommit.api.routes import (
    agent,
    audit,
    clearing,
    complaints,
    driver,
    events,
    gbfs,
    inspections,
    isochrones,
    journeys,
    network,
    offers,
    on_demand,
    order_rides,
    orders,
    payments,
    realtime,
    receipts,
    redress,
    rentals,
    riders,
    sharing,
    staff,
    subscriptions,
    tickets,
    trips,
    webhooks,
)
from kommit.api.routes import problems as problem_pages
from kommit.web.site import rider_page

DESCRIPTION: Final = """
One search, one price, one payment and one ticket for a region's mobility.

A tour: `GET /v1/places` → `GET /v1/plan` → `POST /v1/offers` → `POST /v1/orders` →
`POST /v1/orders/{order_id}/payment` → `GET /v1/orders/{order_id}/ticket.png`.

Times are RFC 3339 with offset, money is in minor units, geometry is an encoded polyline of
precision 6. Every refusal is a problem of RFC 9457; its `type` leads to a page that says what to
do. Calls that reserve or spend take an `Idempotency-Key`: send the same one when you try again.
"""

TAGS: Final = [
    {"name": "network", "description": "What runs where and when."},
    {"name": "realtime", "description": "What is known of the moment."},
    {"name": "journeys", "description": "From door to door."},
    {"name": "offers", "description": "What a journey costs."},
    {"name": "orders", "description": "Hold, pay, give back."},
    {"name": "tickets", "description": "Signed tickets, and the phones they are valid on."},
    {"name": "inspections", "description": "For inspectors and boxes."},
    {"name": "riders", "description": "Accounts and sessions."},
    {"name": "wallet", "description": "Prepaid money."},
    {"name": "payments", "description": "Mandates, invoices, vouchers, budgets, kept cards."},
    {"name": "trips", "description": "Check in, ride, check out; billed at the best price."},
    {"name": "subscriptions", "description": "What is paid by the month."},
    {"name": "sharing", "description": "Own fleets and their rentals."},
    {"name": "on-demand", "description": "Services that run for their riders alone, and rides."},
    {"name": "staff", "description": "Drivers and telephone agents."},
    {"name": "operators", "description": "What operators are told, and what they are owed."},
    {"name": "map", "description": "The base map."},
    {"name": "problems", "description": "What refusals mean."},
]

ROUTERS: Final = (
    network.router,
    realtime.router,
    journeys.router,
    isochrones.router,
    offers.router,
    riders.router,
    riders.spending,
    orders.spending,
    orders.router,
    receipts.router,
    redress.router,
    redress.claiming,
    complaints.router,
    complaints.complaining,
    payments.spending,
    payments.router,
    tickets.router,
    audit.router,
    clearing.router,
    trips.spending,
    trips.router,
    subscriptions.spending,
    subscriptions.router,
    inspections.router,
    rentals.spending,
    sharing.router,
    rentals.router,
    gbfs.router,
    problem_pages.router,
    on_demand.router,
    order_rides.router,
    events.router,
    staff.router,
    webhooks.router,
    driver.router,
    driver.reporting,
    agent.router,
    agent.booking,
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def make_app(
    *,
    body_limit_bytes: int = 64 * 1024,
    cors_origins: Sequence[str] = (),
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """Return the application; set ``app.state.services`` before it is asked anything."""
    app = FastAPI(
        title="kommit",
        version=__version__,
        description=DESCRIPTION.strip(),
        openapi_tags=TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        docs_url=None,  # their scripts come from other hosts, which the page's policy forbids
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        separate_input_output_schemas=False,
    )
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(tiles.router, responses=documented(NotFound))
    # Not a mount: that would answer 404 where a route knows the path and not the method.
    app.router.default = rider_page()
    _add_middleware(app, body_limit_bytes, cors_origins)
    app.openapi = _openapi_of(app)  # type: ignore[method-assign]  # as FastAPI's manual says
    return app


def _add_middleware(app: FastAPI, body_limit_bytes: int, cors_origins: Sequence[str]) -> None:
    """Add from the inside out: the last one added sees a request first."""
    app.add_middleware(BodyLimit, limit_bytes=body_limit_bytes)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    if cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(cors_origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", HEADER],
            expose_headers=["Retry-After", "X-Request-Id"],
        )
    app.add_middleware(Guard)


def _operation_id(route: APIRoute) -> str:
    return route.name


def _openapi_of(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return the maker of the OpenAPI document, with what FastAPI cannot know."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(plain())
        return plain()

    return openapi


def _complete(document: dict[str, Any]) -> None:
    """Add the shape of problems, and what may become of any body; in place."""
    schemas = document["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"), Problem=problem)
    for unused in ("HTTPValidationError", "ValidationError"):  # FastAPI's own 422, never answered
        schemas.pop(unused, None)
    of_bodies = {str(status): entry for status, entry in entries((BAD_REQUEST, TOO_LARGE)).items()}
    for path in document["paths"].values():
        for operation in path.values():
            if "requestBody" in operation:
                operation["responses"] = dict(sorted((of_bodies | operation["responses"]).items()))
