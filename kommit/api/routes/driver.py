"""The driver's day: what comes next, and what was done."""

import base64
import binascii

from fastapi import APIRouter

from booking.domain import errors, idempotency_errors
from booking.domain.shuttles import DriverEvent
from kommit.api.auth import DriverOf
from kommit.api.idempotency import IdempotencyKey, OncePerStaffKey
from kommit.api.problems import documented
from kommit.api.schemas.shuttles import Duty, EventRequest, PositionRequest
from kommit.api.services import NetworkOf, ServicesOf
from kommit.api.shuttles import duty_json

router = APIRouter(tags=["staff"])
reporting = APIRouter(tags=["staff"], route_class=OncePerStaffKey)
STAFF = (errors.NotSignedIn, errors.NotYours)


@router.get("/v1/driver/duty", responses=documented(*STAFF, errors.NoDuty))
def get_duty(vehicle: DriverOf, services: ServicesOf, network: NetworkOf) -> Duty:
    """Return what is left of the duty of the driver's vehicle; the first stop is the next."""
    return duty_json(services.driving.duty(vehicle), services, network)


@reporting.post(
    "/v1/driver/events",
    responses=documented(
        *STAFF,
        errors.NoDuty,
        errors.RideNotFound,
        errors.IllegalRide,
        errors.WrongPin,
        errors.TooEarlyForNoShow,
        idempotency_errors.IdempotencyInProgress,
        idempotency_errors.IdempotencyMismatch,
        errors.StaleOrder,
    ),
)
def report_event(
    event: EventRequest,
    vehicle: DriverOf,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> Duty:
    """Report what was done, and get the duty as it is then.

    A rider boards by PIN or by ticket. A breakdown gives all riders to other vehicles at once.
    """
    del idempotency_key  # the route class has looked at it
    told = DriverEvent(event.type, event.ride, event.pin, _ticket(event.ticket), event.minutes)
    return duty_json(services.driving.report(vehicle, told), services, network)


@router.post("/v1/driver/position", status_code=204, responses=documented(*STAFF))
def report_position(position: PositionRequest, vehicle: DriverOf, services: ServicesOf) -> None:
    """Say where the vehicle is."""
    services.driving.position(
        vehicle,
        position.lat,
        position.lon,
        position.at or services.clock.now(),
        bearing=position.bearing,
        speed_mps=position.speed_mps,
    )


def _ticket(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise errors.WrongPin from None
