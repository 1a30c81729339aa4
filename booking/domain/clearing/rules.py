"""Who gets which part of a line of a price, and what is added to it or kept of it. Rules are data.

A line goes to its own agency unless a split rule takes it. The first rule that matches is the one;
what matches is said by patterns of shell style (``eezy-westfalen/*``).

Invariant: the version that holds on the day of the journey decides, for the sale as for whatever
comes of it later; a version is never edited after a journey of its days was sold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from booking.domain.chain import Chain, ChainLeg
from booking.domain.errors import BookingError
from booking.domain.offers import FULL_VAT_PERMILLE, PriceLine

WHOLE_PERMILLE: Final = 1000


class BadRules(BookingError):  # noqa: N818 - named after what it is
    """Clearing rules that cannot be used; names the file and the field."""


class SplitMethod(StrEnum):
    """By what a line is shared out."""

    SHARES = "shares"
    """Fixed shares."""
    PASSENGER_KM = "passenger_km"
    """The metres that are ridden with each operator of the chain."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a rule is about. An empty tuple matches everything; an empty pattern what has none."""

    products: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    """Feed-scoped ids of routes, on-demand services or sharing systems."""

    def matches(self, product: str, agency_id: str | None, route_id: str | None) -> bool:
        """Say whether the rule is about a line of this product, agency and route."""
        return (
            _matches(self.products, product)
            and _matches(self.agencies, agency_id)
            and _matches(self.routes, route_id)
        )


@dataclass(frozen=True, slots=True)
class SplitRule:
    """How lines of some products are shared out."""

    id: str
    about: Pattern
    method: SplitMethod
    shares: Mapping[str, int]
    """Permille by feed-scoped agency, for ``SHARES``; they add up to 1000."""


@dataclass(frozen=True, slots=True)
class CommissionRule:
    """What kommit keeps of an operator's revenue, for selling it; its VAT is kept beside it."""

    id: str
    about: Pattern
    permille: int
    """Of the revenue without VAT, to the nearest cent, halves up."""
    vat_permille: int = FULL_VAT_PERMILLE

    def of(self, net_minor: int) -> tuple[int, int]:
        """Return the commission on an amount, and the VAT on it."""
        kept = _permille(net_minor, self.permille)
        return kept, _permille(kept, self.vat_permille)


@dataclass(frozen=True, slots=True)
class SubsidyRule:
    """What a county adds to an operator's revenue."""

    id: str
    about: Pattern
    county: str
    per_passenger_minor: int = 0
    """For every passenger and leg that was ridden."""
    per_ride_minor: int = 0
    """For every order and leg that was ridden, however many passengers it has."""
    month_minor: int | None = None
    """Tops up the revenue of ``agency_id`` in a month to this amount, without VAT."""
    agency_id: str | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one version."""

    version: str
    valid_from: date
    valid_until: date | None = None
    splits: tuple[SplitRule, ...] = ()
    commissions: tuple[CommissionRule, ...] = ()
    subsidies: tuple[SubsidyRule, ...] = ()
    refund_fee_vat_permille: int = FULL_VAT_PERMILLE
    """Rate of the VAT in the fee that is kept of a refund."""

    def covers(self, day: date) -> bool:
        """Say whether a day is one of validity; the last day counts."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def weights(
        self, line: PriceLine, chain: Chain | None
    ) -> tuple[tuple[tuple[str | None, int], ...], str]:
        """Return by which weights a line is shared out among agencies, and by which rule."""
        route = route_of(chain, line.leg)
        for rule in self.splits:
            if rule.about.matches(line.product, line.agency_id, route):
                weights = rule.shares if rule.method is SplitMethod.SHARES else ridden_m(chain)
                if weights:
                    return tuple(weights.items()), f"{rule.id}@{self.version}"
        return ((line.agency_id, 1),), ""

    def commission(
        self, product: str, agency_id: str | None, route_id: str | None
    ) -> CommissionRule | None:
        """Return what is kept of an operator's revenue, or None."""
        matching = (r for r in self.commissions if r.about.matches(product, agency_id, route_id))
        return next(matching, None)

    def ride_subsidies(self, leg: ChainLeg) -> Sequence[SubsidyRule]:
        """Return what is added for a leg that was ridden."""
        agency = leg.carrier.agency_id if leg.carrier else None
        return [
            rule
            for rule in self.subsidies
            if rule.month_minor is None and rule.about.matches("", agency, route_id_of(leg))
        ]


EMPTY: Final = RuleSet("none", date.min)


class ClearingRules:
    """All versions of an installation's rules.

    Raises
    ------
    BadRules
        If two versions hold on the same day.
    """

    def __init__(self, versions: Iterable[RuleSet] = ()) -> None:
        self._versions = sorted(versions, key=lambda rules: rules.valid_from)
        for earlier, later in zip(self._versions, self._versions[1:], strict=False):
            if earlier.covers(later.valid_from):
                raise BadRules(
                    f"the versions {earlier.version} and {later.version} of the clearing rules "
                    f"both hold on {later.valid_from}"
                )

    def on(self, day: date) -> RuleSet:
        """Return the rules of a day; where none hold, every line is its agency's."""
        return next((rules for rules in self._versions if rules.covers(day)), EMPTY)


def route_id_of(leg: ChainLeg) -> str | None:
    """Return the route, on-demand service or sharing system of a leg."""
    if leg.ride is not None:
        return leg.ride.route_id
    if leg.shuttle is not None:
        return leg.shuttle.service_id
    return leg.rental.system_id if leg.rental is not None else None


def route_of(chain: Chain | None, leg: int | None) -> str | None:
    """Return the route of the leg at a position, or None for the journey as a whole."""
    return None if chain is None or leg is None else route_id_of(chain.legs[leg])


def ridden_m(chain: Chain | None) -> Mapping[str, int]:
    """Return the metres that are ridden with each operator."""
    metres: dict[str, int] = {}
    for leg in chain.rides if chain else ():
        if leg.carrier is not None:
            agency = leg.carrier.agency_id
            metres[agency] = metres.get(agency, 0) + leg.distance_m
    return metres


def _matches(patterns: Sequence[str], value: str | None) -> bool:
    return not patterns or any(fnmatchcase(value or "", pattern) for pattern in patterns)


def _permille(minor: int, permille: int) -> int:
    """Return so many permille of an amount, to the nearest cent, halves away from zero."""
    share = (2 * abs(minor) * permille + WHOLE_PERMILLE) // (2 * WHOLE_PERMILLE)
    return share if minor >= 0 else -share
