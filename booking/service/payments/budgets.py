"""Employers' mobility budgets: who may spend what, month by month, and what is billed for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain.ledger import transfer
from booking.domain.money import Money
from booking.domain.payments import accounts
from booking.domain.payments.budgets import (
    BudgetMonth,
    Employer,
    Grant,
    Statement,
    check_employer,
)
from booking.domain.payments.employer_lists import Member
from booking.domain.payments.errors import BadDefinition
from booking.domain.payments.months import Month
from booking.service.payments.repositories import GrantedMonth
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

BATCH: Final = 200


class BudgetStatement(NamedTuple):
    """A month's budget as its rider sees it."""

    employer: Employer
    grant: Grant
    month: Month
    left: Money


class Budgets:
    """Employers and their people's budgets."""

    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo) -> None:
        self._store, self._clock, self._zone = store, clock, zone

    # --- employers

    def add_employer(self, employer_id: str, name: str) -> Employer:
        """Add an employer, or raise ``BadDefinition``."""
        employer = check_employer(Employer(employer_id, name))

        def work(uow: UnitOfWork) -> Employer:
            if not uow.budgets.add_employer(employer):
                raise BadDefinition(f"there is an employer {employer_id!r} already")
            return employer

        return in_transaction(self._store, work)

    def list_employers(self) -> Sequence[Employer]:
        """Return all employers."""
        with self._store.read() as uow:
            return uow.budgets.list_employers()

    def set_members(self, employer_id: str, members: Sequence[Member]) -> int:
        """Take over an employer's list, all of it or nothing; return how many are on it.

        Who is no longer on it gets nothing after this month. What was granted for a month already
        stays as it is.

        Raises
        ------
        MeansNotFound
            If there is no such employer.
        BadDefinition
            If an address is nobody's or on it twice; names the line.
        """

        def work(uow: UnitOfWork) -> int:
            uow.budgets.employer(employer_id)
            grants: dict[UUID, Grant] = {}
            for member in members:
                rider_id = _rider_of(uow, member)
                if rider_id in grants:
                    raise BadDefinition(f"line {member.line}: {member.email} is there twice")
                grants[rider_id] = member.grant(employer_id, rider_id)
            for grant in (*grants.values(), *self._ended(uow, employer_id, set(grants))):
                uow.budgets.set_grant(grant)
            return len(grants)

        return in_transaction(self._store, work)

    def statement(self, employer_id: str, month: Month) -> Sequence[Statement]:
        """Return an employer's statement of a month: one row for each rider it was granted to.

        Raises
        ------
        MeansNotFound
            If there is no such employer.
        """
        with self._store.read() as uow:
            uow.budgets.employer(employer_id)
            return [_row(uow, each) for each in uow.budgets.list_months(employer_id, month)]

    # --- riders

    def list_of(self, rider_id: UUID) -> Sequence[BudgetStatement]:
        """Return what a rider may spend at this moment, what lapses first first."""
        now = Month.of(self._clock.now(), self._zone)
        with self._store.read() as uow:
            return [
                BudgetStatement(uow.budgets.employer(grant.employer_id), grant, each.month, left)
                for grant in uow.budgets.grants_of(rider_id)
                for each in grant.months_at(now)
                if (left := left_of(uow, grant, each)).minor
            ]

    # --- job

    def lapse_due(self, now: datetime) -> int:
        """Take what was not spent in time off the employers' debts; return how many months."""
        with self._store.read() as uow:
            ended = uow.budgets.list_ended(Month.of(now, self._zone), BATCH)

        def lapse(uow: UnitOfWork, month: BudgetMonth) -> bool:
            found = uow.budgets.find_month(month)
            if found is None:
                return False
            currency = found.granted.currency
            left = uow.ledger.balance(accounts.budget(month), currency)
            if left.minor:
                key = f"budget:{month.source}:lapsed:{now.isoformat()}"
                giver, taker = accounts.budget(month), accounts.employer(month.employer_id)
                uow.ledger.book(transfer(key, "rest of a budget lapsed", now, left, giver, taker))
            if uow.ledger.balance(accounts.budget_hold(month), currency).minor:
                return False  # it is looked at again when the order is sold or given back
            uow.budgets.lapse(month, left)
            return True

        return sum(in_transaction(self._store, partial(lapse, month=each)) for each in ended)

    # --- how

    def _ended(self, uow: UnitOfWork, employer_id: str, kept: set[UUID]) -> list[Grant]:
        """Return the grants of those who are no longer on the list, ended with this month."""
        now = Month.of(self._clock.now(), self._zone)
        return [
            replace(grant, last=max(now, grant.first))
            for grant in uow.budgets.list_grants(employer_id)
            if grant.rider_id not in kept and (grant.last is None or grant.last > now)
        ]


def left_of(uow: UnitOfWork, grant: Grant, month: BudgetMonth) -> Money:
    """Return what is left of a month; one that was not granted yet is whole."""
    found = uow.budgets.find_month(month)
    if found is None:
        return grant.monthly
    return uow.ledger.balance(accounts.budget(month), found.granted.currency)


def grant_month(uow: UnitOfWork, grant: Grant, month: BudgetMonth, now: datetime) -> None:
    """Book a month's budget, once: from then on the employer owes it until it lapses."""
    if uow.budgets.add_month(month, grant.monthly, month.month.plus(grant.carried_months)):
        key, text = f"budget:{month.source}:granted", f"mobility budget {month.month}"
        giver, taker = accounts.employer(month.employer_id), accounts.budget(month)
        uow.ledger.book(transfer(key, text, now, grant.monthly, giver, taker))


def _rider_of(uow: UnitOfWork, member: Member) -> UUID:
    found = uow.riders.find_by_email(member.email)
    if found is None:
        raise BadDefinition(f"line {member.line}: no rider has the address {member.email}")
    return found[0].id


def _row(uow: UnitOfWork, of: GrantedMonth) -> Statement:
    currency = of.granted.currency
    free = uow.ledger.balance(accounts.budget(of.month), currency)
    left = free + uow.ledger.balance(accounts.budget_hold(of.month), currency)
    rider = uow.riders.find(of.month.rider_id)
    return Statement(
        of.month.rider_id,
        rider.name if rider else "",
        rider.email if rider else "",
        of.month.month,
        of.granted,
        of.granted - of.lapsed - left,
        of.lapsed,
        left,
    )
