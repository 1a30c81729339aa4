"""The embedded prepaid wallet as a provider of payments: movements in our own ledger.

It keeps the same promises as a provider outside: its calls are transactions of their own, safe to
repeat, and what was voided can never be authorised by a call that comes late.
"""

from typing import Final

from booking.domain.errors import PaymentDeclined
from booking.domain.ledger import clearing, transfer, wallet, wallet_hold
from booking.service.ports import PaymentRequest, Store, UnitOfWork
from booking.service.repositories import WalletPayment, WalletPaymentState
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

MEANS: Final = "wallet"


class WalletPayments:
    """See ``booking.service.ports.Payments``. A reference is the key that opened the payment."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def open(self, request: PaymentRequest, key: str) -> str:
        """Write the payment down; nothing moves."""
        payment = WalletPayment(key, request.order_id, request.rider_id, request.amount)
        in_transaction(self._store, lambda uow: uow.wallet_payments.add_once(payment))
        return key

    def authorise(self, reference: str, key: str) -> None:
        """Move the money from the wallet to what is reserved, or raise ``NotEnoughMoney``."""

        def work(uow: UnitOfWork) -> None:
            payment = uow.wallet_payments.get(reference)
            if payment.state is WalletPaymentState.VOIDED:
                raise PaymentDeclined("this payment was given back already")
            if payment.state is WalletPaymentState.OPENED:
                self._reserve(uow, payment, key)

        in_transaction(self._store, work)

    def capture(self, reference: str, key: str) -> None:
        """Take the reserved money."""

        def work(uow: UnitOfWork) -> None:
            payment = uow.wallet_payments.get(reference)
            if payment.state is WalletPaymentState.AUTHORISED:
                self._take(uow, payment, key)
            elif payment.state is not WalletPaymentState.CAPTURED:
                raise PaymentDeclined(
                    f"nothing is reserved for this payment, it is {payment.state}"
                )

        in_transaction(self._store, work)

    def void(self, reference: str, key: str) -> None:
        """Move what is reserved back into the wallet, and bar the payment."""

        def work(uow: UnitOfWork) -> None:
            payment = uow.wallet_payments.get(reference)
            if payment.state is WalletPaymentState.CAPTURED:
                raise ValueError(f"payment {reference} is captured and cannot be voided")
            if payment.state is WalletPaymentState.AUTHORISED:
                self._give_back(uow, payment, key)
            payment.state = WalletPaymentState.VOIDED
            uow.wallet_payments.save(payment)

        in_transaction(self._store, work)

    def _reserve(self, uow: UnitOfWork, payment: WalletPayment, key: str) -> None:
        mine, reserved = wallet(payment.rider_id), wallet_hold(payment.rider_id)
        now = self._clock.now()
        uow.ledger.book(transfer(key, "reserved for a trip", now, payment.amount, mine, reserved))
        payment.state = WalletPaymentState.AUTHORISED
        uow.wallet_payments.save(payment)

    def _take(self, uow: UnitOfWork, payment: WalletPayment, key: str) -> None:
        reserved, taken = wallet_hold(payment.rider_id), clearing(MEANS)
        now = self._clock.now()
        uow.ledger.book(transfer(key, "paid for a trip", now, payment.amount, reserved, taken))
        payment.state = WalletPaymentState.CAPTURED
        uow.wallet_payments.save(payment)

    def _give_back(self, uow: UnitOfWork, payment: WalletPayment, key: str) -> None:
        mine, reserved = wallet(payment.rider_id), wallet_hold(payment.rider_id)
        now = self._clock.now()
        uow.ledger.book(transfer(key, "given back", now, payment.amount, reserved, mine))
