"""Who is asking: riders show the token of their session as ``Authorization: Bearer TOKEN``."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from booking.domain.accounts import Rider
from booking.domain.errors import NotSignedIn
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


SessionToken = Annotated[str, Depends(session_token)]
SignedIn = Annotated[Rider, Depends(signed_in)]
