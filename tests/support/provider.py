"""A provider of payments outside, in memory: precise about states, and silent when a test says so.

It survives a "crash" of the product, since it is somebody else's; it ignores nothing: a reference is
made once for each key, what was voided is never authorised, refunds are counted once for each key.
"""

import threading
from dataclasses import dataclass, field
from uuid import UUID

from booking.domain.errors import PaymentChallenged, PaymentDeclined, PaymentUnavailable
from booking.domain.money import Money
from booking.service.ports import PaymentRequest

MEANS = "card"


@dataclass
class Charge:
    order_id: UUID
    amount: Money
    state: str = "opened"
    refunds: dict[str, Money] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """What the provider has of it at this moment, in minor units."""
        if self.state != "captured":
            return 0
        return self.amount.minor - sum(one.minor for one in self.refunds.values())


@dataclass
class OutsideProvider:
    """See ``booking.service.ports.Payments``."""

    charges: dict[str, Charge] = field(default_factory=dict)
    limit: int = 10**9
    """Cards above this are declined."""
    challenges: bool = False
    """Whether the bank asks; ``confirm`` answers for the rider."""
    calls_left: int = -1
    """How many calls are answered before one is done and not answered."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, request: PaymentRequest, key: str) -> str:
        with self.lock:
            self.charges.setdefault(key, Charge(request.order_id, request.amount))
        return key

    def authorise(self, reference: str, key: str) -> None:
        charge = self.charges[reference]
        if charge.state == "voided":
            raise PaymentDeclined("this payment was given back already")
        if charge.state == "opened":
            if charge.amount.minor > self.limit:
                raise PaymentDeclined("the card has not that much")
            if self.challenges:
                raise PaymentChallenged(f"secret of {reference}")
            charge.state = "authorised"
        elif charge.state == "confirmed":
            charge.state = "authorised"
        self._answer()

    def capture(self, reference: str, key: str) -> None:
        charge = self.charges[reference]
        if charge.state not in {"authorised", "captured"}:
            raise PaymentDeclined(f"nothing is reserved for this payment, it is {charge.state}")
        charge.state = "captured"
        self._answer()

    def void(self, reference: str, key: str) -> None:
        charge = self.charges[reference]
        assert charge.state != "captured", "what is captured cannot be voided"
        charge.state = "voided"
        self._answer()

    def refund(self, reference: str, amount: Money, key: str) -> None:
        charge = self.charges[reference]
        if key not in charge.refunds and charge.kept < amount.minor:
            raise PaymentDeclined("more than was paid")
        charge.refunds[key] = amount
        self._answer()

    def confirm(self, reference: str) -> None:
        """Let the rider confirm the payment with the bank."""
        self.charges[reference].state = "confirmed"

    def of(self, order_id: UUID) -> list[Charge]:
        return [charge for charge in self.charges.values() if charge.order_id == order_id]

    @property
    def kept(self) -> int:
        return sum(charge.kept for charge in self.charges.values())

    @property
    def reserved(self) -> dict[UUID, int]:
        """What is reserved and not taken, by order."""
        return {
            one.order_id: one.amount.minor
            for one in self.charges.values()
            if one.state == "authorised"
        }

    def _answer(self) -> None:
        self.calls_left -= 1
        if self.calls_left == 0:
            raise PaymentUnavailable("the answer was lost")
