"""Check-in, sightings, check-out; what days and months came to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from booking.domain import travel_errors as refused
from booking.domain.errors import NotSignedIn, StaleOrder
from booking.service.trips import LISTED
from booking.tickets import aztec
from kommit.api.auth import SignedIn
from kommit.api.idempotency import IdempotencyKey, OncePerKey
from kommit.api.problems import documented
from kommit.api.routes.orders import REPLAYS
from kommit.api.routes.tickets import Png
from kommit.api.schemas import trips as shapes
from kommit.api.services import NetworkOf, ServicesOf
from kommit.api.travel import (
    batch,
    group_in,
    seen,
    statement_json,
    ticket_json,
    trip_json,
)

router = APIRouter(tags=["trips"])
spending = APIRouter(tags=["trips"], route_class=OncePerKey)

OWN = (NotSignedIn, refused.TripNotFound)
CHANGES = (*REPLAYS, refused.TripNotFound, StaleOrder)


@spending.post(
    "/v1/trips/check-in",
    status_code=201,
    responses=documented(*REPLAYS, refused.ClockWrong, refused.TripOverlaps, StaleOrder)
    | {200: {"description": "The trip that the rider is on already", "model": shapes.Trip}},
)
def check_in(
    request: shapes.CheckIn,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    response: Response,
    idempotency_key: IdempotencyKey,
) -> shapes.Trip:
    """Begin a trip. Who is on one already gets that one again, with status 200."""
    del idempotency_key  # the route class has looked at it
    trip, is_new = services.travel.trips.check_in(rider.id, seen(request), group_in(request))
    response.status_code = 201 if is_new else 200
    return trip_json(trip, network)


@router.post("/v1/trips/{trip_id}/sightings", responses=documented(*OWN, StaleOrder))
def report_sightings(
    trip_id: UUID, request: shapes.Sightings, rider: SignedIn, services: ServicesOf
) -> shapes.Reported:
    """Tell where the rider was seen: positions or beacons, late and in any order if need be.

    A trip has one place at a time, so sending a batch again changes nothing.
    """
    reported = services.travel.trips.report(trip_id, rider.id, batch(request))
    return shapes.Reported.model_validate(reported)


@spending.post(
    "/v1/trips/{trip_id}/check-out",
    responses=documented(*CHANGES, refused.ClockWrong, refused.TripOverlaps),
)
def check_out(
    trip_id: UUID,
    request: shapes.Here,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> shapes.Trip:
    """End a trip and bill it, from the wallet if it has enough, else by the next invoice.

    Who did not move and checks out within five minutes has cancelled the trip.
    """
    del idempotency_key
    trip = services.travel.trips.check_out(trip_id, rider.id, seen(request))
    return trip_json(trip, network)


@spending.post("/v1/trips/{trip_id}/cancel", responses=documented(*CHANGES, refused.IllegalTrip))
def cancel_trip(
    trip_id: UUID,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> shapes.Trip:
    """Take a check-in back: within five minutes, where nobody rode."""
    del idempotency_key
    return trip_json(services.travel.trips.cancel(trip_id, rider.id), network)


@spending.post("/v1/trips/{trip_id}/dispute", responses=documented(*CHANGES, refused.IllegalTrip))
def dispute_trip(
    trip_id: UUID,
    request: shapes.Dispute,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> shapes.Trip:
    """Say that a billed trip was otherwise; somebody looks at it."""
    del idempotency_key
    trip = services.travel.trips.dispute(trip_id, rider.id, request.text)
    return trip_json(trip, network)


@router.get("/v1/trips", responses=documented(NotSignedIn))
def list_trips(
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    limit: Annotated[int, Query(ge=1, le=200, description="As many trips at most.")] = LISTED,
    before: Annotated[
        UUID | None, Query(description="Only trips older than this one: the last of a page.")
    ] = None,
) -> shapes.Trips:
    """Return the rider's trips, newest first."""
    found = services.travel.trips.list_trips(rider.id, limit, before)
    return shapes.Trips(trips=[trip_json(trip, network) for trip in found])


@router.get("/v1/trips/{trip_id}", responses=documented(*OWN))
def get_trip(
    trip_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf
) -> shapes.Trip:
    """Return one of the rider's trips."""
    return trip_json(services.travel.trips.get(trip_id, rider.id), network)


@router.get("/v1/trips/{trip_id}/ticket", responses=documented(*OWN, refused.IllegalTrip))
def get_check_in_ticket(
    trip_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf
) -> shapes.CheckInTicket:
    """Return what an inspector is shown while the rider is checked in; good for five minutes."""
    return ticket_json(*services.travel.documents.issue(trip_id, rider.id), network)


@router.get(
    "/v1/trips/{trip_id}/ticket.png",
    response_class=Png,
    responses=documented(*OWN, refused.IllegalTrip),
)
def get_check_in_ticket_png(trip_id: UUID, rider: SignedIn, services: ServicesOf) -> Png:
    """Return the same as an Aztec code."""
    _, data = services.travel.documents.issue(trip_id, rider.id)
    return Png(aztec.to_png(data))


@router.get("/v1/riders/me/statements", responses=documented(NotSignedIn))
def list_statements(
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    limit: Annotated[int, Query(ge=1, le=200, description="As many at most.")] = LISTED,
) -> shapes.Statements:
    """Return what the rider's days and months came to, newest first."""
    found = services.travel.closing.statements(rider.id, limit)
    return shapes.Statements(statements=[statement_json(one, network) for one in found])
