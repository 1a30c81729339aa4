"""What tariffs are made of: versions with days of validity, shares, caps, and where they hold.

Figures never stand here: they are data with their sources (``booking/tariffs``). What a tariff
makes of them is in ``booking.domain.pricing``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from booking.domain.chain import ChainLeg, LegMode
from booking.domain.errors import BookingError, NotOnSale
from booking.domain.passengers import PassengerCategory

MM_PER_KM: Final = 1_000_000


class BadTariff(BookingError):  # noqa: N818 - named after what it is
    """Tariff data that cannot be used; names the file and the field."""


class Rounding(StrEnum):
    """What becomes of a fraction of a cent."""

    HALF_UP = "half_up"
    """To the nearest cent, and up in the middle, as merchants do."""
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """A share of an amount, and how it becomes whole cents: what children pay, or first class."""

    percent: int
    rounding: Rounding

    def apply(self, minor: int) -> int:
        """Return the share of a fare of ``minor`` cents, not below zero, in whole cents."""
        cents, hundredths = divmod(minor * self.percent, 100)
        if self.rounding is Rounding.HALF_UP:
            return cents + (hundredths >= 50)
        return cents + (self.rounding is Rounding.UP and hundredths > 0)


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What an on-demand service costs beside the fare."""

    per_ride_minor: int
    """For each passenger and each ride with it, whatever the category."""
    no_show_minor: int = 0
    """For a ride that the rider did not turn up for; said to riders, not part of any price."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What fares of one passenger sum to at most; None: no cap. Whole minor units."""

    per_24h: int | None = None
    """Within any 24 hours, second class."""
    per_24h_first: int | None = None
    """Within any 24 hours, first class: fares and supplements. None: supplements have no cap."""
    per_month: int | None = None
    """Within a calendar month of the tariff's time zone: fares without supplements."""

    def share(self, rule: CategoryRule) -> "Caps":
        """Return the caps of a category: its share of the full ones."""
        return Caps(
            *(
                None if minor is None else rule.apply(minor)
                for minor in (self.per_24h, self.per_24h_first, self.per_month)
            )
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """Which legs something is for: those that every list which is not None allows.

    Routes are of the timetable, services are on demand, systems rent vehicles out; so a scope with
    ``routes`` holds no shuttle and no rental. All ids but those of systems are feed-scoped.
    """

    modes: frozenset[LegMode] | None = None
    agencies: frozenset[str] | None = None
    routes: frozenset[str] | None = None
    services: frozenset[str] | None = None
    systems: frozenset[str] | None = None

    def holds(self, leg: ChainLeg) -> bool:
        """Say whether a leg is in it."""
        carrier = leg.carrier
        return (
            _allows(self.modes, leg.mode)
            and _allows(self.agencies, carrier.agency_id if carrier else None)
            and _allows(self.routes, leg.ride.route_id if leg.ride else None)
            and _allows(self.services, leg.shuttle.service_id if leg.shuttle else None)
            and _allows(self.systems, leg.rental.system_id if leg.rental else None)
        )


EVERYWHERE: Final = Scope()


def _allows(known: frozenset[str] | frozenset[LegMode] | None, one: str | None) -> bool:
    return known is None or one in known


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of something that is sold for days from one to another."""

    id: str
    version: str
    name: str
    currency: str
    zone: ZoneInfo
    """Time zone in which days and months begin and end."""
    valid_from: date
    valid_until: date | None
    """Last day of validity, or None where none is set."""

    @property
    def label(self) -> str:
        """Id and version, as offers name it: ``eezy-westfalen@2026-01``."""
        return f"{self.id}@{self.version}"

    def is_valid(self, at: datetime) -> bool:
        """Say whether trips that start at an aware time are sold by this version."""
        return self.covers(at.astimezone(self.zone).date())

    def covers(self, day: date) -> bool:
        """Say whether a day is one of validity; the last day counts."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff(Version):
    """One version of a tariff: what every kind of it has. How it prices rides is its kind's."""

    product: str
    product_text: str
    """The product in plain words, as riders read it."""
    categories: Mapping[PassengerCategory, CategoryRule]
    scope: Scope = EVERYWHERE
    """The rides that it sells."""
    caps: Caps = Caps()
    bicycle_minor: int | None = None
    """What a bicycle costs for 24 hours, beside all caps; None: the tariff says nothing on it."""
    surcharges: Mapping[str, Surcharge] = field(default_factory=dict)
    """By the feed-scoped id of an on-demand service; the others are ridden at the fare alone."""

    @property
    def product_id(self) -> str:
        """The product as price lines name it: ``eezy-westfalen/single``."""
        return f"{self.id}/{self.product}"

    def caps_of(self, category: PassengerCategory) -> Caps:
        """Return the caps of a passenger: children have their share of them."""
        rule = self.categories.get(category)
        return Caps() if rule is None else self.caps.share(rule)


def started_km(distance_mm: int) -> int:
    """Return the kilometres that a distance has started: 1000 m is one, a millimetre more is two.

    Whole millimetres on purpose: the error of a float geodesic (some nanometres) can never start
    a kilometre, and a point exactly on a kilometre belongs to the one that ends there.
    """
    return -(-distance_mm // MM_PER_KM)


V = TypeVar("V", bound=Version)


class VersionBook(Generic[V]):
    """All versions of everything of a kind.

    Parameters
    ----------
    what
        What they are, for messages: ``tariff``.

    Raises
    ------
    BadTariff
        If two versions of one thing are valid on the same day.
    """

    def __init__(self, versions: Iterable[V], what: str = "tariff") -> None:
        self._what = what
        self._versions: dict[str, list[V]] = {}
        for version in sorted(versions, key=lambda one: (one.id, one.valid_from)):
            self._add(version)

    def _add(self, version: V) -> None:
        versions = self._versions.setdefault(version.id, [])
        if versions and versions[-1].covers(version.valid_from):
            raise BadTariff(
                f"{versions[-1].label} and {version.label} are both valid on {version.valid_from}"
            )
        versions.append(version)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, sorted."""
        return tuple(self._versions)

    def get(self, version_id: str, at: datetime) -> V:
        """Return the version that sells trips starting at an aware time.

        Raises
        ------
        BadTariff
            If there is nothing of that id: a mistake of the installation, not of a rider.
        NotOnSale
            If no version of it is valid then.
        """
        versions = self._versions.get(version_id)
        if versions is None:
            known = ", ".join(self.ids) or "none"
            raise BadTariff(f"there is no {self._what} {version_id!r}, only {known}")
        for version in versions:
            if version.is_valid(at):
                return version
        day = at.astimezone(versions[0].zone).date()
        raise NotOnSale(f"no version of the {self._what} {version_id} is valid on {day}")
