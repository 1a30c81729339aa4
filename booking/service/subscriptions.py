"""Riders' subscriptions: which are valid, registering, buying, renewing, ending.

A month that is sold is one transaction: the money from the rider's means, the deferred revenue, and
the days that are paid for. Its ledger entries carry subscription and month in their keys, so that
no month is paid twice, whoever renews it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final, NamedTuple, Protocol
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from booking.domain.errors import NotOnSale, PaymentRefused, UnknownMeans
from booking.domain.money import Money
from booking.domain.postings import SubscriptionSale
from booking.domain.pricing.books import SubscriptionBook
from booking.domain.pricing.subscription import Subscription
from booking.domain.refunds import Refund, RefundLine, RefundReason, RefundState
from booking.domain.subscriptions import (
    A_DAY,
    OwnedSubscription,
    SubscriptionSource,
    SubscriptionState,
    SubscriptionTerms,
    last_of_month,
    paid_back,
    share_of_month,
)
from booking.domain.travel_errors import (
    BadSubscription,
    SubscriptionNotFound,
    UnknownSubscriptionProduct,
)
from booking.service.ports import OwnPayments, PaymentRequest, Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

log = logging.getLogger(__name__)

AT_ONCE: Final = 100
AHEAD_DAYS: Final = 62
"""How long before its first day a subscription may be bought."""


def subscriptions_on(uow: UnitOfWork, rider_id: UUID, day: date) -> tuple[str, ...]:
    """Return the ids of the products that a rider is subscribed to on a day, sorted."""
    kept = uow.subscriptions.list_of(rider_id)
    return tuple(sorted({one.product for one in kept if one.is_valid(day)}))


class SubscriptionBooks(Protocol):
    """Writes months of subscriptions into the ledger."""

    def sold(self, uow: UnitOfWork, sale: SubscriptionSale, now: datetime) -> None:
        """A month is owed; its revenue waits until the month is over."""
        ...

    def refunded(self, uow: UnitOfWork, refund: Refund, month: date, now: datetime) -> None:
        """A part of the month that began on a day is given back."""
        ...


class ForSale(NamedTuple):
    """A product, as it is today, and its terms."""

    product: Subscription
    terms: SubscriptionTerms


@dataclass(frozen=True)
class SubscriptionShelf:
    """What may be bought or declared."""

    products: SubscriptionBook
    terms: Mapping[str, SubscriptionTerms]

    def get(self, product: str, at: datetime) -> ForSale:
        """Return a product as it is at a moment.

        Raises
        ------
        UnknownSubscriptionProduct
            If nothing is had under this id.
        NotOnSale
            If there is no version of it then.
        """
        if product not in self.terms or product not in self.products.ids:
            known = tuple(sorted(set(self.terms) & set(self.products.ids)))
            raise UnknownSubscriptionProduct(product, known)
        return ForSale(self.products.get(product, at), self.terms[product])

    def list_all(self, at: datetime) -> list[ForSale]:
        """Return all products that there are at a moment."""
        found = []
        for product in sorted(set(self.terms) & set(self.products.ids)):
            try:
                found.append(self.get(product, at))
            except NotOnSale:
                continue
        return found


class Subscriptions:
    """Riders' subscriptions.

    Parameters
    ----------
    means
        What pays them: accounts of our own ledger, such as wallet and invoice.
    zone
        In which a day is today.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        shelf: SubscriptionShelf,
        books: SubscriptionBooks,
        means: Mapping[str, OwnPayments],
        zone: ZoneInfo,
    ) -> None:
        self._store, self._clock, self._shelf, self._books = store, clock, shelf, books
        self._means, self._zone = means, zone

    def products(self) -> Sequence[ForSale]:
        """Return what may be bought or declared today."""
        return self._shelf.list_all(self._clock.now())

    def list_of(self, rider_id: UUID) -> Sequence[OwnedSubscription]:
        """Return a rider's subscriptions, the oldest first."""
        with self._store.read() as uow:
            return uow.subscriptions.list_of(rider_id)

    def register(
        self, rider_id: UUID, product: str, number: str, begin: date, end: date
    ) -> OwnedSubscription:
        """Keep a subscription that was bought elsewhere, as the rider declares it.

        The same number of the same product is one subscription: declared again, its days change.

        Raises
        ------
        UnknownSubscriptionProduct, NotOnSale, BadSubscription
            If there is no such product, it cannot be declared, or number or days cannot be.
        """
        now = self._clock.now()
        terms = self._shelf.get(product, self._at(begin)).terms
        if not terms.is_registered:
            raise BadSubscription(f"{product} is bought here, it cannot be registered")
        terms.check_number(number)
        if end < begin or end < self._today():
            raise BadSubscription("its last day lies before its first day, or before today")

        def work(uow: UnitOfWork) -> OwnedSubscription:
            uow.spending.lock(rider_id)
            same = next(
                (
                    one
                    for one in uow.subscriptions.list_of(rider_id)
                    if (one.product, one.number) == (product, number)
                    and one.state is not SubscriptionState.WITHDRAWN
                ),
                None,
            )
            made = OwnedSubscription(
                same.id if same else uuid7(),
                rider_id,
                product,
                SubscriptionSource.REGISTERED,
                begin,
                end,
                number,
                same.created_at if same else now,
            )
            uow.subscriptions.save(made, now)
            return made

        return in_transaction(self._store, work)

    def buy(
        self, rider_id: UUID, product: str, begin: date, means: str, key: str
    ) -> OwnedSubscription:
        """Sell a subscription from a day on; the same ``key`` of a rider buys once.

        The first month costs the share of its days that are left.

        Raises
        ------
        UnknownSubscriptionProduct, NotOnSale, BadSubscription
            If it is not sold, or not from that day, or the rider has it then.
        UnknownMeans, PaymentDeclined
            If it is not paid.
        """
        now, today = self._clock.now(), self._today()
        sold = self._shelf.get(product, self._at(begin))
        if not sold.terms.is_sold:
            raise BadSubscription(f"{product} is not sold here, register one bought elsewhere")
        if not today <= begin <= today + AHEAD_DAYS * A_DAY:
            raise BadSubscription(f"it begins today or within {AHEAD_DAYS} days")
        if means not in self._means:
            raise UnknownMeans(means, tuple(self._means))
        wanted = OwnedSubscription(
            id=uuid5(rider_id, key),
            rider_id=rider_id,
            product=product,
            source=SubscriptionSource.SOLD,
            valid_from=begin,
            valid_until=last_of_month(begin),
            number=None,
            created_at=now,
            price=Money(share_of_month(sold.product.price_minor, begin), sold.product.currency),
            paid_from=begin,
            means=means,
        )

        def work(uow: UnitOfWork) -> OwnedSubscription:
            uow.spending.lock(rider_id)
            kept = uow.subscriptions.list_of(rider_id)
            for one in kept:
                if one.id == wanted.id:
                    return one
                if one.product == product and _overlap(one, begin):
                    raise BadSubscription(f"you have {product} on {begin} already")
            made = replace(wanted)
            self._sell(uow, made, sold, now)
            return made

        return in_transaction(self._store, work)

    def cancel(
        self, subscription_id: UUID, rider_id: UUID, *, at_once: bool = False
    ) -> OwnedSubscription:
        """End a subscription: by its notice, or at once; one bought elsewhere always at once.

        At once, the days that are left are paid back where its terms say so. Ended twice is once.

        Raises
        ------
        SubscriptionNotFound
            If it is not one of the rider's.
        """
        now, today = self._clock.now(), self._today()

        def work(uow: UnitOfWork) -> OwnedSubscription:
            uow.spending.lock(rider_id)
            owned = uow.subscriptions.get(subscription_id)
            if owned.rider_id != rider_id:
                raise SubscriptionNotFound(subscription_id)
            if owned.state is SubscriptionState.WITHDRAWN:
                return owned
            terms = self._shelf.terms.get(owned.product)
            if owned.source is SubscriptionSource.REGISTERED or at_once or terms is None:
                self._withdraw(uow, owned, terms, now)
            else:
                owned.cancel(today, terms)
            uow.subscriptions.save(owned, now)
            return owned

        return in_transaction(self._store, work)

    def renew_due(self) -> int:
        """Sell the next month of what ends today and is not cancelled; return how many."""
        with self._store.read() as uow:
            due = uow.subscriptions.list_due(self._today() + A_DAY, AT_ONCE)
        return sum(self._renewed(subscription_id) for subscription_id in due)

    # --- parts

    def _renewed(self, subscription_id: UUID) -> bool:
        """Renew one; who does not pay has no next month."""
        try:
            return in_transaction(self._store, lambda uow: self._renew(uow, subscription_id))
        except (PaymentRefused, NotOnSale, UnknownSubscriptionProduct) as reason:
            log.warning("subscription %s is not renewed: %s", subscription_id, reason)
            in_transaction(self._store, lambda uow: self._end(uow, subscription_id))
            return False

    def _renew(self, uow: UnitOfWork, subscription_id: UUID) -> bool:
        now = self._clock.now()
        owned = uow.subscriptions.get(subscription_id)
        if not owned.renews or owned.valid_until > self._today():
            return False  # another process was quicker
        begin = owned.valid_until + A_DAY
        sold = self._shelf.get(owned.product, self._at(begin))
        owned.price = Money(sold.product.price_minor, sold.product.currency)
        owned.paid_from, owned.valid_until = begin, last_of_month(begin)
        self._sell(uow, owned, sold, now)
        return True

    def _end(self, uow: UnitOfWork, subscription_id: UUID) -> None:
        owned = uow.subscriptions.get(subscription_id)
        if owned.renews:
            owned.state, owned.ends = SubscriptionState.CANCELLED, owned.valid_until
            uow.subscriptions.save(owned, self._clock.now())

    def _sell(
        self, uow: UnitOfWork, owned: OwnedSubscription, sold: ForSale, now: datetime
    ) -> None:
        """Sell the month that ``owned`` is paid for by this."""
        begin = owned.paid_from or owned.valid_from
        sale = SubscriptionSale(
            owned.id,
            owned.product,
            sold.terms.agency_id,
            owned.price,
            sold.terms.vat_permille,
            begin,
            self._at(owned.valid_until + A_DAY),
        )
        if owned.price.minor:
            self._books.sold(uow, sale, now)
            request = PaymentRequest(owned.id, owned.rider_id, owned.price)
            self._means[owned.means or ""].charge(uow, request, f"{owned.id}:{begin:%Y-%m}")
        uow.subscriptions.save(owned, now)

    def _withdraw(
        self,
        uow: UnitOfWork,
        owned: OwnedSubscription,
        terms: SubscriptionTerms | None,
        now: datetime,
    ) -> None:
        """End a subscription today, and pay back what is left where its terms say so."""
        today = self._today()
        begin = owned.paid_from
        owned.state, owned.ends = SubscriptionState.WITHDRAWN, today if begin else None
        if terms is None or not terms.pays_back or begin is None:
            return
        amount = paid_back(owned.price, *owned.days_left(today))
        if not amount.minor:
            return
        refund = Refund(
            uuid5(owned.id, f"withdrawn:{begin:%Y-%m}"),
            owned.id,
            now,
            RefundReason.CANCELLED,
            (RefundLine(0, amount),),
            fee=Money(0, amount.currency),
            state=RefundState.DONE,
        )
        self._books.refunded(uow, refund, begin, now)
        request = PaymentRequest(owned.id, owned.rider_id, amount)
        self._means[owned.means or ""].refund(uow, request, str(refund.id))

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _at(self, day: date) -> datetime:
        """Return when a day begins."""
        return datetime.combine(day, time.min, self._zone)


def _overlap(owned: OwnedSubscription, begin: date) -> bool:
    """Say whether a subscription is valid on or after a day."""
    return owned.last_day is None or begin <= owned.last_day
