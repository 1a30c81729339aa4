"""What operators earn when legs are ridden, and the other sides of such lines."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from booking.domain.clearing.rules import RuleSet, route_id_of
from booking.domain.clearing.shares import left_of, moved, plain, split
from booking.domain.ledger import (
    BOOKS_ZONE,
    AccountKind,
    EntryLine,
    History,
    LineKind,
    Posting,
    income,
    payable,
    subsidies,
    vat,
)
from booking.domain.money import Money
from booking.domain.offers import Offer

COMMISSION: Final = income("commission")


def earned_lines(
    history: History, rules: RuleSet, legs: Collection[int] | None = None
) -> Iterator[EntryLine]:
    """Yield what moves from deferred to payable, of some legs or of all, and what is kept."""
    for left in left_of(history).values():
        share = left.share
        if not left.deferred or not (legs is None or share.leg is None or share.leg in legs):
            continue
        yield moved(left, AccountKind.DEFERRED, LineKind.FARE, -left.deferred, -left.vat)
        yield moved(left, AccountKind.PAYABLE, LineKind.FARE, left.deferred, left.vat)
        yield from commission_lines(share, left.deferred, rules)


def commission_lines(share: EntryLine, net: int, rules: RuleSet) -> Iterator[EntryLine]:
    """Yield what kommit keeps of an operator's revenue, and the VAT on it."""
    rule = rules.commission(share.product, share.account.owner, share.route or None)
    kept, kept_vat = rule.of(net) if rule else (0, 0)
    if kept:
        yield plain(share, LineKind.COMMISSION, -kept)
    if rule and kept_vat:
        line = plain(share, LineKind.COMMISSION_VAT, -kept_vat)
        yield replace(line, vat_permille=rule.vat_permille)


def ride_subsidies(
    offer: Offer, history: History, rules: RuleSet, riders: Mapping[int, Collection[int]]
) -> Iterator[EntryLine]:
    """Yield what counties add for legs that were ridden, once for each leg.

    What is added for a ride is shared among its passengers, so that it can be taken back with them.

    Parameters
    ----------
    riders
        Who rode on a leg, by its position; legs that nobody rode are left out.
    """
    paid = {line.leg for one in history for line in one.lines if line.kind is LineKind.SUBSIDY}
    for position, leg in offer.chain.sold:
        if position in paid or position not in riders or leg.carrier is None:
            continue
        heads = sorted(riders[position])
        for rule in rules.ride_subsidies(leg):
            shares = split(rule.per_ride_minor, [1] * len(heads))
            for passenger, share in zip(heads, shares, strict=True):
                minor = rule.per_passenger_minor + share
                yield EntryLine(
                    payable(leg.carrier.agency_id),
                    LineKind.SUBSIDY,
                    Money(minor, offer.price.total.currency),
                    product="subsidy",
                    rule=rule.county,
                    share=f"{rule.id}@{rules.version}",
                    leg=position,
                    passenger=passenger,
                    route=route_id_of(leg) or "",
                    day=leg.departure.astimezone(BOOKS_ZONE).date(),
                )


def vat_postings(lines: Collection[EntryLine]) -> list[Posting]:
    """Return what kommit owes the tax office of what riders paid by these lines."""
    return [
        Posting(vat(line.vat_permille), Money(line.vat_minor, line.amount.currency))
        for line in lines
    ]


def commission_postings(lines: Collection[EntryLine]) -> list[Posting]:
    """Return what kommit keeps: the other side of the lines that take it from operators."""
    postings = []
    for line in lines:
        if line.kind is LineKind.COMMISSION:
            postings.append(Posting(COMMISSION, -line.amount))
        elif line.kind is LineKind.COMMISSION_VAT:
            postings.append(Posting(vat(line.vat_permille), -line.amount))
    return postings


def county_postings(lines: Collection[EntryLine]) -> list[Posting]:
    """Return what counties owe: the other side of subsidies."""
    return [
        Posting(subsidies(line.rule), -line.amount)
        for line in lines
        if line.kind is LineKind.SUBSIDY
    ]
