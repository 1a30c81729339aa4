"""Which rules of GTFS-Fares v2 a leg of a chain can be ridden by.

Legs that a join rule joins are one *effective fare leg*: areas and times are those of its ends, and
a rule that names a network fits only if all of its legs are of that one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.domain.chain import ChainLeg
from booking.domain.fare_prices import Prices
from routing.fares.tables import FareProduct, FareTables, JoinRule, LegRule, Timeframe

PlacedLeg = tuple[int, ChainLeg]
"""A leg with its position in the chain."""


@dataclass(frozen=True, slots=True)
class EffectiveLeg:
    """Legs that fares take for one."""

    legs: tuple[PlacedLeg, ...]

    @property
    def first(self) -> ChainLeg:
        """The leg at whose beginning the rider boards."""
        return self.legs[0][1]

    @property
    def last(self) -> ChainLeg:
        """The leg at whose end the rider alights."""
        return self.legs[-1][1]


class Option(NamedTuple):
    """One way to pay for a leg."""

    rule: LegRule
    price: FareProduct

    @property
    def order(self) -> tuple[int, str]:
        """The cheapest comes first; of equal ones, any, but always the same."""
        return self.price.amount_minor, self.rule.id


class Event(NamedTuple):
    """Where and when a fare begins or ends."""

    at: datetime
    stop_id: str


@dataclass(frozen=True, slots=True)
class FareClock:
    """Tells in which timeframes a moment is."""

    tables: FareTables
    zone: ZoneInfo
    is_service_day: Callable[[str, date], bool]

    def fits(self, rule: LegRule, start: Event, end: Event) -> bool:
        """Say whether a leg begins and ends in the timeframes that a rule names."""
        named = (rule.from_timeframe_group_id, start), (rule.to_timeframe_group_id, end)
        return all(not group_id or self.is_in(group_id, event) for group_id, event in named)

    def is_in(self, group_id: str, event: Event) -> bool:
        """Say whether a moment is in a group of timeframes, by the clocks at its stop.

        The day is that of the clocks, also for a trip that began the day before.
        """
        own = self.tables.stop_zones.get(event.stop_id)
        local = event.at.astimezone(ZoneInfo(own) if own else self.zone)
        second = 3600 * local.hour + 60 * local.minute + local.second
        return any(
            self._holds(frame, second, local.date())
            for frame in self.tables.index.timeframes.get(group_id, ())
        )

    def _holds(self, frame: Timeframe, second: int, day: date) -> bool:
        is_time = frame.start_s <= second < frame.end_s
        return is_time and self.is_service_day(frame.service_id, day)


def effective_legs(tables: FareTables, legs: Iterable[PlacedLeg]) -> list[EffectiveLeg]:
    """Return legs, joined where a rule joins them; a leg of no timetable stays alone."""
    groups: list[list[PlacedLeg]] = []
    for placed in legs:
        if groups and _are_joined(tables, groups[-1][-1][1], placed[1]):
            groups[-1].append(placed)
        else:
            groups.append([placed])
    return [EffectiveLeg(tuple(group)) for group in groups]


def options_of(
    tables: FareTables, leg: EffectiveLeg, prices: Prices, clock: FareClock
) -> list[Option]:
    """Return the ways to pay for a leg, the cheapest of each leg group; empty: no known fare.

    Of the rules that fit, those of the highest priority count, also where their product has no
    price for the passenger.
    """
    fitting = fitting_rules(tables, leg, clock)
    highest = max((rule.priority for rule in fitting), default=0)
    options = [
        Option(rule, prices[rule.fare_product_id])
        for rule in fitting
        if rule.priority == highest and rule.fare_product_id in prices
    ]
    cheapest: dict[str, Option] = {}
    for option in sorted(options, key=lambda option: option.order):
        cheapest.setdefault(option.rule.leg_group_id, option)
    return list(cheapest.values())


def fitting_rules(tables: FareTables, leg: EffectiveLeg, clock: FareClock) -> Sequence[LegRule]:
    """Return the rules that fit networks, areas and times of a leg."""
    rides = [each.ride for _, each in leg.legs]
    if not all(ride is not None and _is_of(tables, ride.route_id) for ride in rides):
        return ()
    networks = {tables.route_networks.get(ride.route_id, "") for ride in rides if ride is not None}
    board, alight = leg.first.origin.stop_id or "", leg.last.destination.stop_id or ""
    found = tables.index.leg_rules(
        networks, tables.stop_areas.get(board, ()), tables.stop_areas.get(alight, ())
    )
    start, end = Event(leg.first.departure, board), Event(leg.last.arrival, alight)
    return [rule for rule in found if clock.fits(rule, start, end)]


def _is_of(tables: FareTables, route_id: str) -> bool:
    return route_id.startswith(f"{tables.scope}:")


def _are_joined(tables: FareTables, before: ChainLeg, after: ChainLeg) -> bool:
    """Say whether a rule joins two legs; without stops in the rule, only within one station."""
    routes = [leg.ride.route_id for leg in (before, after) if leg.ride is not None]
    if len(routes) < 2 or not all(_is_of(tables, route) for route in routes):
        return False
    networks = [tables.route_networks.get(route, "") for route in routes]
    alighted = _places(tables, before.destination.stop_id)
    boarded = _places(tables, after.origin.stop_id)
    return any(_joins(rule, networks, alighted, boarded) for rule in tables.join_rules)


def _joins(
    rule: JoinRule, networks: Sequence[str], alighted: Sequence[str], boarded: Sequence[str]
) -> bool:
    named = (rule.from_network_id, rule.to_network_id)
    if any(name not in ("", network) for name, network in zip(named, networks, strict=True)):
        return False
    if rule.from_stop_id:
        return rule.from_stop_id in alighted and rule.to_stop_id in boarded
    return alighted[-1:] == boarded[-1:] != ()


def _places(tables: FareTables, stop_id: str | None) -> tuple[str, ...]:
    """Return a stop, and its station if it has one."""
    if stop_id is None:
        return ()
    station = tables.stations.get(stop_id)
    return (stop_id,) if station is None else (stop_id, station)
