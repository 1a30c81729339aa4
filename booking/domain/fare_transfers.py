"""The cheapest way to pay for legs one after the other, by the transfer rules of GTFS-Fares v2.

A transfer for which there is a rule is charged by it, dearer or cheaper: riders do not choose. What
they choose is a product of each leg, and of several rules of one transfer the cheaper one. Legs
without a rule between them are paid one by one; the next leg begins a new sub-journey. The S of the
reference is what was paid so far: of a first transfer of type 2 (AB), S without A.

The search keeps, for each leg, the cheapest way to each state; a state says all that later rules
can ask for. O(legs · states · rules of one transfer).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import product
from math import inf
from types import MappingProxyType
from typing import Final, NamedTuple

from booking.domain.fare_legs import EffectiveLeg, Option
from booking.domain.fare_prices import Prices
from routing.fares.tables import (
    UNLIMITED,
    DurationLimitType,
    FareProduct,
    FareTables,
    TransferRule,
    TransferType,
)


class Step(NamedTuple):
    """How one leg is paid."""

    option: Option
    rule: TransferRule | None = None
    """The rule of the transfer to this leg, or None."""
    product: FareProduct | None = None
    """What the transfer costs; None: nothing."""

    @property
    def transfer_minor(self) -> int:
        """What the transfer costs."""
        return self.product.amount_minor if self.product else 0

    @property
    def order(self) -> tuple[str, str]:
        """Decides between ways of one price."""
        return self.option.rule.id, self.rule.id if self.rule else ""


class State(NamedTuple):
    """What later transfers ask of a way to pay."""

    group: str
    """Leg group of the last leg."""
    is_first: bool
    """Whether the last leg is paid on its own, without a transfer to it."""
    run: tuple[str, str] | None = None
    """The leg groups of the rule that the last transfers were made by, if it can be repeated."""
    run_start: int = 0
    """The leg at which its transfers began."""
    run_count: int = 0


class Way(NamedTuple):
    """How the legs so far are paid."""

    total_minor: int
    steps: tuple[Step, ...]

    @property
    def order(self) -> tuple[int, list[tuple[str, str]]]:
        """The cheapest comes first; of equal ones, any, but always the same."""
        return self.total_minor, [step.order for step in self.steps]


class Payer(NamedTuple):
    """What is given of a journey: its legs, and what the passenger pays for products."""

    tables: FareTables
    legs: Sequence[EffectiveLeg]
    prices: Prices

    def cheapest_way(self, options: Sequence[Sequence[Option]]) -> Way:
        """Return the cheapest way to pay for all legs; ``options`` has some for each of them."""
        ways = {
            State(option.rule.leg_group_id, is_first=True): Way(
                option.price.amount_minor, (Step(option),)
            )
            for option in options[0]
        }
        for at, of_leg in enumerate(options[1:], start=1):
            found: dict[State, Way] = {}
            for (state, way), option in product(ways.items(), of_leg):
                for next_state, next_way in self._next(at, state, way, option):
                    known = found.get(next_state)
                    if known is None or next_way.order < known.order:
                        found[next_state] = next_way
            ways = found
        return min(ways.values(), key=lambda way: way.order)

    def _next(self, at: int, state: State, way: Way, option: Option) -> Iterator[tuple[State, Way]]:
        """Yield how a way goes on with the leg ``at``."""
        group = option.rule.leg_group_id
        rules = self._rules(at, state, group)
        if not rules:
            total = way.total_minor + option.price.amount_minor
            yield State(group, is_first=True), Way(total, (*way.steps, Step(option)))
        for rule in rules:
            step = Step(option, rule, self.prices.get(rule.fare_product_id))
            total = way.total_minor + step.transfer_minor
            if rule.type is TransferType.BOTH_LEGS:
                total += option.price.amount_minor
            elif rule.type is TransferType.TRANSFER_ONLY and state.is_first:
                total -= way.steps[-1].option.price.amount_minor
            start, count = _run(at, state, rule)
            run = State(group, False, rule.key, start, count) if _repeats(rule) else None
            yield run or State(group, is_first=False), Way(total, (*way.steps, step))

    def _rules(self, at: int, state: State, group: str) -> list[TransferRule]:
        """Return the rules by which the transfer to the leg ``at`` is charged.

        Of those whose limits hold, the ones for the fewest transfers count.
        """
        fitting = [
            rule
            for rule in self.tables.index.transfer_rules(state.group, group)
            if self._is_sold(rule) and self._holds(at, state, rule)
        ]
        fewest = min(map(_capacity, fitting), default=0)
        return [rule for rule in fitting if _capacity(rule) == fewest]

    def _is_sold(self, rule: TransferRule) -> bool:
        return not rule.fare_product_id or rule.fare_product_id in self.prices

    def _holds(self, at: int, state: State, rule: TransferRule) -> bool:
        start, count = _run(at, state, rule)
        if count > _capacity(rule):
            return False
        if rule.duration_limit_s is None or rule.duration_limit_type is None:
            return True
        begin, end = _SPANS[rule.duration_limit_type]
        taken = end(self.legs[at]) - begin(self.legs[start])
        return taken.total_seconds() <= rule.duration_limit_s


def _repeats(rule: TransferRule) -> bool:
    """Say whether a rule is for several transfers in a row: its two leg groups are the same."""
    return rule.from_leg_group_id == rule.to_leg_group_id


def _run(at: int, state: State, rule: TransferRule) -> tuple[int, int]:
    """Return the leg at which the transfers by a rule begin, and the how many-th this one is."""
    if _repeats(rule) and state.run == rule.key:
        return state.run_start, state.run_count + 1
    return at - 1, 1


def _capacity(rule: TransferRule) -> float:
    return inf if rule.transfer_count == UNLIMITED else rule.transfer_count


def _departure(leg: EffectiveLeg) -> datetime:
    return leg.first.departure


def _arrival(leg: EffectiveLeg) -> datetime:
    return leg.last.arrival


_Moment = Callable[[EffectiveLeg], datetime]
_SPANS: Final[Mapping[DurationLimitType, tuple[_Moment, _Moment]]] = MappingProxyType(
    {
        DurationLimitType.DEPARTURE_TO_ARRIVAL: (_departure, _arrival),
        DurationLimitType.DEPARTURE_TO_DEPARTURE: (_departure, _departure),
        DurationLimitType.ARRIVAL_TO_DEPARTURE: (_arrival, _departure),
        DurationLimitType.ARRIVAL_TO_ARRIVAL: (_arrival, _arrival),
    }
)
"""At which moment of the first leg a limit begins, and at which of the last it ends."""
