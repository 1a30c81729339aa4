"""The receipt of an order: what was sold, given back and charged since, with the VAT in it.

Invariants: the lines sum to what the rider has paid in the end, to the cent, and the shares by
rate sum to the lines: ``net + vat == gross`` in each. What is given back of a line in several steps
gives back exactly the VAT that was in it, as the ledger does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from booking.domain.chain import ChainLeg
from booking.domain.ledger import History, LineKind
from booking.domain.money import Money
from booking.domain.offers import PriceLine, vat_of
from booking.domain.orders import Order
from booking.domain.payments.parts import PaymentPart
from booking.domain.pricing.vat import VatShare
from booking.domain.refunds import Refund

FeeVat = Callable[[datetime], int]
"""Returns the rate of the VAT in a fee that is kept at a moment, in permille."""


class ReceiptKind(StrEnum):
    """What a line of a receipt is."""

    SALE = "sale"
    REFUND = "refund"
    FEE = "fee"
    """Kept of a refund."""
    CHARGE = "charge"
    """For turning up late or not at all, or for more use than was paid."""
    BEST_PRICE = "best_price"
    """Given back because a cap or a subscription was cheaper."""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One amount, with VAT; below zero where it is given back."""

    kind: ReceiptKind
    text: str
    at: datetime
    amount: Money
    vat_permille: int
    vat_minor: int
    product: str = ""
    rule: str = ""
    leg: int | None = None
    passenger: int | None = None
    agency_id: str | None = None
    """Feed-scoped: the operator whose revenue it is."""
    agency_name: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a rider has paid for an order, as of now."""

    number: str
    """New whenever something was given back or charged: each receipt says one thing for ever."""
    order_id: UUID
    issued_at: datetime
    """Of the newest line."""
    tariff: str
    lines: tuple[ReceiptLine, ...]
    legs: tuple[tuple[int, ChainLeg], ...]
    """What was sold, with positions in the chain."""
    parts: tuple[PaymentPart, ...]
    """How the price was paid, before anything was given back."""
    total: Money

    @property
    def vat(self) -> tuple[VatShare, ...]:
        """What of the total is taxed at each rate, the lowest first."""
        return tuple(
            _share([line for line in self.lines if line.vat_permille == permille], permille)
            for permille in sorted({line.vat_permille for line in self.lines})
        )


def receipt_of(
    order: Order, history: History, credited: Mapping[int, Money], fee_vat: FeeVat
) -> Receipt:
    """Return the receipt of a sold order, or of one that was sold and given back.

    Parameters
    ----------
    history
        What the books have of it: charges since the sale.
    credited
        What statements of days and months gave back of lines, by their position.
    """
    names = {
        carrier.agency_id: carrier.agency_name
        for _, leg in order.offer.chain.sold
        if (carrier := leg.carrier) is not None
    }
    lines = (
        *_sold(order, names),
        *_given_back(order, names, credited, fee_vat),
        *_charged(order, history, names),
    )
    changes = len(order.refunds) + sum(
        line.kind in {ReceiptKind.CHARGE, ReceiptKind.BEST_PRICE} for line in lines
    )
    payment = order.payment
    return Receipt(
        number=f"{order.id.hex.upper()}-{changes + 1}",
        order_id=order.id,
        issued_at=max(line.at for line in lines) if lines else order.created_at,
        tariff=order.offer.tariff,
        lines=lines,
        legs=order.offer.chain.sold,
        parts=payment.parts if payment else (),
        total=sum((line.amount for line in lines), start=Money(0, order.price.currency)),
    )


def _sold(order: Order, names: Mapping[str, str]) -> Iterator[ReceiptLine]:
    for line in order.offer.price.lines:
        yield _of_line(ReceiptKind.SALE, line, line.amount, line.vat_minor, order.created_at, names)


def _given_back(
    order: Order, names: Mapping[str, str], credited: Mapping[int, Money], fee_vat: FeeVat
) -> Iterator[ReceiptLine]:
    left = {at: line.amount.minor for at, line in enumerate(order.offer.price.lines)}

    def back(kind: ReceiptKind, position: int, amount: Money, at: datetime) -> ReceiptLine:
        line = order.offer.price.lines[position]
        was = left[position]
        left[position] = was - amount.minor
        vat = vat_of(left[position], line.vat_permille) - vat_of(was, line.vat_permille)
        return _of_line(kind, line, -amount, vat, at, names)

    for refund in sorted(order.refunds, key=lambda one: (one.at, one.id)):
        for part in refund.lines:
            yield back(ReceiptKind.REFUND, part.line, part.amount, refund.at)
        if refund.fee.minor:
            yield _fee(refund, fee_vat(refund.at))
    for position, amount in sorted(credited.items()):
        if amount.minor:
            yield back(ReceiptKind.BEST_PRICE, position, amount, order.offer.chain.arrival)


def _fee(refund: Refund, permille: int) -> ReceiptLine:
    return ReceiptLine(
        ReceiptKind.FEE,
        "Gebühr der Rückgabe",
        refund.at,
        refund.fee,
        permille,
        vat_of(refund.fee.minor, permille),
        product="refund-fee",
        rule=refund.reason,
    )


def _charged(order: Order, history: History, names: Mapping[str, str]) -> Iterator[ReceiptLine]:
    words = {LineKind.NO_SHOW: "Nicht angetreten", LineKind.USAGE: "Längere Nutzung"}
    for booked in history:
        for line in booked.lines:
            if line.kind not in words:
                continue
            agency = line.account.owner
            yield ReceiptLine(
                ReceiptKind.CHARGE,
                words[line.kind],
                order.offer.chain.arrival,
                Money(line.amount.minor + line.vat_minor, line.amount.currency),
                line.vat_permille,
                line.vat_minor,
                product=line.product,
                rule=line.rule,
                leg=line.leg,
                passenger=line.passenger,
                agency_id=agency,
                agency_name=names.get(agency, agency),
            )


def _of_line(
    kind: ReceiptKind,
    line: PriceLine,
    amount: Money,
    vat_minor: int,
    at: datetime,
    names: Mapping[str, str],
) -> ReceiptLine:
    agency = line.agency_id
    return ReceiptLine(
        kind,
        line.text,
        at,
        amount,
        line.vat_permille,
        vat_minor,
        line.product,
        line.rule,
        line.leg,
        line.passenger,
        agency,
        names.get(agency, agency) if agency else "",
    )


def _share(lines: Iterable[ReceiptLine], permille: int) -> VatShare:
    lines = list(lines)
    gross = sum(line.amount.minor for line in lines)
    vat = sum(line.vat_minor for line in lines)
    return VatShare(permille, gross - vat, vat, gross)
