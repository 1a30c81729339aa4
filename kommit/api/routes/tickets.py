"""Tickets of sold orders, and the keys by which inspectors check them."""

import base64
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from booking.domain.errors import NotPaidYet, NotSignedIn, OrderNotFound
from booking.tickets import aztec
from kommit.api.auth import SignedIn
from kommit.api.problems import documented
from kommit.api.schemas.tickets import Ticket, TicketKey, TicketKeys
from kommit.api.services import NetworkOf, ServicesOf

router = APIRouter(tags=["tickets"])

REFUSALS = documented(NotSignedIn, OrderNotFound, NotPaidYet)


def _image(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return ``responses=`` of a route that answers an image."""
    ok = {"description": "Aztec code", "content": {media_type: {"schema": {"type": "string"}}}}
    return REFUSALS | {200: ok}


class Png(Response):
    """A PNG image."""

    media_type = "image/png"


class Svg(Response):
    """An SVG image."""

    media_type = "image/svg+xml"


@router.get("/v1/orders/{order_id}/ticket", responses=REFUSALS)
def get_ticket(order_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf) -> Ticket:
    """Return the signed ticket of a paid order."""
    data = services.orders.ticket(order_id, rider.id)
    ticket = services.tickets.read(data)
    return Ticket(
        ticket=base64.urlsafe_b64encode(data).rstrip(b"=").decode(),
        valid_from=network.local(ticket.valid_from),
        valid_until=network.local(ticket.valid_until),
        order_id=ticket.order_id,
    )


@router.get(
    "/v1/orders/{order_id}/ticket.png", response_class=Png, responses=_image(Png.media_type)
)
def get_ticket_png(order_id: UUID, rider: SignedIn, services: ServicesOf) -> Png:
    """Return the ticket as an Aztec code."""
    return Png(aztec.to_png(services.orders.ticket(order_id, rider.id)))


@router.get(
    "/v1/orders/{order_id}/ticket.svg", response_class=Svg, responses=_image(Svg.media_type)
)
def get_ticket_svg(order_id: UUID, rider: SignedIn, services: ServicesOf) -> Svg:
    """Return the ticket as an Aztec code that grows with its frame."""
    return Svg(aztec.to_svg(services.orders.ticket(order_id, rider.id)))


@router.get("/v1/ticket-keys")
def list_ticket_keys(services: ServicesOf, response: Response) -> TicketKeys:
    """Return the public keys that inspectors take along."""
    response.headers["Cache-Control"] = "public, max-age=3600"
    document = services.tickets.public_keys.to_document()
    return TicketKeys(keys=[TicketKey.model_validate(key) for key in document["keys"]])
