"""Receipts of what riders have paid."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.domain.clearing.rules import ClearingRules
from booking.domain.errors import NotPaidYet, OrderNotFound
from booking.domain.orders import PaymentState
from booking.domain.postings import month_day
from booking.domain.receipts import Receipt, receipt_of
from booking.service.ports import Store
from booking.service.spending import credited


@dataclass(frozen=True)
class Receipts:
    """Writes receipts from orders and the books, whenever they are asked for."""

    store: Store
    rules: ClearingRules
    """They say which VAT is in fees, as the ledger books it."""
    issuer: str
    """Who sells in its own name, as it stands at the top."""

    def of(self, order_id: UUID, rider_id: UUID) -> Receipt:
        """Return the receipt of an order that was paid, whatever became of it.

        Raises
        ------
        OrderNotFound, NotPaidYet
            If it is somebody else's, or nothing was paid.
        """
        with self.store.read() as uow:
            order = uow.orders.get(order_id)
            if order.rider_id != rider_id:
                raise OrderNotFound(order_id)
            if order.payment is None or order.payment.state is not PaymentState.CAPTURED:
                raise NotPaidYet(order_id)
            history = uow.ledger.history(order_id)
            return receipt_of(order, history, credited(uow, order_id), self._fee_vat)

    def _fee_vat(self, at: datetime) -> int:
        return self.rules.on(month_day(at)).refund_fee_vat_permille
