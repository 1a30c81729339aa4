"""Receipts of orders: as JSON, and as PDF for the tax office."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response

from booking.documents.receipt import receipt_pdf
from booking.domain import errors
from booking.domain import receipts as domain
from kommit.api.auth import SignedIn
from kommit.api.network import Network
from kommit.api.problems import documented
from kommit.api.schemas import receipts as shapes
from kommit.api.schemas.clearing import VatSum
from kommit.api.schemas.common import Money
from kommit.api.schemas.offers import Vat
from kommit.api.schemas.orders import PaymentPart
from kommit.api.services import NetworkOf, ServicesOf

router = APIRouter(tags=["orders"])
REFUSALS = documented(errors.NotSignedIn, errors.OrderNotFound, errors.NotPaidYet)


class Pdf(Response):
    """A document to be printed."""

    media_type = "application/pdf"


FILE: Final = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}


@router.get("/v1/orders/{order_id}/receipt", responses=REFUSALS)
def get_receipt(
    order_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf
) -> shapes.Receipt:
    """Return what was paid for an order: a line for each leg, passenger and rule, VAT by rate."""
    receipt = services.receipts.of(order_id, rider.id)
    return receipt_json(receipt, services.receipts.issuer, network)


@router.get(
    "/v1/orders/{order_id}/receipt.pdf",
    response_class=Pdf,
    responses=REFUSALS | {200: {"description": "The receipt, in German.", "content": FILE}},
)
def get_receipt_pdf(
    order_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf
) -> Pdf:
    """Return the receipt as a document."""
    receipt = services.receipts.of(order_id, rider.id)
    named = {"Content-Disposition": f'inline; filename="receipt-{receipt.number}.pdf"'}
    return Pdf(receipt_pdf(receipt, services.receipts.issuer, network.zone), headers=named)


def receipt_json(receipt: domain.Receipt, issuer: str, network: Network) -> shapes.Receipt:
    """Return a receipt as its rider sees it."""
    return shapes.Receipt(
        number=receipt.number,
        order_id=receipt.order_id,
        issuer=issuer,
        issued_at=network.local(receipt.issued_at),
        tariff=receipt.tariff,
        legs=[
            shapes.ReceiptLeg(
                leg=position,
                line=leg.carrier.line if leg.carrier else leg.mode,
                origin=leg.origin.name,
                destination=leg.destination.name,
                departure=network.local(leg.departure),
            )
            for position, leg in receipt.legs
        ],
        lines=[_line(line, network) for line in receipt.lines],
        total=Money.of(receipt.total),
        vat=[
            VatSum(
                permille=one.permille, net=one.net_minor, vat=one.vat_minor, gross=one.gross_minor
            )
            for one in receipt.vat
        ],
        payment=[
            PaymentPart(means=one.means, amount=Money.of(one.amount)) for one in receipt.parts
        ],
    )


def _line(line: domain.ReceiptLine, network: Network) -> shapes.ReceiptLine:
    return shapes.ReceiptLine(
        kind=line.kind,
        text=line.text,
        at=network.local(line.at),
        leg=line.leg,
        passenger=line.passenger,
        product=line.product,
        rule=line.rule,
        agency_id=line.agency_id,
        agency_name=line.agency_name,
        amount=Money.of(line.amount),
        vat=Vat(permille=line.vat_permille, amount=line.vat_minor),
    )
