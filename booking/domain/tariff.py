"""A tariff: one version of published fares, and the arithmetic on whole cents that it asks for.

Figures never stand here: they are data with their sources (``booking/tariffs``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

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
    """What a category of passengers pays of the full fare."""

    percent: int
    rounding: Rounding

    def apply(self, minor: int) -> int:
        """Return the share of a fare of ``minor`` cents, in whole cents."""
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
class Tariff:
    """One version of a tariff by base price and started crow-fly kilometre."""

    id: str
    version: str
    name: str
    currency: str
    zone: ZoneInfo
    """Time zone in which a day of validity begins and ends."""
    valid_from: date
    valid_until: date | None
    """Last day of validity, or None where none is set."""
    product: str
    product_text: str
    base_minor: int
    per_started_km_minor: int
    categories: Mapping[PassengerCategory, CategoryRule]
    surcharges: Mapping[str, Surcharge] = field(default_factory=dict)
    """By the feed-scoped id of an on-demand service; the others are ridden at the fare alone."""

    @property
    def label(self) -> str:
        """Id and version, as offers name it: ``eezy-westfalen@2021-12``."""
        return f"{self.id}@{self.version}"

    def is_valid(self, at: datetime) -> bool:
        """Say whether trips that start at an aware time are sold by this version."""
        return self.covers(at.astimezone(self.zone).date())

    def covers(self, day: date) -> bool:
        """Say whether a day is one of validity; the last day counts."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def fare_minor(self, category: PassengerCategory, distance_mm: int) -> int:
        """Return what one passenger pays for a trip of a crow-fly distance in millimetres.

        Raises
        ------
        NotOnSale
            If the tariff knows no such passengers.
        """
        rule = self.categories.get(category)
        if rule is None:
            raise NotOnSale(f"the tariff {self.label} has no fare for {category} passengers")
        return rule.apply(self.base_minor + self.per_started_km_minor * started_km(distance_mm))


def started_km(distance_mm: int) -> int:
    """Return the kilometres that a distance has started: 1000 m is one, a millimetre more is two.

    Whole millimetres on purpose: the error of a float geodesic (some nanometres) can never start
    a kilometre, and a point exactly on a kilometre belongs to the one that ends there.
    """
    return -(-distance_mm // MM_PER_KM)


class TariffBook:
    """All versions of all tariffs.

    Raises
    ------
    BadTariff
        If two versions of one tariff are valid on the same day.
    """

    def __init__(self, tariffs: Iterable[Tariff]) -> None:
        self._versions: dict[str, list[Tariff]] = {}
        for tariff in sorted(tariffs, key=lambda tariff: (tariff.id, tariff.valid_from)):
            self._add(tariff)

    def _add(self, tariff: Tariff) -> None:
        versions = self._versions.setdefault(tariff.id, [])
        if versions and versions[-1].covers(tariff.valid_from):
            raise BadTariff(
                f"{versions[-1].label} and {tariff.label} are both valid on {tariff.valid_from}"
            )
        versions.append(tariff)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the tariffs, sorted."""
        return tuple(self._versions)

    def get(self, tariff_id: str, at: datetime) -> Tariff:
        """Return the version that sells trips starting at an aware time.

        Raises
        ------
        BadTariff
            If there is no tariff of that id: a mistake of the installation, not of a rider.
        NotOnSale
            If no version of it is valid then.
        """
        versions = self._versions.get(tariff_id)
        if versions is None:
            raise BadTariff(f"there is no tariff {tariff_id!r}, only {', '.join(self.ids)}")
        for tariff in versions:
            if tariff.is_valid(at):
                return tariff
        day = at.astimezone(versions[0].zone).date()
        raise NotOnSale(f"no version of the tariff {tariff_id} is valid on {day}")
