"""Telephone agents: book for people without an account, look after the fleet."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from booking.domain import errors, idempotency_errors
from booking.domain.passengers import group
from booking.service.counter import Booking
from kommit.api.auth import Dispatcher
from kommit.api.idempotency import IdempotencyKey, OncePerStaffKey
from kommit.api.problems import documented
from kommit.api.routes.driver import STAFF
from kommit.api.schemas.shuttles import (
    AgentBooking,
    AgentBookingRequest,
    AgentBookings,
    FleetOverview,
)
from kommit.api.services import NetworkOf, ServicesOf
from kommit.api.shuttles import booking_json, fleet_json

router = APIRouter(tags=["staff"])
booking = APIRouter(tags=["staff"], route_class=OncePerStaffKey)


@booking.post(
    "/v1/agent/bookings",
    status_code=201,
    responses=documented(
        *STAFF,
        errors.OfferForged,
        errors.NotOnSale,
        errors.NoPlacesLeft,
        errors.ShuttleNotFree,
        errors.BookingDeadlinePassed,
        errors.BadAccountData,
        idempotency_errors.IdempotencyInProgress,
        idempotency_errors.IdempotencyMismatch,
        errors.StaleOrder,
    ),
)
def book_for_somebody(
    asked: AgentBookingRequest,
    agent: Dispatcher,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> AgentBooking:
    """Book a journey for somebody on the telephone; it is paid on board, and known by its PIN."""
    del idempotency_key  # the route class has looked at it
    chain = services.offers.open_chain(asked.journey)
    passengers = group(passenger.category for passenger in asked.passengers)
    offer, _ = services.offers.make(chain, passengers)
    order = services.counter.book(agent, offer, asked.name, asked.phone)
    return booking_json(Booking(order, asked.name, asked.phone), services, network)


@router.get("/v1/agent/bookings", responses=documented(*STAFF))
def list_bookings(
    agent: Dispatcher,
    services: ServicesOf,
    network: NetworkOf,
    q: Annotated[str, Query(max_length=120, description="Part of a name or number.")] = "",
) -> AgentBookings:
    """Return the bookings of the service's agents, newest first."""
    found = services.counter.find(agent, q)
    return AgentBookings(bookings=[booking_json(one, services, network) for one in found])


@booking.post(
    "/v1/agent/bookings/{order_id}/cancel",
    responses=documented(*STAFF, errors.OrderNotFound, errors.StaleOrder),
)
def cancel_booking(
    order_id: UUID,
    agent: Dispatcher,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> AgentBooking:
    """Take a booking's rides out of the plans, so that no vehicle comes."""
    del idempotency_key
    return booking_json(services.counter.cancel(agent, order_id), services, network)


@router.get("/v1/agent/fleet", responses=documented(*STAFF))
def look_at_fleet(agent: Dispatcher, services: ServicesOf, network: NetworkOf) -> FleetOverview:
    """Return all vehicles of the agent's service with their plans."""
    return fleet_json(services.driving.vehicles(agent.service_id), services, network)
