"""What the services need from the outside, as protocols; adapters fulfil them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from booking.domain.chain import Chain
from booking.domain.money import Money
from booking.domain.offers import Price
from booking.domain.orders import Order
from booking.domain.passengers import Passenger
from booking.domain.spending import NOTHING_SPENT, Spending
from booking.service.book_repositories import AuditRepository, ClearingRepository
from booking.service.event_repositories import (
    OutboxRepository,
    WatchRepository,
    WebhookRepository,
)
from booking.service.fleet_repositories import FleetRepository, RentalRepository
from booking.service.payments.repositories import (
    BudgetRepository,
    InvoiceRepository,
    MandateRepository,
    ProviderRepository,
    VoucherRepository,
)
from booking.service.privacy_repositories import PersonalRepository
from booking.service.redress_repositories import ComplaintRepository, RedressRepository
from booking.service.repositories import (
    AnswerRepository,
    LedgerRepository,
    OrderRepository,
    PlaceRepository,
    RiderRepository,
    SagaRepository,
)
from booking.service.shuttle_repositories import ShuttleRepository, StaffRepository
from booking.service.ticket_repositories import InspectionRepository, RevocationRepository
from booking.service.travel_repositories import (
    SpendingRepository,
    StatementRepository,
    SubscriptionRepository,
    TripRepository,
)


class Conflict(Exception):  # noqa: N818 - named after what happened
    """Two transactions got in each other's way; nothing was changed, and trying again is right."""


class StoreUnavailable(Exception):  # noqa: N818 - named after what happened
    """The database gives no answer; what was under way is undone or resumed when it does.

    No ``BookingError``: nobody refused anything, so no saga turns back for it.
    """


class LeaseLost(Exception):  # noqa: N818 - named after what happened
    """Another process drives this saga now; whoever sees this stops at once."""


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What is to be paid, by whom and with which of the provider's methods (a card, say)."""

    order_id: UUID
    rider_id: UUID
    amount: Money
    method: str | None = None
    """Of a provider: the card, by its id there. Of our own means: which voucher, which budget."""


class Payments(Protocol):
    """A provider of payments outside. Every call is safe to repeat, also when its answer was lost.

    ``PaymentDeclined`` means no, for good; ``PaymentUnavailable`` means try again later.
    """

    def open(self, request: PaymentRequest, key: str) -> str:
        """Announce a payment and return its reference. This must not reserve any money."""
        ...

    def authorise(self, reference: str, key: str) -> None:
        """Reserve the money.

        Raises
        ------
        PaymentChallenged
            The rider has to do something first (3-D Secure); asked again after that, it goes on.
        """
        ...

    def capture(self, reference: str, key: str) -> None:
        """Take the reserved money."""
        ...

    def void(self, reference: str, key: str) -> None:
        """Give the money back, whatever happened before, and bar what might still come."""
        ...

    def refund(self, reference: str, amount: Money, key: str) -> None:
        """Give captured money back, all or a part of it; once for each key."""
        ...


class OwnPayments(Protocol):
    """A means of payment that is ours: accounts of our own ledger.

    Each call is part of the order's own transaction: it happens with everything else, or not at
    all, so there is nothing to resume and nothing to look up. ``key`` makes its entries unique.
    """

    def authorise(self, uow: "UnitOfWork", request: PaymentRequest, key: str) -> None:
        """Reserve the money, or raise ``PaymentDeclined``."""
        ...

    def capture(self, uow: "UnitOfWork", request: PaymentRequest, key: str) -> None:
        """Pay the order from what is reserved."""
        ...

    def charge(self, uow: "UnitOfWork", request: PaymentRequest, key: str) -> None:
        """Do both at once, or raise ``PaymentDeclined``."""
        ...

    def void(self, uow: "UnitOfWork", request: PaymentRequest, key: str) -> None:
        """Give back what is reserved."""
        ...

    def refund(self, uow: "UnitOfWork", request: PaymentRequest, key: str) -> None:
        """Give ``request.amount`` of what was taken back to where it came from."""
        ...


class Pricer(Protocol):
    """Says what a chain costs, by the best of all products that apply."""

    def price(
        self, chain: Chain, passengers: Sequence[Passenger], spending: Spending = NOTHING_SPENT
    ) -> Price:
        """Return the price, one line per passenger, leg and rule.

        Raises
        ------
        NotOnSale
            If no product sells a leg, or the group is empty or too big.
        """
        ...

    def label(self, chain: Chain) -> str:
        """Return id and version of the tariffs that apply, as offers and receipts name them."""
        ...


TicketIssuer = Callable[[Order], bytes]
"""Signs the ticket of an order that is about to be confirmed."""


class UnitOfWork(Protocol):
    """One transaction. Leaving it without ``commit`` changes nothing."""

    @property
    def orders(self) -> OrderRepository:
        """Orders."""
        ...

    @property
    def places(self) -> PlaceRepository:
        """Quotas and the places taken of them."""
        ...

    @property
    def sagas(self) -> SagaRepository:
        """Journals of orders."""
        ...

    @property
    def ledger(self) -> LedgerRepository:
        """The double-entry ledger."""
        ...

    @property
    def clearing(self) -> ClearingRepository:
        """Months of the ledger, operator by operator."""
        ...

    @property
    def audit(self) -> AuditRepository:
        """The hash-chained log of money and tickets."""
        ...

    @property
    def riders(self) -> RiderRepository:
        """Riders and their sessions."""
        ...

    @property
    def fleets(self) -> FleetRepository:
        """Own fleets and their vehicles."""
        ...

    @property
    def rentals(self) -> RentalRepository:
        """Rentals of own vehicles."""
        ...

    @property
    def shuttles(self) -> ShuttleRepository:
        """Rides on demand, and the plans of own vehicles."""
        ...

    @property
    def staff(self) -> StaffRepository:
        """Drivers and dispatchers."""
        ...

    @property
    def revocations(self) -> RevocationRepository:
        """Tickets that are valid by their bytes and not any more."""
        ...

    @property
    def inspections(self) -> InspectionRepository:
        """What inspectors saw."""
        ...

    @property
    def outbox(self) -> OutboxRepository:
        """Facts that leave."""
        ...

    @property
    def webhooks(self) -> WebhookRepository:
        """Operators' endpoints, and the messages for them."""
        ...

    @property
    def watches(self) -> WatchRepository:
        """What streams are told from."""
        ...

    @property
    def spending(self) -> SpendingRepository:
        """What riders paid for travel, as far as caps count it."""
        ...

    @property
    def trips(self) -> TripRepository:
        """Trips by check-in and check-out."""
        ...

    @property
    def statements(self) -> StatementRepository:
        """What days and months came to."""
        ...

    @property
    def subscriptions(self) -> SubscriptionRepository:
        """Riders' subscriptions."""
        ...

    @property
    def mandates(self) -> MandateRepository:
        """SEPA mandates."""
        ...

    @property
    def invoices(self) -> InvoiceRepository:
        """Open items and monthly invoices."""
        ...

    @property
    def vouchers(self) -> VoucherRepository:
        """Promotions and riders' vouchers."""
        ...

    @property
    def budgets(self) -> BudgetRepository:
        """Employers and their mobility budgets."""
        ...

    @property
    def providers(self) -> ProviderRepository:
        """What providers of payments tell."""
        ...

    @property
    def redress(self) -> RedressRepository:
        """What went wrong with orders, and what was granted for it."""
        ...

    @property
    def complaints(self) -> ComplaintRepository:
        """What riders complain of."""
        ...

    @property
    def personal(self) -> PersonalRepository:
        """What is kept of persons, across all tables."""
        ...

    @property
    def answers(self) -> AnswerRepository:
        """Idempotency keys and stored answers."""
        ...

    def commit(self) -> None:
        """Write everything, or nothing. Raise ``Conflict`` where others were in the way."""
        ...


class Store(Protocol):
    """Opens units of work."""

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """Open one that takes no locks and cannot be committed."""
        ...

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """Open one that may change things."""
        ...


class Passwords(Protocol):
    """Hashes passwords."""

    def hash(self, password: str) -> str:
        """Return the hash with its settings and salt."""
        ...

    def verify(self, password_hash: str, password: str) -> bool:
        """Say whether it is the password of that hash."""
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """Say whether the hash was made with cheaper settings than today's."""
        ...
