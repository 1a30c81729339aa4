"""Payment on board: the driver collects it, and the operator owes it until the month is cleared.

Only agents use it, for riders without an account. Nothing is reserved anywhere, so authorising
cannot fail; what was voided stays so.
"""

from typing import Final

from booking.domain.errors import PaymentDeclined
from booking.service.ports import PaymentRequest, Store, UnitOfWork
from booking.service.repositories import WalletPayment, WalletPaymentState
from booking.service.transactions import in_transaction

MEANS: Final = "on_board"


class OnBoardPayments:
    """See ``booking.service.ports.Payments``. A reference is the key that opened the payment."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, request: PaymentRequest, key: str) -> str:
        """Write the payment down."""
        payment = WalletPayment(key, request.order_id, request.rider_id, request.amount)
        in_transaction(self._store, lambda uow: uow.wallet_payments.add_once(payment))
        return key

    def authorise(self, reference: str, key: str) -> None:
        """Let it be paid on board."""
        del key
        self._move(reference, WalletPaymentState.AUTHORISED, WalletPaymentState.OPENED)

    def capture(self, reference: str, key: str) -> None:
        """Count it as taken: the operator's clearing account owes it from now on."""
        del key
        self._move(reference, WalletPaymentState.CAPTURED, WalletPaymentState.AUTHORISED)

    def void(self, reference: str, key: str) -> None:
        """Bar the payment."""
        del key
        live = WalletPaymentState.OPENED, WalletPaymentState.AUTHORISED
        self._move(reference, WalletPaymentState.VOIDED, *live)

    def _move(self, reference: str, to: WalletPaymentState, *before: WalletPaymentState) -> None:
        def work(uow: UnitOfWork) -> None:
            payment = uow.wallet_payments.get(reference)
            if payment.state is to:
                return
            if payment.state not in before:
                raise PaymentDeclined(f"a payment that is {payment.state} cannot become {to}")
            payment.state = to
            uow.wallet_payments.save(payment)

        in_transaction(self._store, work)
