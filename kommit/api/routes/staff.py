"""Sessions of drivers, dispatchers and operators' offices."""

from typing import Annotated

from fastapi import APIRouter, Depends

from booking.domain import errors
from kommit.api.auth import session_token
from kommit.api.errors import TooManyRequests
from kommit.api.limits import check_rate
from kommit.api.problems import documented
from kommit.api.schemas.shuttles import StaffSession, StaffSessionRequest
from kommit.api.services import ServicesOf

router = APIRouter(tags=["staff"])


@router.post(
    "/v1/staff/sessions",
    status_code=201,
    dependencies=[Depends(check_rate)],
    responses=documented(errors.BadCredentials, TooManyRequests),
)
def sign_staff_in(asked: StaffSessionRequest, services: ServicesOf) -> StaffSession:
    """Begin a session of a driver, a dispatcher or an operator's office; it ends after 14 hours."""
    member, token = services.staff.sign_in(asked.name, asked.secret)
    return StaffSession(
        token=token,
        role=member.role,
        name=member.name,
        service_id=member.service_id,
        vehicle_id=member.vehicle_id,
        agency_id=member.agency_id,
    )


@router.delete("/v1/staff/sessions", status_code=204, responses=documented(errors.NotSignedIn))
def sign_staff_out(token: Annotated[str, Depends(session_token)], services: ServicesOf) -> None:
    """End the session."""
    services.staff.sign_out(token)
