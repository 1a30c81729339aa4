"""The SQL unit of work: one session, one transaction, rolled back unless it is committed."""

from functools import cached_property
from threading import BoundedSemaphore
from types import TracebackType
from typing import Self

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from booking.adapters.database import BUSY_S, Database, is_collision
from booking.adapters.repositories.answers import SqlAnswers
from booking.adapters.repositories.audit import SqlAudit
from booking.adapters.repositories.clearing import SqlClearing
from booking.adapters.repositories.fleets import SqlFleets
from booking.adapters.repositories.inspections import SqlInspections
from booking.adapters.repositories.ledger import SqlLedger
from booking.adapters.repositories.mandates import SqlInvoices, SqlMandates
from booking.adapters.repositories.orders import SqlOrders
from booking.adapters.repositories.outbox import SqlOutbox
from booking.adapters.repositories.personal import SqlPersonalData
from booking.adapters.repositories.places import SqlPlaces
from booking.adapters.repositories.providers import SqlProviders
from booking.adapters.repositories.redress import SqlComplaints, SqlRedress
from booking.adapters.repositories.rentals import SqlRentals
from booking.adapters.repositories.revocations import SqlRevocations
from booking.adapters.repositories.riders import SqlRiders
from booking.adapters.repositories.sagas import SqlSagas
from booking.adapters.repositories.shuttles import SqlShuttles
from booking.adapters.repositories.spending import SqlSpending
from booking.adapters.repositories.staff import SqlStaff
from booking.adapters.repositories.subscriptions import SqlSubscriptions
from booking.adapters.repositories.trips import SqlStatements, SqlTrips
from booking.adapters.repositories.vouchers import SqlBudgets, SqlVouchers
from booking.adapters.repositories.watches import SqlWatches
from booking.adapters.repositories.webhooks import SqlWebhooks
from booking.service.ports import Conflict, StoreUnavailable


class SqlUnitOfWork:
    """See ``booking.service.ports.UnitOfWork``."""

    def __init__(
        self, session: Session, *, writes: bool, turns: BoundedSemaphore | None = None
    ) -> None:
        self._session, self._writes, self._turns = session, writes, turns

    def __enter__(self) -> Self:
        if self._turns is not None and not self._turns.acquire(timeout=BUSY_S):
            raise StoreUnavailable(f"nobody who writes came to an end in {BUSY_S} s")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._session.close()  # rolls back what was not committed
        finally:
            if self._turns is not None:
                self._turns.release()
        if error is not None and is_collision(error):
            raise Conflict(str(error)) from error
        if isinstance(error, OperationalError | InterfaceError):
            raise StoreUnavailable("the database gives no answer") from error

    def commit(self) -> None:
        """Write everything, or nothing."""
        if not self._writes:
            raise TypeError("this unit of work only reads, open it with write()")
        self.orders.write_back()
        self._session.commit()

    @cached_property
    def orders(self) -> SqlOrders:
        """Orders."""
        return SqlOrders(self._session, locks=self._writes)

    @cached_property
    def places(self) -> SqlPlaces:
        """Quotas and the places taken of them."""
        return SqlPlaces(self._session)

    @cached_property
    def sagas(self) -> SqlSagas:
        """Journals of orders."""
        return SqlSagas(self._session)

    @cached_property
    def ledger(self) -> SqlLedger:
        """The double-entry ledger."""
        return SqlLedger(self._session)

    @cached_property
    def clearing(self) -> SqlClearing:
        """Months of the ledger, operator by operator."""
        return SqlClearing(self._session)

    @cached_property
    def audit(self) -> SqlAudit:
        """The hash-chained log of money and tickets."""
        return SqlAudit(self._session)

    @cached_property
    def riders(self) -> SqlRiders:
        """Riders and their sessions."""
        return SqlRiders(self._session)

    @cached_property
    def fleets(self) -> SqlFleets:
        """Own fleets and their vehicles."""
        return SqlFleets(self._session, locks=self._writes)

    @cached_property
    def rentals(self) -> SqlRentals:
        """Rentals of own vehicles."""
        return SqlRentals(self._session, locks=self._writes)

    @cached_property
    def shuttles(self) -> SqlShuttles:
        """Rides on demand, and the plans of own vehicles."""
        return SqlShuttles(self._session, locks=self._writes)

    @cached_property
    def staff(self) -> SqlStaff:
        """Drivers and dispatchers."""
        return SqlStaff(self._session)

    @cached_property
    def revocations(self) -> SqlRevocations:
        """Tickets that are valid by their bytes and not any more."""
        return SqlRevocations(self._session)

    @cached_property
    def inspections(self) -> SqlInspections:
        """What inspectors saw."""
        return SqlInspections(self._session)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Facts that leave."""
        return SqlOutbox(self._session, locks=self._writes)

    @cached_property
    def webhooks(self) -> SqlWebhooks:
        """Operators' endpoints, and the messages for them."""
        return SqlWebhooks(self._session, locks=self._writes)

    @cached_property
    def watches(self) -> SqlWatches:
        """What streams are told from."""
        return SqlWatches(self._session)

    @cached_property
    def spending(self) -> SqlSpending:
        """What riders paid for travel, as far as caps count it."""
        return SqlSpending(self._session)

    @cached_property
    def trips(self) -> SqlTrips:
        """Trips by check-in and check-out."""
        return SqlTrips(self._session, locks=self._writes)

    @cached_property
    def statements(self) -> SqlStatements:
        """What days and months came to."""
        return SqlStatements(self._session)

    @cached_property
    def subscriptions(self) -> SqlSubscriptions:
        """Riders' subscriptions."""
        return SqlSubscriptions(self._session, locks=self._writes)

    @cached_property
    def mandates(self) -> SqlMandates:
        """SEPA mandates."""
        return SqlMandates(self._session, locks=self._writes)

    @cached_property
    def invoices(self) -> SqlInvoices:
        """Open items and monthly invoices."""
        return SqlInvoices(self._session, locks=self._writes)

    @cached_property
    def vouchers(self) -> SqlVouchers:
        """Promotions and riders' vouchers."""
        return SqlVouchers(self._session)

    @cached_property
    def budgets(self) -> SqlBudgets:
        """Employers and their mobility budgets."""
        return SqlBudgets(self._session)

    @cached_property
    def providers(self) -> SqlProviders:
        """What providers of payments tell."""
        return SqlProviders(self._session)

    @cached_property
    def redress(self) -> SqlRedress:
        """What went wrong with orders, and what was granted for it."""
        return SqlRedress(self._session)

    @cached_property
    def complaints(self) -> SqlComplaints:
        """What riders complain of."""
        return SqlComplaints(self._session, locks=self._writes)

    @cached_property
    def personal(self) -> SqlPersonalData:
        """What is kept of persons, across all tables."""
        return SqlPersonalData(self._session)

    @cached_property
    def answers(self) -> SqlAnswers:
        """Idempotency keys and stored answers."""
        return SqlAnswers(self._session)


class SqlStore:
    """See ``booking.service.ports.Store``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> SqlUnitOfWork:
        """Open a unit of work that takes no locks."""
        return SqlUnitOfWork(self._database.readers(), writes=False)

    def write(self) -> SqlUnitOfWork:
        """Open a unit of work that may change things."""
        database = self._database
        return SqlUnitOfWork(database.writers(), writes=True, turns=database.turns)
