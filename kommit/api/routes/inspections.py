"""For inspectors and boxes: keys, revoked tickets, what was seen, and doors."""

import hashlib
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response

from booking.domain import errors, lock_errors
from booking.domain.inspections import Flag
from booking.service.boxes import Boxes
from booking.service.inspections import Look
from booking.tickets.errors import TicketMalformed
from booking.tickets.figures import FRESHNESS, LIST_RENEWED
from booking.tickets.revocations import Revocations as RevocationList
from kommit.api.auth import Inspector, InspectorOrDispatcher
from kommit.api.problems import documented
from kommit.api.rentals import rental_json
from kommit.api.schemas import tickets as shapes
from kommit.api.schemas.rentals import Rental
from kommit.api.services import NetworkOf, Services, ServicesOf
from kommit.api.ticketing import base64url, ticket_of_text

router = APIRouter(tags=["inspections"])

OCTETS: Final = "application/octet-stream"
EITHER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "model": shapes.Revocations,
        "content": {OCTETS: {"schema": {"type": "string", "contentMediaType": OCTETS}}},
    },
    304: {"description": "It is the list of that `ETag` still."},
    **documented(),
}


@router.get("/v1/ticket-keys")
def list_ticket_keys(services: ServicesOf, response: Response) -> shapes.TicketKeys:
    """Return what inspectors take along: public keys, and how old a code on a phone may be."""
    response.headers["Cache-Control"] = "public, max-age=3600"
    document = services.tickets.public_keys.to_document()
    return shapes.TicketKeys(
        keys=[shapes.TicketKey.model_validate(key) for key in document["keys"]],
        freshness=shapes.Freshness.model_validate(FRESHNESS.to_document()),
    )


@router.get("/v1/ticket-revocations", response_model=None, responses=EITHER)
def get_revocations(
    services: ServicesOf,
    accept: Annotated[str, Header(description=f"`{OCTETS}` for the bare list.")] = "",
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """Return the signed list of tickets that were cancelled or replaced, for offline inspections.

    Only tickets whose validity has not ended are on it. 8 bytes each; `docs/ticket-format.md`.
    """
    data = services.ticketing.revocations.signed()
    bare = OCTETS in accept
    kind = OCTETS if bare else "application/json"
    headers = {
        "ETag": f'"{hashlib.sha256(kind.encode() + data).hexdigest()[:24]}"',
        "Cache-Control": f"public, max-age={int(LIST_RENEWED.total_seconds()) // 5}",
        "Vary": "Accept",
        "Access-Control-Allow-Origin": "*",
    }
    if headers["ETag"] in if_none_match or if_none_match.strip() == "*":
        return Response(status_code=304, headers=headers)
    body = data if bare else _list_json(data, services)
    return Response(body, headers=headers, media_type=kind)


@router.post(
    "/v1/boxes/open",
    responses=documented(
        TicketMalformed,
        errors.RentalRefused,
        errors.RentalBusy,
        errors.BoxDidNotOpen,
        lock_errors.LockJammed,
        lock_errors.LockRefused,
        lock_errors.LockUnreachable,
        errors.StaleOrder,
    ),
)
def open_box(asked: shapes.BoxRequest, services: ServicesOf, network: NetworkOf) -> Rental:
    """Open the box of the rental that a ticket pays for, when it is shown to the box's reader.

    Who shows the ticket needs no session: the ticket is the right. A ticket on a phone must carry
    the moment that the phone signed; asking twice moves the door once more at most.
    """
    boxes = _boxes(services)
    rental = boxes.open(ticket_of_text(asked.ticket), asked.system, asked.station, asked.box)
    return rental_json(rental, services.fleets, network)


@router.post(
    "/v1/inspections", responses=documented(errors.NotSignedIn, errors.NotYours, errors.StaleOrder)
)
def hand_in_inspections(
    batch: shapes.InspectionBatch, inspector: Inspector, services: ServicesOf
) -> shapes.HandedIn:
    """Hand in what a device has collected offline; events that are known change nothing."""
    looks = [_look(event) for event in batch.events]
    done = services.ticketing.inspections.hand_in(inspector, looks)
    return shapes.HandedIn(new=done.new, known=done.known)


@router.get("/v1/inspections/flags", responses=documented(errors.NotSignedIn, errors.NotYours))
def list_flags(member: InspectorOrDispatcher, services: ServicesOf) -> shapes.InspectionFlags:
    """Return what does not fit among the inspections of the last day: double use above all."""
    del member  # any inspector or dispatcher may look
    found = services.ticketing.inspections.flags()
    return shapes.InspectionFlags(flags=[_flag(each) for each in found])


def _list_json(data: bytes, services: Services) -> bytes:
    listed = RevocationList.read(data, services.tickets.public_keys)
    shape = shapes.Revocations(
        issued_at=listed.issued_at,
        good_until=listed.good_until,
        count=len(listed.entries),
        list=base64url(data),
    )
    return shape.model_dump_json().encode()


def _boxes(services: Services) -> Boxes:
    if services.ticketing.boxes is None:
        raise errors.RentalRefused("this installation moves no locks: ask the operator")
    return services.ticketing.boxes


def _look(event: shapes.InspectionEvent) -> Look:
    try:
        ticket = ticket_of_text(event.ticket)
    except TicketMalformed:
        ticket = b""  # an inspector saw something that is no ticket, which is worth knowing
    return Look(
        event.id, ticket, event.at, event.verdict, event.reason, event.device, event.lat, event.lon
    )


def _flag(flag: Flag) -> shapes.InspectionFlag:
    return shapes.InspectionFlag(
        kind=flag.kind,
        order_id=flag.order_id,
        distance_km=flag.distance_km,
        inspections=[shapes.InspectionSeen.model_validate(each) for each in flag.inspections],
    )
