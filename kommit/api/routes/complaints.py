"""Complaints: of riders about legs, and the answers of their operators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from booking.domain import complaints as domain
from booking.domain import errors
from booking.domain.complaints import ComplaintState
from booking.domain.redress_errors import ComplaintNotFound, ComplaintRefused
from kommit.api.auth import OperatorOf, SignedIn
from kommit.api.idempotency import IdempotencyKey, OncePerKey
from kommit.api.network import Network
from kommit.api.problems import documented
from kommit.api.routes.driver import STAFF
from kommit.api.routes.orders import REPLAYS
from kommit.api.schemas.redress import AnswerRequest, Complaint, ComplaintRequest, Complaints
from kommit.api.services import NetworkOf, ServicesOf

router = APIRouter()
complaining = APIRouter(route_class=OncePerKey)

MINE = (errors.NotSignedIn, errors.OrderNotFound)


@complaining.post(
    "/v1/orders/{order_id}/complaints",
    status_code=201,
    tags=["orders"],
    responses=documented(*REPLAYS, errors.OrderNotFound, errors.RideNotFound, ComplaintRefused),
)
def complain(
    order_id: UUID,
    asked: ComplaintRequest,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> Complaint:
    """Complain of a leg that should have begun; its operator sees no more than the text."""
    del idempotency_key
    made = services.feedback.complain(order_id, rider.id, asked.leg, asked.category, asked.text)
    return complaint_json(made, network)


@router.get("/v1/orders/{order_id}/complaints", tags=["orders"], responses=documented(*MINE))
def list_complaints(
    order_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf
) -> Complaints:
    """Return the complaints about an order and their answers, oldest first."""
    found = services.feedback.complaints_of(order_id, rider.id)
    return Complaints(complaints=[complaint_json(one, network) for one in found])


@router.get("/v1/operator/complaints", tags=["operators"], responses=documented(*STAFF))
def list_operator_complaints(
    agency: OperatorOf,
    services: ServicesOf,
    network: NetworkOf,
    state: Annotated[ComplaintState | None, Query(description="Only those in this state.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="As many at most.")] = 50,
    before: Annotated[
        UUID | None, Query(description="Only older ones than this: the last of a page.")
    ] = None,
) -> Complaints:
    """Return the complaints about the operator's own legs, newest first."""
    found = services.feedback.complaints_about(agency, state, limit, before)
    return Complaints(complaints=[complaint_json(one, network) for one in found])


@router.post(
    "/v1/operator/complaints/{complaint_id}/answer",
    tags=["operators"],
    responses=documented(*STAFF, ComplaintNotFound, ComplaintRefused),
)
def answer_complaint(
    complaint_id: UUID,
    asked: AnswerRequest,
    agency: OperatorOf,
    services: ServicesOf,
    network: NetworkOf,
) -> Complaint:
    """Answer a complaint; a later answer replaces the one before, until it is closed."""
    answered = services.feedback.answer(complaint_id, agency, asked.text, closes=asked.close)
    return complaint_json(answered, network)


def complaint_json(one: domain.Complaint, network: Network) -> Complaint:
    """Return a complaint as rider and operator see it."""
    answered_at = one.answered_at
    return Complaint(
        id=one.id,
        order_id=one.order_id,
        leg=one.leg,
        line=one.line,
        departure=network.local(one.departure),
        category=one.category,
        text=one.text,
        state=one.state,
        at=network.local(one.at),
        answer=one.answer,
        answered_at=None if answered_at is None else network.local(answered_at),
    )
