"""What sells rides: one protocol, whatever the kind of tariff.

A *run* is a row of ride legs that one product sells together. Each product says what a run costs a
passenger, or that it does not sell it; ``booking.domain.pricing.best`` chooses.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from booking.domain.chain import ChainLeg, LegMode
from booking.domain.offers import REDUCED_VAT_PERMILLE
from booking.domain.passengers import Passenger, TravelClass
from booking.domain.pricing.ways import Rides
from booking.domain.tariff import Tariff

MODES_WITH_CLASSES: Final = frozenset({LegMode.RAIL})
"""Where there is a first class to sit in."""


class Rule(StrEnum):
    """Rules by which lines of a price come about: ``PriceLine.rule``."""

    FARE = "fare"
    FIRST_CLASS = "first-class"
    """What first class costs beside the fare."""
    CAP_24H = "cap-24h"
    """Below zero: what the cap of 24 hours takes off the fare."""
    CAP_24H_FIRST = "cap-24h-first"
    """Below zero: what the first-class cap of 24 hours takes off the supplement."""
    CAP_MONTH = "cap-month"
    """Below zero: what the cap of the month takes off the fare."""
    SUBSCRIPTION = "subscription"
    """Zero: the subscription that the line names covers the fare of the leg."""
    SURCHARGE = "surcharge"
    SUBSCRIPTION_SURCHARGE = "subscription-surcharge"
    """Below zero: what a subscription takes off the surcharge."""
    BICYCLE = "bicycle"
    CAP_24H_BICYCLE = "cap-24h-bicycle"
    """Below zero: the bicycle was paid within 24 hours."""
    PLAN = "plan"
    """A rental, by its pricing plan."""
    SUBSCRIPTION_PLAN = "subscription-plan"
    """Below zero: what a subscription takes off the rental."""


class QuoteLine(NamedTuple):
    """What one passenger pays for one leg by one rule, before caps."""

    leg: int
    """Position in the chain."""
    rule: str
    minor: int
    """Not below zero."""
    product: str
    """Id of the product, as price lines name it."""
    text: str
    """Product, category and what it was reckoned by, in plain words."""
    vat_permille: int = REDUCED_VAT_PERMILLE


class Quote(NamedTuple):
    """What a product asks of a passenger for a run: every leg of it has a line."""

    lines: tuple[QuoteLine, ...]

    @property
    def supplement_minor(self) -> int:
        """What first class costs beside the fare."""
        return sum(line.minor for line in self.lines if line.rule == Rule.FIRST_CLASS)

    @property
    def fare_minor(self) -> int:
        """What is asked without the supplement for first class."""
        return sum(line.minor for line in self.lines) - self.supplement_minor


class FareProduct(Protocol):
    """Something that sells rides."""

    @property
    def label(self) -> str:
        """What offers and receipts name it: id and version."""
        ...

    @property
    def currency(self) -> str:
        """In which it is paid."""
        ...

    @property
    def capped_by(self) -> Tariff | None:
        """The tariff whose caps hold for it, or None."""
        ...

    @property
    def sells_one_trip(self) -> bool:
        """Whether legs that follow each other are one trip of it, which nobody may take apart."""
        ...

    def quote(self, rides: Rides, passenger: Passenger) -> Quote | None:
        """Return what a run costs a passenger, or None if it is not sold to them."""
        ...


def sits_in_first(passenger: Passenger, leg: ChainLeg) -> bool:
    """Say whether a passenger rides in first class on a leg."""
    return passenger.travel_class is TravelClass.FIRST and leg.mode in MODES_WITH_CLASSES


def first_class_rides(rides: Rides, passenger: Passenger) -> Sequence[tuple[int, ChainLeg]]:
    """Return the legs on which a passenger rides in first class."""
    return [(at, leg) for at, leg in rides if sits_in_first(passenger, leg)]


def on(leg: ChainLeg) -> str:
    """Return a leg in plain words, as texts of lines end: ``X90 (RVM)``."""
    carrier = leg.carrier
    return leg.mode.lower() if carrier is None else f"{carrier.line} ({carrier.agency_name})"
