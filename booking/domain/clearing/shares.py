"""Shares of operators in the lines of a price, and what is left of them after all that was booked.

Invariant: shares of a line sum to it, net and VAT each by the method of largest remainders; what is
taken of a share is never more than what is left of it, and taking everything leaves exactly zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from booking.domain.chain import Chain
from booking.domain.clearing.rules import RuleSet, route_of
from booking.domain.ledger import (
    BOOKS_ZONE,
    AccountKind,
    EntryLine,
    History,
    LineKind,
    deferred,
)
from booking.domain.money import Money
from booking.domain.offers import Offer, PriceLine
from booking.domain.pricing import split_cents

OF_FARES: Final = frozenset({LineKind.FARE, LineKind.REFUND})


def split(minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split an amount of either sign by weights of either sign: largest remainders, sum kept."""
    parts = split_cents(abs(minor), [abs(weight) for weight in weights])
    return parts if minor >= 0 else tuple(-part for part in parts)


def journey_day(offer: Offer) -> date:
    """Return the day of the books on which a journey begins: it decides which rules hold."""
    return offer.chain.departure.astimezone(BOOKS_ZONE).date()


def shared(offer: Offer, rules: RuleSet) -> Iterator[EntryLine]:
    """Yield every operator's share of every line of a price, as it is deferred by the sale."""
    for position, line in enumerate(offer.price.lines):
        day = _day(offer.chain, line)
        yield from shares_of(line, offer.chain, rules, position, day)


def shares_of(
    line: PriceLine, chain: Chain | None, rules: RuleSet, position: int, day: date
) -> Iterator[EntryLine]:
    """Yield every operator's share of one line; shares of nothing are left out."""
    weights, rule = rules.weights(line, chain)
    parts = [weight for _, weight in weights]
    vats = split(line.vat_minor, parts)
    nets = split(line.amount.minor - line.vat_minor, parts)
    for (agency, _), net, vat_minor in zip(weights, nets, vats, strict=True):
        if net or vat_minor:
            yield EntryLine(
                deferred(agency),
                LineKind.FARE,
                Money(net, line.amount.currency),
                vat_minor=vat_minor,
                vat_permille=line.vat_permille,
                product=line.product,
                rule=line.rule,
                share=rule,
                line=position,
                leg=line.leg,
                passenger=line.passenger,
                route=route_of(chain, line.leg) or "",
                day=day,
            )


@dataclass(slots=True)
class Left:
    """What is left of one operator's share of one line. Whole minor units."""

    share: EntryLine
    """As it was sold."""
    deferred: int = 0
    earned: int = 0
    vat: int = 0
    commission: int = 0
    """What kommit keeps of ``earned``, not above zero."""
    commission_vat: int = 0
    commission_rate: int = 0
    """Permille of the VAT in it."""

    @property
    def net(self) -> int:
        """Without VAT."""
        return self.deferred + self.earned

    def add(self, line: EntryLine) -> None:
        """Count a line that was booked."""
        minor = line.amount.minor
        if line.kind is LineKind.COMMISSION:
            self.commission += minor
        elif line.kind is LineKind.COMMISSION_VAT:
            self.commission_vat += minor
            self.commission_rate = line.vat_permille
        else:
            self.vat += line.vat_minor
            if line.account.kind is AccountKind.DEFERRED:
                self.deferred += minor
            else:
                self.earned += minor


class ShareKey(NamedTuple):
    """Which share: the line's position in the price, and the operator."""

    line: int
    agency: str


def left_of(history: History) -> Mapping[ShareKey, Left]:
    """Return what is left of every share of an order, in the order of the sale."""
    left: dict[ShareKey, Left] = {}
    for booked in history:
        for line in booked.lines:
            if line.line is None:
                continue
            key = ShareKey(line.line, line.account.owner)
            left.setdefault(key, Left(line)).add(line)
    return left


def moved(left: Left, kind: AccountKind, why: LineKind, net: int, vat_minor: int) -> EntryLine:
    """Return the line that moves a part of a share on one of its operator's two accounts."""
    share = left.share
    account = share.account._replace(kind=kind)
    amount = Money(net, share.amount.currency)
    return replace(share, account=account, kind=why, amount=amount, vat_minor=vat_minor)


def plain(line: EntryLine, kind: LineKind, minor: int) -> EntryLine:
    """Return a line beside another one, without VAT of riders: a commission, say."""
    return replace(
        line,
        account=line.account._replace(kind=AccountKind.PAYABLE),
        kind=kind,
        amount=Money(minor, line.amount.currency),
        vat_minor=0,
        vat_permille=0,
    )


def _day(chain: Chain, line: PriceLine) -> date:
    departure = chain.departure if line.leg is None else chain.legs[line.leg].departure
    return departure.astimezone(BOOKS_ZONE).date()
