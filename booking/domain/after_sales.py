"""What comes after the sale: what is refunded of which leg, for whom, and at which fee.

Rules are data (``booking/after_sales``). A refund names lines of the price, so that every operator
gives back exactly its part; what the rule does not refund stays with the operator.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from booking.domain.chain import ChainLeg
from booking.domain.errors import NotCancellable
from booking.domain.money import Money
from booking.domain.offers import FULL_VAT_PERMILLE
from booking.domain.orders import Order, Part
from booking.domain.refunds import RefundLine

RIDE: Final = "ride"
SHUTTLE: Final = "shuttle"
RENTAL: Final = "rental"


class RefundStep(NamedTuple):
    """What is refunded of a leg that is given back early enough."""

    before_min: int
    """Minutes before the leg begins, at least."""
    percent: int
    """Of what was paid for it."""
    fee_minor: int = 0
    """For each leg, whoever travels; never more than what is refunded."""


@dataclass(frozen=True, slots=True)
class LegRules:
    """How a kind of leg is given back and changed. Steps from the earliest to the latest."""

    steps: tuple[RefundStep, ...]
    change_before_min: int
    """Until when before it begins a leg may be exchanged for another time."""
    change_fee_minor: int = 0


@dataclass(frozen=True, slots=True)
class Guarantee:
    """The mobility guarantee: who would arrive late takes a taxi and is paid back up to a cap."""

    late_from_s: int
    """From so late on it pays."""
    cap_minor: int
    night_cap_minor: int
    night_from_s: int
    """Seconds after midnight, by the region's clocks."""
    night_until_s: int
    claim_within_days: int
    county: str
    """Whose subsidy account pays."""

    def cap_at(self, clock_s: int) -> int:
        """Return the most that is paid for a taxi at a time of day, in minor units."""
        if self.night_from_s <= self.night_until_s:
            night = self.night_from_s <= clock_s < self.night_until_s
        else:
            night = clock_s >= self.night_from_s or clock_s < self.night_until_s
        return self.night_cap_minor if night else self.cap_minor


@dataclass(frozen=True, slots=True)
class AfterSalesRules:
    """One version of the rules of a county."""

    id: str
    version: str
    valid_from: date
    valid_until: date | None
    of: Mapping[str, LegRules]
    """By service or system id, else by ``ride``, ``shuttle``, ``rental``."""
    guarantee: Guarantee
    fee_vat_permille: int = FULL_VAT_PERMILLE

    @property
    def label(self) -> str:
        """Id and version, as quotes and receipts name them."""
        return f"{self.id}@{self.version}"

    def covers(self, day: date) -> bool:
        """Say whether a day is one of validity."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def of_leg(self, leg: ChainLeg) -> LegRules:
        """Return the rules of a leg: those of its service before those of its kind."""
        if leg.rental is not None:
            return self.of.get(leg.rental.system_id) or self.of[RENTAL]
        if leg.shuttle is not None:
            return self.of.get(leg.shuttle.service_id) or self.of[SHUTTLE]
        return self.of[RIDE]


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """What giving parts of an order back would bring at one moment."""

    legs: tuple[int, ...]
    passengers: tuple[int, ...]
    lines: tuple[RefundLine, ...]
    fee: Money
    paid: Money
    """What was paid for these parts and not given back before."""
    rules: str

    @property
    def gross(self) -> Money:
        """What of the price is taken back, before the fee."""
        return sum((line.amount for line in self.lines), start=Money(0, self.fee.currency))

    @property
    def amount(self) -> Money:
        """What the rider would get."""
        return self.gross - self.fee


def quote_of(
    order: Order,
    legs: Sequence[int],
    passengers: Sequence[int],
    rules: AfterSalesRules,
    at: datetime,
) -> RefundQuote:
    """Return what giving parts of a sold order back brings at a moment.

    Parameters
    ----------
    legs, passengers
        Positions and ids; every combination that is still the rider's is given back.

    Raises
    ------
    NotCancellable
        If there is no such part, or a leg of it has begun.
    """
    parts = wanted_parts(order, legs, passengers)
    whole = frozenset(order.parts) == parts
    lines: list[RefundLine] = []
    fee = 0
    for leg in sorted({at_leg for at_leg, _ in parts}):
        step = _step(order.offer.chain.legs[leg], rules, at)
        taken = _lines_of(order, {part for part in parts if part[0] == leg}, step.percent)
        lines += taken
        fee += min(step.fee_minor, max(sum(line.amount.minor for line in taken), 0))
    lines += _whole_journey_lines(order, parts) if whole else []
    currency = order.price.currency
    return RefundQuote(
        legs=tuple(sorted({leg for leg, _ in parts})),
        passengers=tuple(sorted({passenger for _, passenger in parts})),
        lines=tuple(lines),
        fee=Money(fee, currency),
        paid=Money(sum(_left_minor(order, part) for part in parts), currency),
        rules=rules.label,
    )


def wanted_parts(order: Order, legs: Iterable[int], passengers: Iterable[int]) -> frozenset[Part]:
    """Return the parts that are given back; empty lists stand for all legs, all passengers."""
    legs, passengers = frozenset(legs), frozenset(passengers)
    parts = frozenset(
        (leg, passenger)
        for leg, passenger in order.parts
        if (not legs or leg in legs) and (not passengers or passenger in passengers)
    )
    asked = {leg for leg, _ in parts}
    if not parts or (legs and not legs <= asked):
        raise NotCancellable("there is no such leg that is still yours in this order")
    return parts


def full_refund(order: Order, parts: Iterable[Part]) -> tuple[RefundLine, ...]:
    """Return the lines of parts as they were paid: for what was not carried as promised."""
    wanted = frozenset(parts)
    lines = _lines_of(order, wanted, 100)
    if wanted >= frozenset(order.parts):
        lines += _whole_journey_lines(order, wanted)
    return tuple(lines)


def change_fee(order: Order, rules: AfterSalesRules, at: datetime) -> Money:
    """Return what exchanging an order for another time costs.

    Raises
    ------
    NotCancellable
        If a leg has begun, or it is too late to change one.
    """
    fee = 0
    for leg in sorted({leg for leg, _ in order.parts}):
        rule = rules.of_leg(order.offer.chain.legs[leg])
        latest = order.offer.chain.legs[leg].departure - timedelta(minutes=rule.change_before_min)
        if at > latest:
            when = latest.isoformat(timespec="minutes")
            raise NotCancellable(f"{_name(order, leg)} could be changed until {when}")
        fee += rule.change_fee_minor
    return Money(fee, order.price.currency)


def _step(leg: ChainLeg, rules: AfterSalesRules, at: datetime) -> RefundStep:
    """Return the step that a leg is given back by; a vehicle that was not fetched may be, late."""
    if at >= leg.departure and leg.rental is None:
        name = leg.carrier.line if leg.carrier else leg.mode
        raise NotCancellable(f"{name} from {leg.origin.name} has begun")
    steps = rules.of_leg(leg).steps
    for step in steps:
        if at <= leg.departure - timedelta(minutes=step.before_min):
            return step
    return RefundStep(0, 0)


def _lines_of(order: Order, parts: frozenset[Part] | set[Part], percent: int) -> list[RefundLine]:
    """Return what of the lines of parts is given back: whole cents, rounded in favour of nobody."""
    found = []
    for number, line in enumerate(order.offer.price.lines):
        if line.leg is None or (line.leg, line.passenger) not in parts:
            continue
        left = order.left_of(number)
        share = left.minor * percent // 100 if left.minor >= 0 else -(-left.minor * percent // 100)
        if share:
            found.append(RefundLine(number, Money(share, left.currency)))
    return found


def _whole_journey_lines(order: Order, parts: frozenset[Part]) -> list[RefundLine]:
    passengers = {passenger for _, passenger in parts}
    return [
        RefundLine(number, left)
        for number, line in enumerate(order.offer.price.lines)
        if line.leg is None and line.passenger in passengers
        for left in [order.left_of(number)]
        if left.minor
    ]


def _left_minor(order: Order, part: Part) -> int:
    return sum(
        order.left_of(number).minor
        for number, line in enumerate(order.offer.price.lines)
        if (line.leg, line.passenger) == part
    )


def _name(order: Order, leg: int) -> str:
    carrier = order.offer.chain.legs[leg].carrier
    return carrier.line if carrier else str(order.offer.chain.legs[leg].mode)
