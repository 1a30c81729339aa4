"""Tariffs with one price, however far: a single ride, a trip, or all rides of a day.

A day ticket is a flat tariff whose cap of 24 hours is its price: further rides within 24 hours are
free by the cap, in the same order and in later ones.
"""

from dataclasses import dataclass
from enum import StrEnum

from booking.domain.passengers import Passenger
from booking.domain.pricing.products import Quote, QuoteLine, Rule, first_class_rides, on
from booking.domain.pricing.ways import Rides, split_by_way
from booking.domain.tariff import Tariff


class Per(StrEnum):
    """What is paid once."""

    RIDE = "ride"
    """Each leg costs the price."""
    TRIP = "trip"
    """All legs from the first boarding to the last alighting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatTariff(Tariff):
    """One version of a tariff by one price."""

    price_minor: int
    """What an adult pays; ``categories`` say who else pays which share."""
    per: Per = Per.TRIP

    @property
    def capped_by(self) -> Tariff:
        """Itself."""
        return self

    @property
    def sells_one_trip(self) -> bool:
        """Legs that follow each other cost the same apart or together."""
        return False

    def quote(self, rides: Rides, passenger: Passenger) -> Quote | None:
        """Return the price of a run; there is none for first class, which it does not sell."""
        rule = self.categories.get(passenger.category)
        if rule is None or not all(self.scope.holds(leg) for _, leg in rides):
            return None
        if first_class_rides(rides, passenger) or (self.per is Per.RIDE and len(rides) > 1):
            return None
        parts = split_by_way(rule.apply(self.price_minor), rides)
        return Quote(
            tuple(
                QuoteLine(
                    at,
                    Rule.FARE,
                    minor,
                    self.product_id,
                    f"{self.product_text}, {passenger.category}, {on(leg)}",
                )
                for (at, leg), minor in zip(rides, parts, strict=True)
            )
        )
