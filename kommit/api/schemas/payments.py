"""Means of payment: mandates, invoices, vouchers, budgets, kept cards."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.domain.chain import LegMode
from booking.domain.payments import cards, invoices, mandates
from booking.domain.payments.iban import masked
from booking.domain.payments.invoices import InvoiceState
from booking.domain.payments.mandates import MandateState
from booking.service.payments.budgets import BudgetStatement
from booking.service.payments.vouchers import VoucherStatement
from kommit.api.schemas.common import Money, Request, Shape

Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$", examples=["2026-11"])]


class MandateRequest(Request):
    """A SEPA mandate that the rider gives."""

    iban: str = Field(min_length=1, max_length=60, examples=["DE02 1203 0000 0000 2020 51"])
    holder: str = Field(min_length=1, max_length=70, description="Whose account it is.")


class Mandate(Shape):
    """A SEPA mandate; the account is shown by its last characters."""

    reference: str = Field(description="As the rider's bank shows it.")
    iban: str
    holder: str
    signed_at: AwareDatetime
    state: MandateState

    @classmethod
    def of(cls, mandate: mandates.Mandate) -> Self:
        """Return the shape of a mandate."""
        return cls(
            reference=mandate.reference,
            iban=mandate.masked_iban,
            holder=mandate.holder,
            signed_at=mandate.signed_at,
            state=mandate.state,
        )


class Mandates(Shape):
    """A rider's mandates, the newest first."""

    mandates: list[Mandate]


class VatShare(Shape):
    """What of an amount is taxed at one rate."""

    permille: int
    gross: Money
    vat: Money

    @classmethod
    def of(cls, share: invoices.VatShare) -> Self:
        """Return the shape of a share."""
        return cls(permille=share.permille, gross=Money.of(share.gross), vat=Money.of(share.vat))


class InvoiceItem(Shape):
    """One order on an invoice, a refund of it (below zero), or a fee."""

    order: UUID | None
    at: AwareDatetime
    text: str
    amount: Money
    vat: list[VatShare]


class Invoice(Shape):
    """A monthly invoice."""

    number: str
    month: Month
    issued_at: AwareDatetime
    due: date = Field(description="When it is debited.")
    state: InvoiceState
    amount: Money
    vat: list[VatShare]
    iban: str
    mandate: str
    items: list[InvoiceItem]
    pdf_url: str

    @classmethod
    def of(cls, invoice: invoices.Invoice) -> Self:
        """Return the shape of an invoice."""
        return cls(
            number=invoice.number,
            month=str(invoice.month),
            issued_at=invoice.issued_at,
            due=invoice.due,
            state=invoice.state,
            amount=Money.of(invoice.amount),
            vat=[VatShare.of(share) for share in invoice.vat],
            iban=masked(invoice.debtor.iban),
            mandate=invoice.debtor.mandate,
            items=[
                InvoiceItem(
                    order=item.order_id,
                    at=item.at,
                    text=item.text,
                    amount=Money.of(item.amount),
                    vat=[VatShare.of(share) for share in item.shares],
                )
                for item in invoice.items
            ],
            pdf_url=f"/v1/riders/me/invoices/{invoice.number}/invoice.pdf",
        )


class Invoices(Shape):
    """A rider's invoices, the newest first."""

    invoices: list[Invoice]


class VoucherRequest(Request):
    """A code that the rider was given."""

    code: str = Field(min_length=1, max_length=60, examples=["SENDEN-2026"])


class Voucher(Shape):
    """A voucher on the rider's account; it pays a part of the next order by itself."""

    id: UUID
    title: str
    left: Money
    held: Money = Field(description="Reserved for orders.")
    percent: float | None = Field(description="The share of a price that it pays; null: all.")
    least_price: Money | None = Field(description="Of an order that it helps to pay.")
    first_ride_only: bool
    valid_from: AwareDatetime
    valid_until: AwareDatetime

    @classmethod
    def of(cls, statement: VoucherStatement) -> Self:
        """Return the shape of a voucher."""
        promotion = statement.promotion
        least = promotion.least_price
        return cls(
            id=statement.voucher.id,
            title=promotion.title,
            left=Money.of(statement.left),
            held=Money.of(statement.held),
            percent=None if promotion.permille is None else promotion.permille / 10,
            least_price=None if least is None else Money.of(least),
            first_ride_only=promotion.first_ride_only,
            valid_from=promotion.valid_from,
            valid_until=promotion.valid_until,
        )


class Vouchers(Shape):
    """A rider's vouchers, the oldest first."""

    vouchers: list[Voucher]


class Budget(Shape):
    """What an employer pays of a rider's journeys in one month."""

    employer: str
    month: Month
    left: Money
    monthly: Money
    modes: list[LegMode] = Field(description="What it pays; empty: everything.")

    @classmethod
    def of(cls, statement: BudgetStatement) -> Self:
        """Return the shape of a budget."""
        return cls(
            employer=statement.employer.name,
            month=str(statement.month),
            left=Money.of(statement.left),
            monthly=Money.of(statement.grant.monthly),
            modes=sorted(statement.grant.modes),
        )


class Budgets(Shape):
    """What a rider may spend now; what lapses first comes first."""

    budgets: list[Budget]


class CardSetup(Shape):
    """Begun: the provider's form ends it with the secret, and keeps the card then."""

    id: str
    client_secret: str


class KeptCard(Shape):
    """A card that is kept with the provider; kommit never has its number."""

    id: str = Field(description="For ``payment_method`` of a payment.")
    brand: str
    last4: str
    exp_month: int
    exp_year: int

    @classmethod
    def of(cls, card: cards.KeptCard) -> Self:
        """Return the shape of a card."""
        return cls(**card._asdict())


class KeptCards(Shape):
    """The cards that a rider keeps."""

    payment_methods: list[KeptCard]
