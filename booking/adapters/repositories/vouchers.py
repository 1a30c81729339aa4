"""Promotions, vouchers, employers and budgets in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.payment_tables import (
    BudgetMonthRow,
    EmployerRow,
    GrantRow,
    PromotionCodeRow,
    PromotionRow,
    VoucherRow,
)
from booking.adapters.tables import OrderRow
from booking.domain.chain import LegMode
from booking.domain.money import Money
from booking.domain.orders import PaymentState
from booking.domain.payments.budgets import BudgetMonth, Employer, Grant
from booking.domain.payments.errors import MeansNotFound
from booking.domain.payments.months import Month
from booking.domain.payments.vouchers import Promotion, Rest, Voucher
from booking.service.payments.repositories import CodeUse, GrantedMonth


class SqlVouchers:
    """See ``booking.service.payments.repositories.VoucherRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_promotion(self, promotion: Promotion) -> bool:
        """Return False if its id is taken."""
        least = promotion.least_price
        values = {
            "id": promotion.id,
            "title": promotion.title,
            "funder": promotion.funder,
            "value_minor": promotion.value.minor,
            "budget_minor": promotion.budget.minor,
            "currency": promotion.value.currency,
            "valid_from": promotion.valid_from,
            "valid_until": promotion.valid_until,
            "permille": promotion.permille,
            "per_rider": promotion.per_rider,
            "least_price_minor": None if least is None else least.minor,
            "first_ride_only": promotion.first_ride_only,
            "rest": promotion.rest,
        }
        return insert_once(self._session, PromotionRow, values)

    def promotion(self, promotion_id: str, *, lock: bool = False) -> Promotion:
        """Return a promotion."""
        row = self._session.get(PromotionRow, promotion_id, with_for_update=lock)
        if row is None:
            raise MeansNotFound(f"there is no promotion {promotion_id!r}")
        return _promotion(row)

    def list_promotions(self) -> Sequence[Promotion]:
        """Return all promotions."""
        rows = self._session.scalars(select(PromotionRow).order_by(PromotionRow.id))
        return [_promotion(row) for row in rows]

    def add_code(self, code: str, promotion_id: str, most_uses: int | None) -> bool:
        """Return False if the code is taken."""
        values = {"code": code, "promotion_id": promotion_id, "most_uses": most_uses, "uses": 0}
        return insert_once(self._session, PromotionCodeRow, values)

    def find_code(self, code: str) -> CodeUse | None:
        """Return what a code stands for, locked."""
        row = self._session.get(PromotionCodeRow, code, with_for_update=True)
        if row is None:
            return None
        return CodeUse(row.promotion_id, row.most_uses is None or row.uses < row.most_uses)

    def count_use(self, code: str) -> None:
        """Count one use of a code."""
        self._session.get_one(PromotionCodeRow, code).uses += 1
        self._session.flush()

    def add(self, voucher: Voucher) -> None:
        """Add a rider's voucher."""
        self._session.add(
            VoucherRow(
                id=voucher.id,
                promotion_id=voucher.promotion_id,
                rider_id=voucher.rider_id,
                code=voucher.code,
                redeemed_at=voucher.redeemed_at,
                closed=False,
            )
        )
        self._session.flush()

    def get(self, voucher_id: UUID) -> Voucher:
        """Return a voucher."""
        row = self._session.get(VoucherRow, voucher_id)
        if row is None:
            raise MeansNotFound("there is no such voucher")
        return _voucher(row)

    def list_of(self, rider_id: UUID) -> Sequence[Voucher]:
        """Return a rider's vouchers, the oldest first."""
        query = select(VoucherRow).where(VoucherRow.rider_id == rider_id)
        rows = self._session.scalars(query.order_by(VoucherRow.redeemed_at, VoucherRow.id))
        return [_voucher(row) for row in rows]

    def has_bought(self, rider_id: UUID, but: UUID | None = None) -> bool:
        """Say whether a rider has ever bought an order; given back ones count, too."""
        query = select(OrderRow.id).where(
            OrderRow.rider_id == rider_id, OrderRow.payment_state == PaymentState.CAPTURED
        )
        others = query if but is None else query.where(OrderRow.id != but)
        return self._session.scalars(others.limit(1)).first() is not None

    def list_ended(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return vouchers of promotions that have ended and whose rest has not lapsed."""
        query = (
            select(VoucherRow.id)
            .join(PromotionRow, PromotionRow.id == VoucherRow.promotion_id)
            .where(PromotionRow.valid_until <= now, VoucherRow.closed.is_(False))
        )
        return self._session.scalars(query.order_by(VoucherRow.id).limit(limit)).all()

    def close(self, voucher_id: UUID, *, closed: bool) -> None:
        """Note whether the rest of a voucher has lapsed."""
        self._session.get_one(VoucherRow, voucher_id).closed = closed
        self._session.flush()


class SqlBudgets:
    """See ``booking.service.payments.repositories.BudgetRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_employer(self, employer: Employer) -> bool:
        """Return False if its id is taken."""
        return insert_once(self._session, EmployerRow, employer._asdict())

    def employer(self, employer_id: str) -> Employer:
        """Return an employer."""
        row = self._session.get(EmployerRow, employer_id)
        if row is None:
            raise MeansNotFound(f"there is no employer {employer_id!r}")
        return Employer(row.id, row.name)

    def list_employers(self) -> Sequence[Employer]:
        """Return all employers."""
        rows = self._session.scalars(select(EmployerRow).order_by(EmployerRow.id))
        return [Employer(row.id, row.name) for row in rows]

    def set_grant(self, grant: Grant) -> None:
        """Keep what an employer grants a rider, instead of what it granted before."""
        values: dict[str, Any] = {
            "monthly_minor": grant.monthly.minor,
            "currency": grant.monthly.currency,
            "first": str(grant.first),
            "last": None if grant.last is None else str(grant.last),
            "modes": sorted(grant.modes),
            "carried_months": grant.carried_months,
        }
        keys = {"employer_id": grant.employer_id, "rider_id": grant.rider_id}
        if not insert_once(self._session, GrantRow, keys | values):
            row = self._session.get_one(GrantRow, tuple(keys.values()))
            for name, value in values.items():
                setattr(row, name, value)
            self._session.flush()

    def grants_of(self, rider_id: UUID) -> Sequence[Grant]:
        """Return what is granted to a rider, by employer."""
        query = select(GrantRow).where(GrantRow.rider_id == rider_id)
        return [_grant(row) for row in self._session.scalars(query.order_by(GrantRow.employer_id))]

    def list_grants(self, employer_id: str) -> Sequence[Grant]:
        """Return what an employer grants."""
        query = select(GrantRow).where(GrantRow.employer_id == employer_id)
        return [_grant(row) for row in self._session.scalars(query.order_by(GrantRow.rider_id))]

    def add_month(self, month: BudgetMonth, granted: Money, last_month: Month) -> bool:
        """Note that a month was granted; False if it was."""
        values = {
            **_keys(month),
            "granted_minor": granted.minor,
            "lapsed_minor": 0,
            "currency": granted.currency,
            "last_month": str(last_month),
            "closed": False,
        }
        return insert_once(self._session, BudgetMonthRow, values)

    def find_month(self, month: BudgetMonth) -> GrantedMonth | None:
        """Return what was granted for a month."""
        row = self._session.get(BudgetMonthRow, tuple(_keys(month).values()))
        return None if row is None else _granted(row)

    def list_months(self, employer_id: str, month: Month) -> Sequence[GrantedMonth]:
        """Return what an employer granted for a month."""
        query = select(BudgetMonthRow).where(
            BudgetMonthRow.employer_id == employer_id, BudgetMonthRow.month == str(month)
        )
        rows = self._session.scalars(query.order_by(BudgetMonthRow.rider_id))
        return [_granted(row) for row in rows]

    def list_ended(self, now: Month, limit: int) -> Sequence[BudgetMonth]:
        """Return months that can be spent no more and whose rest has not lapsed."""
        query = select(BudgetMonthRow).where(
            BudgetMonthRow.last_month < str(now), BudgetMonthRow.closed.is_(False)
        )
        return [_granted(row).month for row in self._session.scalars(query.limit(limit))]

    def lapse(self, month: BudgetMonth, amount: Money) -> None:
        """Note that a rest has lapsed."""
        lapsed = BudgetMonthRow.lapsed_minor + amount.minor
        self._change(month, lapsed_minor=lapsed, closed=True)

    def reopen(self, month: BudgetMonth) -> None:
        """Note that money came back to it."""
        self._change(month, closed=False)

    def _change(self, month: BudgetMonth, **values: Any) -> None:
        where = (getattr(BudgetMonthRow, name) == value for name, value in _keys(month).items())
        self._session.execute(update(BudgetMonthRow).where(*where).values(**values))


def _keys(month: BudgetMonth) -> dict[str, Any]:
    return {**month._asdict(), "month": str(month.month)}


def _promotion(row: PromotionRow) -> Promotion:
    least = row.least_price_minor
    return Promotion(
        id=row.id,
        title=row.title,
        funder=row.funder,
        value=Money(row.value_minor, row.currency),
        budget=Money(row.budget_minor, row.currency),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        permille=row.permille,
        per_rider=row.per_rider,
        least_price=None if least is None else Money(least, row.currency),
        first_ride_only=row.first_ride_only,
        rest=Rest(row.rest),
    )


def _voucher(row: VoucherRow) -> Voucher:
    return Voucher(row.id, row.promotion_id, row.rider_id, row.code, row.redeemed_at)


def _grant(row: GrantRow) -> Grant:
    return Grant(
        row.employer_id,
        row.rider_id,
        Money(row.monthly_minor, row.currency),
        Month.parse(row.first),
        None if row.last is None else Month.parse(row.last),
        frozenset(map(LegMode, row.modes)),
        row.carried_months,
    )


def _granted(row: BudgetMonthRow) -> GrantedMonth:
    month = BudgetMonth(row.employer_id, row.rider_id, Month.parse(row.month))
    granted, lapsed = Money(row.granted_minor, row.currency), Money(row.lapsed_minor, row.currency)
    return GrantedMonth(month, granted, lapsed)
