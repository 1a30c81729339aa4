"""Receipts."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.domain.receipts import ReceiptKind
from kommit.api.schemas.clearing import VatSum
from kommit.api.schemas.common import Money, Shape
from kommit.api.schemas.offers import Vat
from kommit.api.schemas.orders import PaymentPart


class ReceiptLine(Shape):
    """One amount, with VAT; below zero where it is given back."""

    kind: ReceiptKind
    text: str
    at: AwareDatetime
    leg: int | None = Field(description="Position in the journey's ``legs``; null: all of it.")
    passenger: int | None = Field(description="Position in ``passengers``; null: the group.")
    product: str
    rule: str
    agency_id: str | None = Field(description="The operator whose revenue it is.")
    agency_name: str
    amount: Money
    vat: Vat


class ReceiptLeg(Shape):
    """A leg that was sold."""

    leg: int
    line: str
    origin: str
    destination: str
    departure: AwareDatetime


class Receipt(Shape):
    """What a rider has paid for an order, as of now; the lines sum to ``total``."""

    number: str = Field(description="New whenever something was given back or charged.")
    order_id: UUID
    issuer: str
    issued_at: AwareDatetime
    tariff: str
    legs: list[ReceiptLeg]
    lines: list[ReceiptLine]
    total: Money
    vat: list[VatSum] = Field(description="By rate; ``gross`` sums to ``total``.")
    payment: list[PaymentPart] = Field(description="How the price was paid.")
