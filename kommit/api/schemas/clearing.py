"""What operators are owed, and the head of the audit log."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from booking.domain.clearing import report
from booking.domain.ledger import LineKind, month_of
from kommit.api.schemas.common import CurrencyCode, Shape

Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}$")]


class KindSum(Shape):
    """What lines of one kind add up to."""

    kind: LineKind
    amount: int = Field(description="Minor units; above zero for the operator.")


class VatSum(Shape):
    """What riders paid at one rate of VAT, less refunds."""

    permille: int = Field(description="Rate of the VAT: 70 is 7 %.")
    net: int = Field(description="Without VAT, minor units.")
    vat: int
    gross: int


class ProductSum(Shape):
    """What riders paid for a product on a line, less refunds."""

    product: str
    route: str = Field(description="Route, on-demand service or sharing system; empty: none.")
    lines: int = Field(description="How many lines of orders.")
    net: int = Field(description="Without VAT, minor units.")
    vat: int


class ClearingLine(Shape):
    """A share of a line of an order, or what was added to or kept of it."""

    kind: LineKind
    amount: int = Field(description="Without VAT, minor units; above zero for the operator.")
    vat: int = Field(description="VAT that riders paid beside it.")
    vat_permille: int
    order_id: UUID | None = Field(description="Pseudonym: an order, a subscription or a rental.")
    leg: int | None = Field(description="Position in the journey; null: the whole of it.")
    passenger: int | None
    day: date | None = Field(description="On which it is ridden.")
    route: str
    product: str
    rule: str = Field(description="Of the tariff.")
    clearing_rule: str = Field(
        description="By which it was shared; empty: it is all the operator's."
    )
    booked_at: AwareDatetime
    corrects: str | None = Field(description="Entry that it takes back.")
    of_month: str | None = Field(description="Closed month that it corrects, or null.")

    @classmethod
    def of(cls, one: report.BookedLine, month: str) -> Self:
        """Return the shape of a line in a month's report."""
        line = one.line
        original = one.corrected_month or month_of(one.at)
        return cls(
            kind=line.kind,
            amount=line.amount.minor,
            vat=line.vat_minor,
            vat_permille=line.vat_permille,
            order_id=one.order_id,
            leg=line.leg,
            passenger=line.passenger,
            day=line.day,
            route=line.route,
            product=line.product,
            rule=line.rule,
            clearing_rule=line.share,
            booked_at=one.at,
            corrects=one.corrects,
            of_month=original if one.is_correction(month) else None,
        )


class Clearing(Shape):
    """The month of one operator. Amounts in minor units of the currency."""

    agency_id: str
    month: str
    currency: CurrencyCode
    closed_at: AwareDatetime | None = Field(description="Null: the month is open and may change.")
    opening: int = Field(description="Owed when the month began.")
    earned: int
    due: int = Field(description="Owed at its end.")
    deferred: int = Field(description="Sold and not ridden yet.")
    kinds: list[KindSum]
    vat: list[VatSum]
    products: list[ProductSum]
    lines: list[ClearingLine]
    more_lines: int = Field(description="How many follow; ask with `after`. The CSV has them all.")


class AuditHead(Shape):
    """The end of the audit log: keep it, and nothing before it can be changed unnoticed."""

    position: int = Field(description="How many entries the log has.")
    hash: str = Field(description="SHA-256 of the newest entry, in hex.")
    at: AwareDatetime
    key_id: str = Field(description="The ticket key that signed it.")
    signature: str = Field(
        description="Ed25519 over `kommit audit head 1`, position, hash and at, one in each line; "
        "base64url without padding."
    )
