"""Days and months of travel are closed: what was paid above the best price is given back.

A period is closed once it is over and phones had time to tell of it. What comes to light later (a
late trip, a refund) is a line that no statement has closed: its period is closed once more, as a
correction. Whoever closes looks at what is left of what was paid, so closing twice gives nothing
back twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final, Protocol
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from booking.domain.best_price import (
    AS_PAID,
    Alternative,
    Credit,
    Paid,
    Period,
    Statement,
    above_caps,
    cheaper,
    lines_given_back,
    summed,
)
from booking.domain.errors import OrderNotFound
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.domain.refunds import Refund, RefundLine, RefundReason, RefundState
from booking.domain.spending import SpentLine
from booking.service.ports import Store, UnitOfWork
from booking.service.spending import span_around
from booking.service.transactions import in_transaction
from booking.service.travel_repositories import KeptLine, Unclosed
from booking.service.trip_ports import RiderAccounts, TripBooks
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

NOBODY: Final = UUID(int=0)
"""Of a statement that is only tried."""
AT_ONCE: Final = 200
"""Riders and tariffs that a job looks at in one go."""


class TravelTariffs(Protocol):
    """What statements need of tariffs."""

    def zone(self, tariff_id: str, at: datetime) -> ZoneInfo:
        """Return the time zone in which days and months of a tariff begin at a moment."""
        ...

    def capped(self, tariff_id: str, slot: str, journeys: Sequence[Paid]) -> Sequence[Paid]:
        """Return what the caps of a tariff leave of what a slot paid for journeys."""
        ...

    def alternatives(self, tariff_id: str, begins: datetime) -> Sequence[Alternative]:
        """Return the subscriptions that a month by a tariff is compared with."""
        ...


@dataclass(frozen=True, slots=True)
class ClosingRules:
    """How long after its end a period is closed."""

    day: timedelta = timedelta(hours=3)
    month: timedelta = timedelta(days=2)

    def after(self, period: Period) -> timedelta:
        """Return how long after its end a period is closed."""
        return self.day if period is Period.DAY else self.month


class Closing:
    """Closes days and months."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        tariffs: TravelTariffs,
        books: TripBooks,
        accounts: RiderAccounts,
        rules: ClosingRules | None = None,
    ) -> None:
        self._store, self._clock, self._tariffs = store, clock, tariffs
        self._books, self._accounts, self._rules = books, accounts, rules or ClosingRules()

    def close_days(self) -> int:
        """Close all days that are over; return how many."""
        return self._close_all(Period.DAY)

    def close_months(self) -> int:
        """Close all months that are over; return how many."""
        return self._close_all(Period.MONTH)

    def statements(self, rider_id: UUID, limit: int = 50) -> Sequence[Statement]:
        """Return a rider's newest statements, newest first."""
        with self._store.read() as uow:
            return uow.statements.list_of(rider_id, limit)

    # --- parts

    def _close_all(self, period: Period) -> int:
        closed = 0
        while due := self._due(period):
            for one in due:
                self._close(one, period)
            closed += len(due)
        return closed

    def _due(self, period: Period) -> list[Unclosed]:
        """Return riders and tariffs whose earliest open period is over for long enough."""
        now = self._clock.now()
        with self._store.read() as uow:
            found = uow.spending.list_unclosed(now, AT_ONCE, month=period is Period.MONTH)
        return [
            one
            for one in found
            if self._span(one.tariff, one.earliest, period)[1] + self._rules.after(period) <= now
        ]

    def _span(self, tariff: str, at: datetime, period: Period) -> tuple[datetime, datetime]:
        """Return begin and end of the day or month of a moment."""
        zone = self._tariffs.zone(tariff, at)
        day = at.astimezone(zone).date()
        if period is Period.DAY:
            following = day + timedelta(days=1)
        else:
            day = day.replace(day=1)
            following = (day + timedelta(days=32)).replace(day=1)
        return datetime.combine(day, time.min, zone), datetime.combine(following, time.min, zone)

    def _close(self, one: Unclosed, period: Period) -> None:
        begins, ends = self._span(one.tariff, one.earliest, period)

        def work(uow: UnitOfWork) -> None:
            uow.spending.lock(one.rider_id)
            before, _ = span_around(begins)
            kept = [
                each
                for each in uow.spending.list_lines(one.rider_id, before, ends)
                if each.line.tariff == one.tariff
            ]
            of_period = [each for each in kept if each.line.at >= begins]
            if all(_is_closed(each, period) for each in of_period):
                return  # another process was quicker
            lines = [each.line for each in kept]
            credits_, product = self._best(uow, one, lines, (begins, ends), period)
            closed = [each.line for each in of_period]
            made = self._statement(one, (begins, ends), period, closed)
            statement = replace(
                made,
                due=made.paid - Money(sum(each.minor for each in credits_), made.paid.currency),
                product=product,
                revision=uow.statements.next_revision(made),
            )
            if credits_:
                self._give_back(uow, statement, lines, credits_)
            uow.statements.add(statement)
            uow.spending.close(closed, month=period is Period.MONTH)

        in_transaction(self._store, work)

    def _best(
        self,
        uow: UnitOfWork,
        one: Unclosed,
        lines: Sequence[SpentLine],
        span: tuple[datetime, datetime],
        period: Period,
    ) -> tuple[tuple[Credit, ...], str]:
        """Return what is given back of a period, and the product that it is compared with."""
        credits_ = above_caps(lines, partial(self._tariffs.capped, one.tariff), span[0])
        if period is Period.DAY:
            return credits_, AS_PAID
        back = lines_given_back(lines, credits_)
        left = [*lines, *credit_lines(NOBODY, lines, back)]
        of_month = [line for line in left if line.at >= span[0]]
        sources = {line.source for line in of_month}
        bills = _bills(uow, one.rider_id, span, sources)
        chains = {source: bill.offer.chain for source, bill in bills.items()}
        alternatives = self._tariffs.alternatives(one.tariff, span[0])
        outcome = cheaper(of_month, chains, alternatives)
        return summed([*credits_, *outcome.credits]), outcome.product

    def _statement(
        self,
        one: Unclosed,
        span: tuple[datetime, datetime],
        period: Period,
        lines: Sequence[SpentLine],
    ) -> Statement:
        currency = lines[0].amount.currency
        paid = Money(sum(line.amount.minor for line in lines), currency)
        return Statement(
            id=uuid7(),
            rider_id=one.rider_id,
            tariff=one.tariff,
            period=period,
            begins=span[0],
            ends=span[1],
            full=Money(sum(line.full_minor for line in lines), currency),
            paid=paid,
            due=paid,
            product=AS_PAID,
            at=self._clock.now(),
        )

    def _give_back(
        self,
        uow: UnitOfWork,
        statement: Statement,
        lines: Sequence[SpentLine],
        credits_: Sequence[Credit],
    ) -> None:
        """Write what a statement gives back: lines, books, money."""
        back = lines_given_back(lines, credits_)
        span = statement.begins, statement.ends
        bills = _bills(uow, statement.rider_id, span, back)
        for source, given in back.items():
            refund = Refund(
                uuid5(statement.id, str(source)),
                source,
                statement.at,
                RefundReason.BEST_PRICE,
                given,
                fee=Money(0, statement.due.currency),
                state=RefundState.DONE,
            )
            bills[source].refunds.append(refund)  # so that no later refund gives it back again
            self._books.refunded(uow, bills[source], refund, statement.at)
        uow.spending.add(
            statement.rider_id,
            credit_lines(statement.id, lines, back),
            day_closed=True,
            month_closed=statement.period is Period.MONTH,
        )
        key = f"{statement.id}:credit"
        self._accounts.credit(uow, statement.rider_id, statement.credit, key)


def _bills(
    uow: UnitOfWork,
    rider_id: UUID,
    span: tuple[datetime, datetime],
    sources: Collection[UUID],
) -> dict[UUID, Order]:
    """Return what was sold, by the sources of lines: orders, and bills of trips."""
    trips = {
        trip.bill_id: trip
        for trip in uow.trips.list_between(rider_id, *span)
        if trip.chain is not None and trip.price is not None
    }
    found: dict[UUID, Order] = {}
    for source in sorted(sources):
        if source in trips:
            found[source] = trips[source].bill()
            continue
        try:
            found[source] = uow.orders.get(source)
        except OrderNotFound:
            continue  # an earlier bill of a trip that was corrected: nothing of it is left
    return found


def credit_lines(
    statement_id: UUID, lines: Sequence[SpentLine], back: Mapping[UUID, Sequence[RefundLine]]
) -> list[SpentLine]:
    """Return the lines by which a statement takes something off what was spent."""
    sold = {(line.source, line.position): line for line in lines if line.entry.startswith("line:")}
    return [
        replace(
            sold[source, given.line],
            entry=f"credit:{statement_id}:{given.line}",
            amount=-given.amount,
            full_minor=0,
        )
        for source, refunded in back.items()
        for given in refunded
    ]


def _is_closed(kept: KeptLine, period: Period) -> bool:
    return kept.month_closed if period is Period.MONTH else kept.day_closed
