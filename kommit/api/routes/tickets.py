"""Tickets of sold orders as text, picture, paper and pass; and the phones they are valid on."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from booking.domain.errors import NotPaidYet, NotSignedIn, OrderNotFound
from booking.service.revocations import on_paper
from booking.tickets import aztec
from booking.tickets.errors import (
    PassesNotOffered,
    PhoneKeyUnusable,
    TicketOnPhone,
    TooManyPhones,
)
from booking.tickets.paper import paper_ticket
from booking.tickets.wallet_pass import MEDIA_TYPE, wallet_pass
from booking.tickets.words import Language, Words
from kommit.api.auth import SignedIn
from kommit.api.problems import documented
from kommit.api.schemas.tickets import DeviceRequest, Ticket
from kommit.api.services import NetworkOf, Services, ServicesOf
from kommit.api.ticketing import bytes_of_text, ticket_json

router = APIRouter(tags=["tickets"])

REFUSALS = (NotSignedIn, OrderNotFound, NotPaidYet)
InLanguage = Annotated[Language, Query(alias="lang", description="Language of the words on it.")]


def _file(media_type: str, what: str, *more: type[Exception]) -> dict[int | str, dict[str, Any]]:
    """Return ``responses=`` of a route that answers a file."""
    schema = {"type": "string", "contentMediaType": media_type}
    ok = {"description": what, "content": {media_type: {"schema": schema}}}
    return documented(*REFUSALS, TicketOnPhone, *more) | {200: ok}


class Png(Response):
    """A PNG image."""

    media_type = "image/png"


class Svg(Response):
    """An SVG image."""

    media_type = "image/svg+xml"


class Pdf(Response):
    """A PDF document."""

    media_type = "application/pdf"


class Pass(Response):
    """A pass for Apple Wallet."""

    media_type = MEDIA_TYPE


@router.get("/v1/orders/{order_id}/ticket", responses=documented(*REFUSALS))
def get_ticket(order_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf) -> Ticket:
    """Return the signed ticket of a paid order.

    A ticket with a `device_key` is valid on that phone alone, which appends the moment and its own
    signature to these bytes, anew every `redraw_s` seconds.
    """
    data = services.orders.ticket(order_id, rider.id)
    return ticket_json(data, services.tickets.read(data), network, services.clock.now())


@router.post(
    "/v1/orders/{order_id}/device",
    responses=documented(*REFUSALS, PhoneKeyUnusable, TooManyPhones),
)
def bind_phone(
    order_id: UUID,
    asked: DeviceRequest,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
) -> Ticket:
    """Make the ticket valid on one phone alone; what was shown or printed before is revoked.

    The same phone again gets the same ticket again.
    """
    return _bind(
        order_id, rider.id, bytes_of_text(asked.public_key, "public_key"), services, network
    )


@router.delete("/v1/orders/{order_id}/device", responses=documented(*REFUSALS, TooManyPhones))
def free_from_phone(
    order_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf
) -> Ticket:
    """Make the ticket valid on paper again, when a phone is lost; the one on it is revoked."""
    return _bind(order_id, rider.id, None, services, network)


@router.get(
    "/v1/orders/{order_id}/ticket.png",
    response_class=Png,
    responses=_file(Png.media_type, "Aztec code"),
)
def get_ticket_png(order_id: UUID, rider: SignedIn, services: ServicesOf) -> Png:
    """Return a ticket that is valid on paper as an Aztec code."""
    return Png(aztec.to_png(_static(order_id, rider.id, services)))


@router.get(
    "/v1/orders/{order_id}/ticket.svg",
    response_class=Svg,
    responses=_file(Svg.media_type, "Aztec code"),
)
def get_ticket_svg(order_id: UUID, rider: SignedIn, services: ServicesOf) -> Svg:
    """Return a ticket that is valid on paper as an Aztec code that grows with its frame."""
    return Svg(aztec.to_svg(_static(order_id, rider.id, services)))


@router.get(
    "/v1/orders/{order_id}/ticket.pdf",
    response_class=Pdf,
    responses=_file(Pdf.media_type, "A page to print: code, PIN, legs, price and VAT"),
)
def get_ticket_pdf(
    order_id: UUID,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    language: InLanguage = "de",
) -> Pdf:
    """Return the ticket to print, for riders without a phone."""
    data = _static(order_id, rider.id, services)
    offer = services.orders.get(order_id, rider.id).offer
    words = Words(language, network.zone)
    headers = {"Content-Disposition": f'inline; filename="ticket-{order_id}.pdf"'}
    return Pdf(paper_ticket(data, services.tickets.read(data), offer, words), headers=headers)


@router.get(
    "/v1/orders/{order_id}/ticket.pkpass",
    response_class=Pass,
    responses=_file(MEDIA_TYPE, "A pass for Apple Wallet", PassesNotOffered),
)
def get_ticket_pass(
    order_id: UUID,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    language: InLanguage = "de",
) -> Pass:
    """Return the ticket as a pass for Apple Wallet: static, like paper."""
    signer = services.ticketing.passes
    if signer is None:
        raise PassesNotOffered
    data = _static(order_id, rider.id, services)
    words = Words(language, network.zone)
    headers = {"Content-Disposition": f'attachment; filename="ticket-{order_id}.pkpass"'}
    return Pass(wallet_pass(data, services.tickets.read(data), signer, words), headers=headers)


def _static(order_id: UUID, rider_id: UUID, services: Services) -> bytes:
    return on_paper(services.orders.ticket(order_id, rider_id), services.tickets)


def _bind(
    order_id: UUID, rider_id: UUID, key: bytes | None, services: Services, network: NetworkOf
) -> Ticket:
    order = services.ticketing.phones.bind(order_id, rider_id, key)
    if order.ticket is None:
        raise NotPaidYet(order_id)
    ticket = services.tickets.read(order.ticket)
    return ticket_json(order.ticket, ticket, network, services.clock.now())
