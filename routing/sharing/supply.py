"""Shared vehicles of one moment: systems, stations, vehicles, zones and prices. Names as in GBFS.

Immutable: a poll makes another ``Supply``, which replaces the one before as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing.street.profile import Profile

Ring = tuple[tuple[float, float], ...]
"""Closed line of (lat, lon), first point = last."""
Polygon = tuple[Ring, ...]
"""Outer ring, then holes."""


class ReturnConstraint(StrEnum):
    """Where a rental may end (GBFS ``return_constraint``)."""

    FREE_FLOATING = "free_floating"
    ROUNDTRIP_STATION = "roundtrip_station"
    ANY_STATION = "any_station"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class VehicleType:
    """A kind of vehicle of one system."""

    id: str
    name: str
    form_factor: str
    """As in GBFS: ``bicycle``, ``cargo_bicycle``, ``scooter_standing``, ``car``, ..."""
    propulsion: str
    """As in GBFS: ``human``, ``electric_assist``, ``electric``, ``combustion``, ..."""
    profile: Profile
    """The street network it uses."""
    return_constraint: ReturnConstraint
    max_range_m: int | None = None
    """On a full battery; None where no battery limits it."""
    plan: str | None = None
    """Id of its pricing plan."""


@dataclass(frozen=True, slots=True)
class Station:
    """A place with docks or a box, or a virtual station."""

    id: str
    """Within its system."""
    name: str
    lat: float
    lon: float
    is_renting: bool = True
    is_returning: bool = True
    capacity: int | None = None
    area: tuple[Polygon, ...] = ()
    """Where vehicles of a virtual station may stand; none: at its point."""
    available: Mapping[str, int] = field(default_factory=dict)
    """Vehicles that can be rented now by vehicle type id."""
    docks: Mapping[str, int] | None = None
    """Free docks by vehicle type id, ``""`` for any type; None: any number may be returned."""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle that can be rented now (others are left out)."""

    id: str
    """Within its system; may rotate after each rental."""
    type: str
    lat: float
    lon: float
    station: str | None = None
    """Station it stands at; it is counted there in ``available``, too."""
    home_station: str | None = None
    """To which it must be returned, if any."""
    range_m: int | None = None
    """What its battery allows now; None: unknown or not limited."""
    plan: str | None = None
    """Its own pricing plan, before its type's."""
    available_until: int | None = None
    """Unix second at which it must be back."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A span in which a reserve-ahead vehicle is free (GBFS ``vehicle_availability``, 3.1)."""

    vehicle: str
    type: str
    station: str
    start: int
    """Unix second."""
    end: int | None
    """Unix second, or None: open."""
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A geofencing zone; of several that hold a point, the first in the system's list decides."""

    polygons: tuple[Polygon, ...]
    types: frozenset[str] | None = None
    """Vehicle type ids the rule is for; None: all."""
    start_allowed: bool = True
    end_allowed: bool = True
    through_allowed: bool = True
    max_speed_mps: float | None = None
    station_parking: bool = False
    """Rentals may end here at stations only."""
    start: int | None = None
    """Unix second from which the rule holds."""
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """One row of a pricing plan's ``per_min_pricing`` or ``per_km_pricing``."""

    start: int
    """Minute or kilometre from which it is charged."""
    rate_milli: int
    """Thousandths of a minor unit per ``interval``."""
    interval: int
    """Minutes or kilometres; each started one is charged. 0: once, at ``start``."""
    end: int | None = None


@dataclass(frozen=True, slots=True)
class FareCap:
    """At most this for so many minutes of a rental (GBFS ``fare_capping``, 3.1)."""

    duration_min: int
    """At least 1."""
    minor: int


@dataclass(frozen=True, slots=True)
class PricingPlan:
    """What a rental costs (GBFS ``system_pricing_plans``)."""

    id: str
    name: str
    currency: str
    base_minor: int = 0
    per_min: tuple[Rate, ...] = ()
    per_km: tuple[Rate, ...] = ()
    cap_minor: int | None = None
    """At most this for one rental, where the operator says so (own fleets)."""
    reservation_minor: int = 0
    """Flat price of a reservation."""
    reservation_milli_per_min: int = 0
    """Thousandths of a minor unit for each started minute of a reservation."""
    fare_cap: FareCap | None = None
    has_surge: bool = False
    """Whether the operator asks more when demand is high; by how much is not known."""
    is_taxable: bool = False
    """Whether taxes come on top of the prices."""

    def price_minor(self, duration_s: int, distance_m: int) -> int:
        """Return the price of a rental in minor units, rounded half up once at the end.

        With a fare cap, each span of its minutes from the beginning on costs at most the cap; what
        is asked once, and for the way, counts to the first.
        """
        minutes = -(-duration_s // 60)
        milli = self._once_milli(distance_m) + self._used_milli(0, minutes)
        if self.fare_cap is not None:
            milli = self._capped_milli(self.fare_cap, minutes, distance_m)
        price = _half_up(milli)
        return price if self.cap_minor is None else min(price, self.cap_minor)

    def reservation_price_minor(self, reserved_s: int) -> int:
        """Return the price of a reservation that was held for so long before the rental."""
        per_min = self.reservation_milli_per_min * -(-reserved_s // 60)
        return _half_up(self.reservation_minor * 1000 + per_min)

    def _once_milli(self, distance_m: int) -> int:
        per_km = sum(_charged(rate, -(-distance_m // 1000)) for rate in self.per_km)
        return self.base_minor * 1000 + per_km

    def _used_milli(self, begin_min: int, end_min: int) -> int:
        """Return what minutes of a rental cost, from one on to before another."""
        return sum(_charged(rate, end_min) - _charged(rate, begin_min) for rate in self.per_min)

    def _capped_milli(self, cap: FareCap, minutes: int, distance_m: int) -> int:
        most = cap.minor * 1000
        first = self._once_milli(distance_m) + self._used_milli(0, min(cap.duration_min, minutes))
        return min(first, most) + sum(
            min(self._used_milli(begin, min(begin + cap.duration_min, minutes)), most)
            for begin in range(cap.duration_min, minutes, cap.duration_min)
        )


def _half_up(milli: int) -> int:
    return (milli + 500) // 1000


def _charged(rate: Rate, used: int) -> int:
    """Return the thousandths charged for ``used`` started minutes or kilometres."""
    over = (used if rate.end is None else min(used, rate.end)) - rate.start
    if over <= 0:
        return 0
    return rate.rate_milli * (1 if rate.interval == 0 else -(-over // rate.interval))


@dataclass(frozen=True, slots=True)
class SharingSystem:
    """One operator's shared vehicles."""

    id: str
    """Scope of its ids, unique in the supply: chosen by who runs kommit."""
    name: str
    operator: str
    time_zone: str
    types: Mapping[str, VehicleType]
    stations: Mapping[str, Station]
    vehicles: tuple[Vehicle, ...] = ()
    """Those that are listed one by one; at stations often only counts are known."""
    slots: tuple[Slot, ...] = ()
    zones: tuple[Zone, ...] = ()
    default_start_allowed: bool = True
    """Rules outside of all zones (GBFS 3 ``global_rules``)."""
    default_end_allowed: bool = True
    default_through_allowed: bool = True
    plans: Mapping[str, PricingPlan] = field(default_factory=dict)
    hours: tuple[tuple[int, int], ...] | None = None
    """Spans, Unix seconds, within one of which a rental must begin and end; None: it never closes.
    Those of the next weeks: what is not among them is closed."""
    rental_uris: Mapping[str, str] = field(default_factory=dict)
    """By platform: ``web``, ``ios``, ``android``."""
    attribution: tuple[str, ...] = ()
    is_own: bool = False
    """Whether its vehicles are in our database, so that we can book them ourselves."""
    reserve_s: int | None = None
    """So long before its time a vehicle is kept for a rider; None: its slots say it."""

    def is_open(self, begin: int, end: int) -> bool:
        """Say whether it is open from one Unix second to another."""
        return self.hours is None or any(a <= begin and end <= b for a, b in self.hours)


@dataclass(frozen=True, slots=True)
class Supply:
    """All shared vehicles that are believed at one moment."""

    systems: tuple[SharingSystem, ...] = ()
    number: int = 0
    """Another for every other content."""


NO_SUPPLY = Supply()
