"""What orders write into the ledger and the audit log, each in the transaction that it tells of."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from booking.domain.audit import AuditKind
from booking.domain.clearing.rules import ClearingRules
from booking.domain.ledger import RECEIVABLE, clearing, reversal, settlement, transfer
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.domain.postings import performed, refunded, sale
from booking.domain.refunds import Refund, RefundReason
from booking.service.ports import UnitOfWork


@dataclass(frozen=True)
class Books:
    """The entries of an order's life. Every call is under the order's lock."""

    rules: ClearingRules = field(default_factory=ClearingRules)

    def sold(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """The order owes its price; operators and tax office wait for their shares."""
        uow.ledger.book(sale(order, self.rules, now))
        parts = order.payment.parts if order.payment else ()
        body = {
            "minor": order.price.minor,
            "currency": order.price.currency,
            "means": [[part.means, part.amount.minor] for part in parts],
            "ticket": _digest(order.ticket),
        }
        uow.audit.append(AuditKind.ORDER_CONFIRMED, _subject(order), body, now)

    def unsold(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """A sale that nobody saw is taken back: its capture was refused."""
        uow.ledger.book(reversal(sale(order, self.rules, now), now))
        uow.audit.append(AuditKind.ORDER_CANCELLED, _subject(order), {"why": "not captured"}, now)

    def settled(
        self, uow: UnitOfWork, order: Order, means: str, amount: Money, now: datetime
    ) -> None:
        """A provider outside has captured its part."""
        uow.ledger.book(settlement(order.id, means, amount, now))
        body = {"means": means, "minor": amount.minor, "currency": amount.currency}
        uow.audit.append(AuditKind.PAYMENT_CAPTURED, _subject(order), body, now)

    def refunded(self, uow: UnitOfWork, order: Order, refund: Refund, now: datetime) -> None:
        """Operators give back their lines; the rider is owed them, less the fee.

        What is left of an order without any part is earned: nobody will ride it any more.
        """
        uow.ledger.book(refunded(refund, uow.ledger.history(order.id), self.rules, now))
        body = {
            "refund": str(refund.id),
            "reason": refund.reason.value,
            "minor": refund.gross.minor,
            "fee_minor": refund.fee.minor,
            "currency": refund.fee.currency,
            "legs": list(refund.legs),
            "passengers": list(refund.passengers),
        }
        uow.audit.append(_kind_of(order, refund), _subject(order), body, now)
        if not order.parts:
            self.performed(uow, order, now)

    def exchanged(self, uow: UnitOfWork, refund: Refund, amount: Money, now: datetime) -> None:
        """A part of a refund is set aside for the order that takes the place of the old one."""
        key, text = f"{refund.id}:exchange", "set aside for another order"
        uow.ledger.book(transfer(key, text, now, amount, RECEIVABLE, clearing("exchange")))

    def repaid(
        self, uow: UnitOfWork, refund: Refund, means: str, amount: Money, now: datetime
    ) -> None:
        """A provider outside has given its part of a refund back."""
        uow.ledger.book(settlement(refund.id, means, -amount, now))
        body = {
            "refund": str(refund.id),
            "means": means,
            "minor": amount.minor,
            "currency": amount.currency,
        }
        uow.audit.append(AuditKind.PAYMENT_REFUNDED, f"order:{refund.order_id}", body, now)

    def performed(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """The journey is over: operators have earned their shares, counties pay for who rode."""
        riders: dict[int, list[int]] = {}
        for leg, passenger in order.parts:
            riders.setdefault(leg, []).append(passenger)
        history = uow.ledger.history(order.id)
        entry = performed(order, history, self.rules, now, riders=riders)
        if entry is not None:
            uow.ledger.book(entry)


def _kind_of(order: Order, refund: Refund) -> AuditKind:
    if refund.reason is RefundReason.CHANGED:
        return AuditKind.ORDER_CHANGED
    return AuditKind.ORDER_REFUNDED if order.parts else AuditKind.ORDER_CANCELLED


def _subject(order: Order) -> str:
    return f"order:{order.id}"


def _digest(ticket: bytes | None) -> str | None:
    """Return SHA-256 of a ticket's bytes: it proves which one was issued, and does not hold it."""
    return None if ticket is None else hashlib.sha256(ticket).hexdigest()
