"""What every event of money posts: pure functions, each of which gives a balanced entry.

::

    sale         orders     -gross | deferred of operators +net | VAT +vat
    settlement   provider   -gross | orders +gross
    performed    deferred   -net   | payable of operators +net - commission | income, VAT
                 county     -n     | payable +n                                (subsidies)
    refunded     deferred or payable -net, VAT -vat | orders +(gross - fee) | income, VAT (the fee)
    refund_settled  orders  -amount | provider +amount
    paid_out     payable    -amount | bank +amount

kommit sells in its own name, so it owes the VAT of the whole price; what operators are owed is
without it. ``history`` is what the books have of the order (``uow.ledger.history``), read under the
order's lock; so what is given back is exactly what is left, wherever it stands by then.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.clearing.earning import (
    commission_lines,
    commission_postings,
    county_postings,
    earned_lines,
    ride_subsidies,
    vat_postings,
)
from booking.domain.clearing.refunding import refund_lines
from booking.domain.clearing.rules import ClearingRules
from booking.domain.clearing.shares import journey_day, shared, shares_of
from booking.domain.ledger import (
    BANK,
    RECEIVABLE,
    Entry,
    EntryLine,
    History,
    LineKind,
    Posting,
    clearing,
    income,
    month_of,
    payable,
    posted,
    provider_fees,
    settlement,
    subsidies,
    summed,
    transfer,
    vat,
)
from booking.domain.money import Money
from booking.domain.offers import PriceLine, vat_of
from booking.domain.orders import Order
from booking.domain.refunds import Refund

__all__ = [
    "Charge",
    "SubscriptionSale",
    "extra_usage",
    "no_show_fee",
    "paid_out",
    "performed",
    "provider_fee",
    "refund_settled",
    "refunded",
    "sale",
    "settlement",
    "subscription_earned",
    "subscription_sold",
    "subsidy",
]

REFUND_FEE: Final = income("refund-fee")


def sale(order: Order, rules: ClearingRules, at: datetime) -> Entry:
    """Return the entry of a sale: the order owes its price, operators will have earned it."""
    offer = order.offer
    lines = tuple(shared(offer, rules.on(journey_day(offer))))
    postings = [
        Posting(RECEIVABLE, -offer.price.total),
        *posted(lines),
        *vat_postings(lines),
    ]
    return Entry(f"{order.id}:sale", "sale", at, summed(postings), lines, order.id)


def performed(
    order: Order,
    history: History,
    rules: ClearingRules,
    at: datetime,
    *,
    riders: Mapping[int, Collection[int]] | None = None,
    legs: Collection[int] | None = None,
) -> Entry | None:
    """Return the entry of what operators have earned, or None where nothing is left to move.

    Parameters
    ----------
    riders
        Ids of the passengers who rode on each leg, by its position: counties pay for these. None:
        all of them, on every leg that is sold.
    legs
        Positions of legs that are over; None: the journey is, and whatever was not refunded is
        earned. Lines of the journey as a whole go with the first legs.
    """
    chain = order.offer.chain
    everybody = [passenger.id for passenger in order.offer.passengers]
    every = {position: everybody for position, _ in chain.sold}
    who = {
        position: ids
        for position, ids in (every if riders is None else riders).items()
        if ids and (legs is None or position in legs)
    }
    of_day = rules.on(journey_day(order.offer))
    lines = [
        *earned_lines(history, of_day, legs),
        *ride_subsidies(order.offer, history, of_day, who),
    ]
    return _performed(order.id, history, lines, at)


def refunded(refund: Refund, history: History, rules: ClearingRules, at: datetime) -> Entry:
    """Return the entry of a refund: its lines are taken back from where they stand by now.

    The fee stays with kommit, with the VAT that the rules of the refund's day ask for.

    Raises
    ------
    ValueError
        If more is given back of a line than is left of it.
    """
    lines = tuple(refund_lines(refund, history))
    rate = rules.on(month_day(refund.at)).refund_fee_vat_permille
    fee_vat = Money(vat_of(refund.fee.minor, rate), refund.fee.currency)
    postings = [
        *posted(lines),
        *vat_postings(lines),
        *commission_postings(lines),
        *county_postings(lines),
        Posting(RECEIVABLE, refund.amount),
        Posting(REFUND_FEE, refund.fee - fee_vat),
        Posting(vat(rate), fee_vat),
    ]
    key = f"{refund.order_id}:refund:{refund.id}"
    text = f"refund: {refund.reason}"
    corrects = _corrected(lines, history)
    return Entry(key, text, at, summed(postings), lines, refund.order_id, corrects)


def refund_settled(refund: Refund, means: str, at: datetime) -> Entry:
    """Return the entry of money that went back to the rider by a means of payment."""
    key = f"{refund.order_id}:refund-settled:{refund.id}"
    text = f"given back by {means}"
    return transfer(key, text, at, refund.amount, giver=RECEIVABLE, taker=clearing(means))


# --- beside the price


@dataclass(frozen=True, slots=True)
class Charge:
    """What a rider pays on top of a price that was paid before: for a leg, to its operator."""

    id: str
    """Charged once, however often it is tried: ``no-show:1``, say."""
    order_id: UUID
    """Or a rental's id."""
    agency_id: str | None
    amount: Money
    """With VAT."""
    vat_permille: int
    product: str
    rule: str
    day: date
    """On which the leg was, or was to be, ridden."""
    leg: int | None = None
    passenger: int | None = None
    route_id: str | None = None
    """Feed-scoped: what commission rules may be about."""


def no_show_fee(charge: Charge, rules: ClearingRules, at: datetime) -> Entry:
    """Return the entry of a fee for a ride that came for nobody: its operator gets it."""
    return _charged(charge, LineKind.NO_SHOW, rules, at)


def extra_usage(charge: Charge, rules: ClearingRules, at: datetime) -> Entry:
    """Return the entry of a rental that took longer, or went farther, than was paid."""
    return _charged(charge, LineKind.USAGE, rules, at)


@dataclass(frozen=True, slots=True)
class SubscriptionSale:
    """A month of a subscription that is sold."""

    subscription_id: UUID
    product: str
    agency_id: str | None
    """Whose it is, unless a split rule shares it out."""
    amount: Money
    """With VAT."""
    vat_permille: int
    month: date
    """First day of validity."""
    until: datetime
    """When it will have been used; aware."""


def subscription_sold(sold: SubscriptionSale, rules: ClearingRules, at: datetime) -> Entry:
    """Return the entry of a month that is sold: deferred until it is over."""
    line = PriceLine(
        sold.product,
        sold.product,
        0,
        sold.amount,
        sold.agency_id,
        rule="subscription",
        vat_permille=sold.vat_permille,
    )
    lines = tuple(shares_of(line, None, rules.on(sold.month), 0, sold.month))
    postings = [Posting(RECEIVABLE, -sold.amount), *posted(lines), *vat_postings(lines)]
    return Entry(
        f"{sold.subscription_id}:sale:{sold.month:%Y-%m}",
        "subscription",
        at,
        summed(postings),
        lines,
        sold.subscription_id,
        due_at=sold.until,
    )


def subscription_earned(
    subscription_id: UUID, history: History, rules: ClearingRules, at: datetime, upto: date
) -> Entry | None:
    """Return the entry of the months that begin before a day and are over, or None.

    It belongs to the month in which the day before lies.
    """
    over = [
        booked
        for booked in history
        if all(line.day is not None and line.day < upto for line in booked.lines)
    ]
    lines = list(earned_lines(over, rules.on(upto)))
    entry = _performed(subscription_id, history, lines, at)
    last_day = upto - timedelta(days=1)
    return None if entry is None else replace(entry, month=f"{last_day:%Y-%m}")


def subsidy(
    key: str, county: str, agency_id: str, amount: Money, at: datetime, month: str, rule: str
) -> Entry:
    """Return the entry by which a county tops up an operator's revenue of a month."""
    line = EntryLine(
        payable(agency_id), LineKind.SUBSIDY, amount, product="subsidy", rule=county, share=rule
    )
    postings = (Posting(subsidies(county), -amount), Posting(line.account, amount))
    return Entry(key, f"subsidy of {county}", at, postings, (line,), month=month)


def paid_out(agency_id: str, amount: Money, month: str, at: datetime) -> Entry:
    """Return the entry of what an operator was paid for a month."""
    line = EntryLine(payable(agency_id), LineKind.PAY_OUT, -amount, product="pay-out", rule=month)
    postings = (Posting(line.account, -amount), Posting(BANK, amount))
    return Entry(f"pay-out:{agency_id}:{month}", f"paid out for {month}", at, postings, (line,))


def provider_fee(means: str, amount: Money, reference: str, at: datetime) -> Entry:
    """Return the entry of what a provider of payments kept, by its own reference."""
    key = f"fee:{means}:{reference}"
    return transfer(key, f"fee of {means}", at, amount, provider_fees(means), clearing(means))


def month_day(at: datetime) -> date:
    """Return the first day of the month of the books."""
    return date.fromisoformat(f"{month_of(at)}-01")


# --- parts of them


def _performed(
    owner_id: UUID, history: History, lines: Collection[EntryLine], at: datetime
) -> Entry | None:
    if not lines:
        return None
    postings = [
        *posted(lines),
        *vat_postings(lines),
        *commission_postings(lines),
        *county_postings(lines),
    ]
    key = f"{owner_id}:performed:{len(history)}"
    return Entry(key, "performed", at, summed(postings), tuple(lines), owner_id)


def _charged(charge: Charge, kind: LineKind, rules: ClearingRules, at: datetime) -> Entry:
    of_day = rules.on(charge.day)
    vat_minor = vat_of(charge.amount.minor, charge.vat_permille)
    earned = EntryLine(
        payable(charge.agency_id),
        kind,
        Money(charge.amount.minor - vat_minor, charge.amount.currency),
        vat_minor=vat_minor,
        vat_permille=charge.vat_permille,
        product=charge.product,
        rule=charge.rule,
        leg=charge.leg,
        passenger=charge.passenger,
        route=charge.route_id or "",
        day=charge.day,
    )
    kept = commission_lines(earned, earned.amount.minor, of_day)
    lines = (earned, *kept)
    postings = [
        Posting(RECEIVABLE, -charge.amount),
        *posted(lines),
        *vat_postings(lines),
        *commission_postings(lines),
    ]
    key = f"{charge.order_id}:charge:{charge.id}"
    return Entry(key, f"{kind}: {charge.product}", at, summed(postings), lines, charge.order_id)


def _corrected(lines: Collection[EntryLine], history: History) -> str | None:
    """Return the key of the entry that put there what these lines take away."""
    taken = {(line.account, line.line) for line in lines if line.kind is LineKind.REFUND}
    for booked in history:
        for line in booked.lines:
            if line.kind is LineKind.FARE and (line.account, line.line) in taken:
                return booked.key
    return None
