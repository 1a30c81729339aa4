"""Subscriptions: what is paid by the month covers legs, so that less or nothing is asked for them.

Whether a passenger really has one on the day is known where subscriptions are kept; here it is
believed.
"""

from dataclasses import dataclass
from enum import StrEnum

from booking.domain.chain import ChainLeg
from booking.domain.passengers import Passenger, TravelClass
from booking.domain.pricing.products import Quote, QuoteLine, Rule, on, sits_in_first
from booking.domain.pricing.ways import Rides
from booking.domain.tariff import Scope, Tariff, Version


class Kind(StrEnum):
    """What of a leg's price is covered."""

    FARE = "fare"
    SURCHARGE = "surcharge"
    PLAN = "plan"
    """A rental, by its pricing plan."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Some legs, and what of their price a subscription takes over."""

    kinds: frozenset[Kind]
    scope: Scope
    percent: int = 100
    """Of a surcharge or a rental; fares are covered or not. What is left of a cent is asked."""
    up_to_minor: int | None = None
    """At most so much of one surcharge or rental."""
    longest_min: int | None = None
    """Only for legs that take no longer."""

    def holds(self, leg: ChainLeg, kind: Kind) -> bool:
        """Say whether it covers something of a leg."""
        minutes = (leg.arrival - leg.departure).total_seconds() / 60
        in_time = self.longest_min is None or minutes <= self.longest_min
        return kind in self.kinds and in_time and self.scope.holds(leg)

    def off_minor(self, minor: int) -> int:
        """Return what it takes off an amount."""
        share = minor * self.percent // 100
        return share if self.up_to_minor is None else min(share, self.up_to_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Version):
    """One version of a subscription."""

    price_minor: int
    """For a calendar month."""
    covered: tuple[Cover, ...]
    classes: frozenset[TravelClass] = frozenset({TravelClass.SECOND})
    """Classes in which fares are covered."""

    def covers_fare(self, leg: ChainLeg, passenger: Passenger) -> bool:
        """Say whether a passenger rides a leg without a fare."""
        sits_in = TravelClass.FIRST if sits_in_first(passenger, leg) else TravelClass.SECOND
        return sits_in in self.classes and any(one.holds(leg, Kind.FARE) for one in self.covered)

    def off_minor(self, leg: ChainLeg, kind: Kind, minor: int) -> int:
        """Return what it takes off a surcharge or rental of a leg."""
        covers = (one for one in self.covered if one.holds(leg, kind))
        return max((one.off_minor(minor) for one in covers), default=0)

    # As a product that sells rides for nothing:

    @property
    def capped_by(self) -> Tariff | None:
        """None: there is nothing to cap."""
        return None

    @property
    def sells_one_trip(self) -> bool:
        """Each leg is covered or not."""
        return False

    def quote(self, rides: Rides, passenger: Passenger) -> Quote | None:
        """Return a line of zero for each leg, if all are covered."""
        if not all(self.covers_fare(leg, passenger) for _, leg in rides):
            return None
        return Quote(
            tuple(
                QuoteLine(
                    at,
                    Rule.SUBSCRIPTION,
                    0,
                    self.id,
                    f"covered by {self.name}, {passenger.category}, {on(leg)}",
                )
                for at, leg in rides
            )
        )
