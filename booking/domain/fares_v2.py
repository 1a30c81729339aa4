"""What legs cost by the fares of their feed (GTFS-Fares v2). Pure, in whole minor units.

Each passenger pays alone. What a transfer rule takes off or adds is put on the leg that is
transferred to; a ticket for both legs (type 2) is shared by what the legs would cost alone; legs
that are one for the fares share by their length. No leg's part is below zero: a discount larger
than its leg goes to the legs before, and what would be left over after all is not paid out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from booking.domain.fare_legs import (
    EffectiveLeg,
    FareClock,
    Option,
    PlacedLeg,
    effective_legs,
    options_of,
)
from booking.domain.fare_prices import PHONE, WORDS, Media, Prices, RiderWords, prices_of
from booking.domain.fare_transfers import Payer, Step, Way
from booking.domain.money import Money
from booking.domain.passengers import Passenger
from booking.domain.pricing import split_cents
from routing.fares.tables import FareProduct, FareTables, TransferType


@dataclass(frozen=True, slots=True)
class FareV2Line:
    """What one leg costs one passenger."""

    leg: int
    """Position in the chain."""
    amount: Money
    """Never below zero; zero where a ticket of an earlier leg covers it."""
    product_id: str
    """Feed-scoped: what is bought for the leg, or covers it."""
    product_name: str
    rule: str
    """The rows that made the amount: ``fare_leg_rules:12+fare_transfer_rules:3``."""


@dataclass(frozen=True, slots=True)
class FareV2:
    """What consecutive legs cost one passenger: a line for each leg, in their order."""

    lines: tuple[FareV2Line, ...]

    @property
    def total(self) -> Money:
        """The sum of the lines."""
        zero = Money(0, self.lines[0].amount.currency)
        return sum((line.amount for line in self.lines), start=zero)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a feed leaves open, as data."""

    media: Media = PHONE
    words: RiderWords = WORDS


USUAL: Final = Choices()


def fare_of(
    tables: FareTables,
    legs: Sequence[PlacedLeg],
    passenger: Passenger,
    zone: ZoneInfo,
    is_service_day: Callable[[str, date], bool] | None = None,
    choices: Choices = USUAL,
) -> FareV2 | None:
    """Return the cheapest fare for consecutive legs, or None if one of them has no known fare.

    Parameters
    ----------
    legs
        Rides with their positions in the chain; walks between them are left out.
    zone
        Of the feed's clocks; stops may have their own.
    is_service_day
        Whether a service (feed-scoped) has a day; without it, what the feed's calendar says.
    """
    fares = fares_where_known(tables, legs, passenger, zone, is_service_day, choices)
    is_whole = len(fares) == 1 and len(fares[0].lines) == len(legs)
    return fares[0] if is_whole else None


def fares_where_known(
    tables: FareTables,
    legs: Sequence[PlacedLeg],
    passenger: Passenger,
    zone: ZoneInfo,
    is_service_day: Callable[[str, date], bool] | None = None,
    choices: Choices = USUAL,
) -> tuple[FareV2, ...]:
    """Return the fares of the legs that have one: of each run of such legs without a gap.

    Parameters are those of ``fare_of``; legs of other feeds and shuttles may be among the legs. Of
    several currencies the first that has a fare counts.
    """
    clock = FareClock(tables, zone, is_service_day or tables.is_service_day)
    joined = effective_legs(tables, legs)
    for currency in tables.currencies:
        prices = prices_of(tables, passenger.category, currency, choices.media, choices.words)
        options = [options_of(tables, leg, prices, clock) for leg in joined]
        if any(options):
            return tuple(_runs(tables, prices, joined, options))
    return ()


def _runs(
    tables: FareTables,
    prices: Prices,
    legs: Sequence[EffectiveLeg],
    options: Sequence[Sequence[Option]],
) -> Iterator[FareV2]:
    """Yield the fare of each run of legs that have options."""
    paired = zip(legs, options, strict=True)
    for has_fare, run in groupby(paired, key=lambda pair: bool(pair[1])):
        if has_fare:
            of_run, choices = zip(*run, strict=True)
            way = Payer(tables, of_run, prices).cheapest_way(choices)
            yield FareV2(tuple(_lines(of_run, way)))


def _lines(legs: Sequence[EffectiveLeg], way: Way) -> Iterator[FareV2Line]:
    amounts = without_deficits(_amounts(way.steps))
    products = _products(way.steps)
    for leg, step, amount, product in zip(legs, way.steps, amounts, products, strict=True):
        rule = step.option.rule.id + (f"+{step.rule.id}" if step.rule else "")
        parts = split_cents(amount, [each.distance_m for _, each in leg.legs])
        for (position, _), part in zip(leg.legs, parts, strict=True):
            money = Money(part, product.currency)
            yield FareV2Line(position, money, product.id, product.name, rule)


def _amounts(steps: Sequence[Step]) -> list[int]:
    """Return what each leg adds to the total; may be below zero by discounts."""
    amounts: list[int] = []
    for at, step in enumerate(steps):
        own = step.option.price.amount_minor
        if step.rule is None:
            amounts.append(own)
        elif step.rule.type is TransferType.BOTH_LEGS:
            amounts.append(step.transfer_minor + own)
        elif step.rule.type is TransferType.TRANSFER_ONLY and steps[at - 1].rule is None:
            amounts[-1:] = _shared(step.transfer_minor, amounts[-1], own)
        else:
            amounts.append(step.transfer_minor)
    return amounts


def _shared(ticket: int, first: int, second: int) -> tuple[int, int]:
    """Return the parts of a ticket for two legs, by what they cost alone."""
    if ticket < 0:
        return ticket, 0
    before, after = split_cents(ticket, [max(first, 0), max(second, 0)])
    return before, after


def _products(steps: Sequence[Step]) -> list[FareProduct]:
    """Return what is bought for each leg: its own product, or the one that covers it."""
    products: list[FareProduct] = []
    for at, step in enumerate(steps):
        if step.rule is None or step.rule.type is TransferType.BOTH_LEGS:
            products.append(step.option.price)
            continue
        products.append(step.product or products[-1])
        if step.rule.type is TransferType.TRANSFER_ONLY and steps[at - 1].rule is None:
            products[-2] = products[-1]
    return products


def without_deficits(amounts: Sequence[int]) -> list[int]:
    """Return amounts of which none is below zero, with the same sum if that is not below zero.

    A deficit is taken from the legs before, the nearest first, then from those after.
    """
    settled = list(amounts)
    for order in (range(len(settled) - 1, 0, -1), range(len(settled) - 1)):
        to = -1 if order.step < 0 else 1
        for at in order:
            if settled[at] < 0:
                settled[at + to] += settled[at]
                settled[at] = 0
    return [max(amount, 0) for amount in settled]
