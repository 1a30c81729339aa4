"""Who is asking: riders show the token of their session as ``Authorization: Bearer TOKEN``."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from booking.domain.accounts import Rider
from booking.domain.errors import NotSignedIn, NotYours
from booking.domain.shuttles import VehicleKey
from booking.domain.staff import Role, StaffMember
from kommit.api.services import ServicesOf

bearer = HTTPBearer(auto_error=False, description="Token of ``POST /v1/sessions``.")


def session_token(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> str:
    """Return the token that was shown, or raise ``NotSignedIn``."""
    if credentials is None:
        raise NotSignedIn
    return credentials.credentials


def signed_in(
    request: Request, services: ServicesOf, token: Annotated[str, Depends(session_token)]
) -> Rider:
    """Return whose session it is, or raise ``NotSignedIn``."""
    rider: Rider | None = getattr(request.state, "rider", None)
    return rider or services.accounts.rider_of(token)


def maybe_signed_in(
    services: ServicesOf,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Rider | None:
    """Return whose session it is, None where none is shown, or raise ``NotSignedIn``."""
    return None if credentials is None else services.accounts.rider_of(credentials.credentials)


def staff_signed_in(
    request: Request, services: ServicesOf, token: Annotated[str, Depends(session_token)]
) -> StaffMember:
    """Return whose session it is, or raise ``NotSignedIn``; riders' tokens are not for staff."""
    member: StaffMember | None = getattr(request.state, "member", None)
    return member or services.staff.of(token)


def driver(member: Annotated[StaffMember, Depends(staff_signed_in)]) -> VehicleKey:
    """Return the vehicle of the driver who asks, or raise ``NotYours``."""
    if member.role is not Role.DRIVER or member.vehicle_id is None:
        raise NotYours
    return VehicleKey(member.service_id, member.vehicle_id)


def dispatcher(member: Annotated[StaffMember, Depends(staff_signed_in)]) -> StaffMember:
    """Return the dispatcher who asks, or raise ``NotYours``."""
    if member.role is not Role.DISPATCHER:
        raise NotYours
    return member


def inspector(member: Annotated[StaffMember, Depends(staff_signed_in)]) -> StaffMember:
    """Return the inspector who asks, or raise ``NotYours``."""
    if member.role is not Role.INSPECTOR:
        raise NotYours
    return member


def inspector_or_dispatcher(
    member: Annotated[StaffMember, Depends(staff_signed_in)],
) -> StaffMember:
    """Return the inspector or dispatcher who asks, or raise ``NotYours``."""
    if member.role not in {Role.INSPECTOR, Role.DISPATCHER}:
        raise NotYours
    return member


def operator(member: Annotated[StaffMember, Depends(staff_signed_in)]) -> str:
    """Return the agency of the operator's office that asks, or raise ``NotYours``."""
    if member.role is not Role.OPERATOR or member.agency_id is None:
        raise NotYours
    return member.agency_id


DriverOf = Annotated[VehicleKey, Depends(driver)]
Inspector = Annotated[StaffMember, Depends(inspector)]
InspectorOrDispatcher = Annotated[StaffMember, Depends(inspector_or_dispatcher)]
OperatorOf = Annotated[str, Depends(operator)]
Dispatcher = Annotated[StaffMember, Depends(dispatcher)]
SessionToken = Annotated[str, Depends(session_token)]
SignedIn = Annotated[Rider, Depends(signed_in)]
MaybeSignedIn = Annotated[Rider | None, Depends(maybe_signed_in)]
