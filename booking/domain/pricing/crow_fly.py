"""Tariffs by the crow-fly distance: a base price and started kilometres, or a table of steps.

A trip goes from the first boarding to the last alighting: transfers are free, detours cost nothing,
and walks to and from stops do not count. Every passenger pays alone.

**Return trips.** Published: there are no round trips, the trip is split at the farthest transfer
and the parts are summed. A trip counts as one when it ends nearer to its first boarding than
``percent`` of the way to its farthest transfer. With 50 %: who was 10 km away and alights 4 km from
where they boarded pays two trips, split there; who alights 6 km away pays one trip of 6 km. Of
several transfers that are equally far the first counts, and the parts are looked at likewise.

**Long trips.** Where a fare is valid for so many minutes only, a trip whose boarding to alighting
takes longer is sold as several, each as many legs as fit. A single leg is never taken apart.

**First class** costs a share of the fare as a supplement, where there is a train in the trip.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from booking.domain.errors import NotOnSale
from booking.domain.passengers import Passenger, PassengerCategory
from booking.domain.pricing.products import Quote, QuoteLine, Rule, first_class_rides, on
from booking.domain.pricing.ways import Rides, crow_fly_mm, split_by_way, way_mm
from booking.domain.tariff import CategoryRule, Tariff, started_km


class Step(NamedTuple):
    """A row of a table of prices."""

    up_to_km: int
    """Trips of at most so many started kilometres cost ``minor``."""
    minor: int


@dataclass(frozen=True, slots=True)
class ReturnTripRule:
    """When a trip counts as a return trip; see the module."""

    percent: int
    """Of the crow-fly way to the farthest transfer; a trip that ends nearer is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowFlyTariff(Tariff):
    """One version of a tariff by distance."""

    base_minor: int = 0
    """For each trip."""
    per_started_km_minor: int = 0
    """For each started kilometre, or for each after the last step."""
    steps: tuple[Step, ...] = ()
    """Prices up to so many kilometres, rising; they come on top of the base."""
    valid_min: int | None = None
    """Minutes from boarding within which a trip must end, or None."""
    return_trips: ReturnTripRule | None = None
    """None: there is no such rule."""
    first_class: CategoryRule | None = None
    """What first class costs of a passenger's fare beside it; None: the tariff has none."""

    @property
    def capped_by(self) -> Tariff:
        """Itself."""
        return self

    @property
    def sells_one_trip(self) -> bool:
        """A trip is what lies between first boarding and last alighting; nobody takes it apart."""
        return True

    def full_fare_minor(self, distance_mm: int) -> int:
        """Return what a trip of a crow-fly distance costs without any reduction."""
        km = started_km(distance_mm)
        for step in self.steps:
            if km <= step.up_to_km:
                return self.base_minor + step.minor
        last = self.steps[-1] if self.steps else Step(0, 0)
        beyond = self.per_started_km_minor * (km - last.up_to_km)
        return self.base_minor + last.minor + beyond

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
        return rule.apply(self.full_fare_minor(distance_mm))

    def quote(self, rides: Rides, passenger: Passenger) -> Quote | None:
        """Return the fare of a run, split among its legs by their distances."""
        if passenger.category not in self.categories:
            return None
        if not all(self.scope.holds(leg) for _, leg in rides):
            return None
        trips = trips_of(rides, self)
        return Quote(tuple(line for trip in trips for line in self._lines(trip, passenger)))

    def _lines(self, trip: Rides, passenger: Passenger) -> Iterator[QuoteLine]:
        distance_mm = way_mm(trip)
        fare = self.fare_minor(passenger.category, distance_mm)
        what = f"{self.product_text}, {passenger.category}"
        km = f"{what}, {started_km(distance_mm)} km"
        for (at, leg), minor in zip(trip, split_by_way(fare, trip), strict=True):
            yield QuoteLine(at, Rule.FARE, minor, self.product_id, f"{km}, {on(leg)}")
        first = first_class_rides(trip, passenger)
        if self.first_class is None or not first:
            return
        supplement = self.first_class.apply(fare)
        for (at, leg), minor in zip(first, split_by_way(supplement, first), strict=True):
            text = f"{what}, first class, {on(leg)}"
            yield QuoteLine(at, Rule.FIRST_CLASS, minor, self.product_id, text)


def trips_of(rides: Rides, tariff: CrowFlyTariff) -> list[Rides]:
    """Return the trips as which a tariff sells a run: one, unless it is long or a return trip."""
    return [
        trip
        for part in _in_time(rides, tariff.valid_min)
        for trip in _one_way(part, tariff.return_trips)
    ]


def _in_time(rides: Rides, valid_min: int | None) -> list[Rides]:
    """Split a run into parts that end in time, each as long as it can be."""
    if valid_min is None:
        return [rides]
    parts: list[list[int]] = []
    for i, (_, leg) in enumerate(rides):
        lasts = leg.arrival - rides[parts[-1][0]][1].departure if parts else None
        if lasts is None or lasts > timedelta(minutes=valid_min):
            parts.append([])
        parts[-1].append(i)
    return [rides[part[0] : part[-1] + 1] for part in parts]


def _one_way(rides: Rides, rule: ReturnTripRule | None) -> list[Rides]:
    """Split a return trip at its farthest transfer, and its parts likewise."""
    cut = None if rule is None else _turning_point(rides, rule)
    if cut is None:
        return [rides]
    return [*_one_way(rides[:cut], rule), *_one_way(rides[cut:], rule)]


def _turning_point(rides: Rides, rule: ReturnTripRule) -> int | None:
    """Return the number of legs before the farthest transfer, or None for a one-way trip."""
    if len(rides) < 2:
        return None
    start = rides[0][1].origin
    away = [crow_fly_mm(start, leg.destination) for _, leg in rides[:-1]]
    farthest = max(away)
    if way_mm(rides) * 100 >= farthest * rule.percent:
        return None
    return away.index(farthest) + 1
