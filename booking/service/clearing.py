"""Months of the books: what operators earned in them, and closing them for ever.

A month is closed once it is over. From then on nothing enters it: what belongs to it and comes
later (a refund, say) enters the first month that is open and names the entry that it corrects.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from booking.domain.audit import AuditKind
from booking.domain.clearing.errors import BooksDiffer, MonthChanged, MonthNotClosable
from booking.domain.clearing.months import month_after, month_start
from booking.domain.clearing.report import REVENUE, Balances, ClearingReport, make_report
from booking.domain.clearing.rules import ClearingRules, SubsidyRule
from booking.domain.ledger import (
    BOOKS_ZONE,
    OF_OPERATORS,
    deferred,
    month_of,
    payable,
)
from booking.domain.money import Money
from booking.domain.order_states import OrderState
from booking.domain.postings import paid_out, subscription_earned, subsidy
from booking.service.book_repositories import ClosedMonth, SaleDue
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

DUE_AT_ONCE: Final = 100
INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Clearing:
    """Reports, the closing of months, and what is owed to operators; in one currency."""

    store: Store
    clock: Clock
    rules: ClearingRules = field(default_factory=ClearingRules)
    currency: str = "EUR"

    def months(self) -> Sequence[ClosedMonth]:
        """Return the closed months, oldest first."""
        with self.store.read() as uow:
            return uow.clearing.closed()

    def operators(self, month: str) -> Sequence[str]:
        """Return whose accounts moved in a month, or raise ``BadMonth``."""
        month_start(month)
        with self.store.read() as uow:
            return uow.clearing.operators(month)

    def report(self, agency_id: str, month: str) -> ClearingReport:
        """Return what an operator earned in a month.

        Raises
        ------
        BadMonth
            If it is no month.
        BooksDiffer
            If the lines do not add up to what moved on the accounts; names these.
        """
        month_start(month)
        with self.store.read() as uow:
            return self._report(uow, agency_id, month)

    def earn_due(self) -> int:
        """Move what subscriptions have deferred to payable once it is over; return how many."""
        with self.store.read() as uow:
            due = uow.clearing.due(self.clock.now(), DUE_AT_ONCE)
        for sold in due:
            in_transaction(self.store, partial(self._earn, sold))
        return len(due)

    def close(self, month: str) -> ClosedMonth:
        """Close a month for ever; counties top up first what their rules say.

        Raises
        ------
        BadMonth, MonthNotClosable
            If it is no month, not over, closed already, or an earlier one is open.
        BooksDiffer
            If the report of one of its operators does not tie.
        """
        now = self.clock.now()
        if now < month_start(month_after(month)):
            raise MonthNotClosable(f"{month} is not over yet")
        while self.earn_due():
            pass
        for agency_id in self.operators(month):
            self.report(agency_id, month)
        in_transaction(self.store, lambda uow: self._close(uow, month, now))
        closed = in_transaction(self.store, lambda uow: self._fix(uow, month, now))
        self.settle()
        return closed

    def settle(self) -> int:
        """Call journeys settled whose every entry is in a closed month; return how many."""
        settled = 0
        with self.store.read() as uow:
            closed = uow.clearing.closed()
        while closed:
            opened = closed[-1].next_month
            with self.store.read() as uow:
                found = uow.clearing.settleable(month_start(opened), opened, DUE_AT_ONCE)
            for order_id in found:
                in_transaction(self.store, partial(self._settle, order_id))
            settled += len(found)
            if len(found) < DUE_AT_ONCE:
                break
        return settled

    def pay_out(self, agency_id: str, month: str) -> Money:
        """Book that an operator was paid what is due at the end of a closed month; return it.

        Paid twice, it is booked once.

        Raises
        ------
        MonthNotClosable
            If the month is still open: what is due may change.
        """
        report = self.report(agency_id, month)
        if report.closed_at is None:
            raise MonthNotClosable(f"{month} is still open: what is due may change")
        amount = Money(report.due, self.currency)
        entry = paid_out(agency_id, amount, month, self.clock.now())
        in_transaction(self.store, lambda uow: uow.ledger.book(entry))
        return amount

    def check(self) -> int:
        """Look at all entries, at every operator and at every closed month; return how many months.

        Raises
        ------
        BooksDiffer, MonthChanged
            For what is wrong; names it.
        """
        with self.store.read() as uow:
            if difference := uow.ledger.difference():
                raise BooksDiffer("entries or balances", {"the ledger": difference})
            closed = uow.clearing.closed()
            for month in [each.month for each in closed] + [month_of(self.clock.now())]:
                for agency_id in uow.clearing.operators(month):
                    self._report(uow, agency_id, month)
            changed = [
                each.month
                for each in closed
                if each.hash is not None and uow.clearing.month_hash(each.month) != each.hash
            ]
        if changed:
            raise MonthChanged(changed)
        return len(closed)

    # --- steps

    def _settle(self, order_id: UUID, uow: UnitOfWork) -> None:
        order = uow.orders.get(order_id)
        if order.state is OrderState.ENDED:
            order.move(OrderState.SETTLED, self.clock.now())

    def _earn(self, sold: SaleDue, uow: UnitOfWork) -> None:
        last_day = (sold.due_at - INSTANT).astimezone(BOOKS_ZONE).date()
        entry = subscription_earned(
            sold.order_id,
            uow.ledger.history(sold.order_id),
            self.rules,
            self.clock.now(),
            last_day + timedelta(days=1),
        )
        if entry is not None:
            uow.ledger.book(entry)
        uow.clearing.done(sold.key)

    def _report(self, uow: UnitOfWork, agency_id: str, month: str) -> ClearingReport:
        mine = payable(agency_id), deferred(agency_id)
        kinds = sorted(OF_OPERATORS)
        moved = uow.clearing.moved(month, kinds)
        before = [uow.clearing.before(account, month, self.currency) for account in mine]
        now = [moved.get((account, self.currency), 0) for account in mine]
        return make_report(
            agency_id,
            month,
            self.currency,
            uow.clearing.lines(agency_id, month),
            Balances(before[0], now[0], before[1], now[1]),
            next((one.closed_at for one in uow.clearing.closed() if one.month == month), None),
        )

    def _close(self, uow: UnitOfWork, month: str, now: datetime) -> None:
        uow.clearing.lock_months()
        for closed in uow.clearing.closed():
            if closed.month == month and closed.hash is None:
                return  # an earlier try was broken off before its hash was written
            if month < closed.next_month:
                raise MonthNotClosable(f"{month} is closed since {closed.closed_at:%Y-%m-%d}")
        oldest = uow.clearing.oldest_open()
        if oldest is not None and oldest < month:
            raise MonthNotClosable(f"{oldest} is still open: close it first")
        for rule in self.rules.on(month_start(month).date()).subsidies:
            if rule.month_minor is not None and rule.agency_id is not None:
                self._top_up(uow, month, rule, rule.agency_id, rule.month_minor, now)
        uow.clearing.close(month, month_after(month), now)

    def _top_up(
        self,
        uow: UnitOfWork,
        month: str,
        rule: SubsidyRule,
        agency_id: str,
        agreed: int,
        now: datetime,
    ) -> None:
        missing = agreed - self._report(uow, agency_id, month).total(*REVENUE)
        if missing > 0:
            key = f"top-up:{agency_id}:{month}:{rule.id}"
            amount = Money(missing, self.currency)
            uow.ledger.book(subsidy(key, rule.county, agency_id, amount, now, month, rule.id))

    def _fix(self, uow: UnitOfWork, month: str, now: datetime) -> ClosedMonth:
        closed = next(each for each in uow.clearing.closed() if each.month == month)
        if closed.hash is not None:
            return closed
        digest = uow.clearing.fix(month)
        body = {"hash": digest, "operators": len(uow.clearing.operators(month))}
        uow.audit.append(AuditKind.MONTH_CLOSED, f"month:{month}", body, now)
        for agency_id in uow.clearing.operators(month):
            self._tell(uow, agency_id, month, now)
        return closed._replace(hash=digest)

    def _tell(self, uow: UnitOfWork, agency_id: str, month: str, now: datetime) -> None:
        """Let an operator be told what it earned in a month that is closed."""
        report = self._report(uow, agency_id, month)
        body = {
            "agency_id": agency_id,
            "month": month,
            "earned": {"amount": report.earned, "currency": self.currency},
            "due": {"amount": report.due, "currency": self.currency},
        }
        uow.outbox.add("clearing.closed", f"clearing:{agency_id}", body, now)
