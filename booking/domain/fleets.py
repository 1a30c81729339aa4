"""Own fleets: what stands where, by which rules it is rented, and when it is free.

Vehicle types, zones and pricing plans are those of ``routing.sharing.supply``, so that what the
search reckons with is what is rented.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from booking.domain.calendar import Calendar, Span, clipped, without
from booking.domain.errors import SlotNotFree, VehicleNotFound
from routing.sharing.supply import PricingPlan, VehicleType, Zone

LATE_START: Final = timedelta(minutes=5)
"""How long ago a rental "from now" may begin: requests take a while."""


class VehicleState(StrEnum):
    """What can be done with a vehicle at this moment."""

    AVAILABLE = "available"
    IN_USE = "in_use"
    DISABLED = "disabled"
    """Taken out by its operator."""
    MAINTENANCE = "maintenance"
    """Something is wrong with it or its box: somebody has to look."""


@dataclass(frozen=True, slots=True)
class RentalRules:
    """How long, and how far ahead, vehicles of a fleet are rented."""

    days_ahead: int = 14
    """A rental ends at the latest with this day after today."""
    min_rental_s: int = 15 * 60
    max_rental_s: int = 24 * 3600
    turnaround_s: int = 0
    """Between two rentals of a vehicle."""
    reserve_ahead: bool = True
    """Whether slots are offered; otherwise a rental begins now."""
    reserve_s: int = 30 * 60
    """So long before its time a vehicle that is not reserved ahead is kept for an order."""


@dataclass(frozen=True, slots=True)
class FleetStation:
    """A station, or boxes at one place."""

    id: str
    name: str
    lat: float
    lon: float
    capacity: int
    """Docks or boxes."""


@dataclass(frozen=True)
class Fleet:
    """One operator's vehicles: all but where they are at this moment."""

    id: str
    name: str
    operator: str
    email: str
    """For complaints about the published data (GBFS ``feed_contact_email``)."""
    language: str
    calendar: Calendar
    rules: RentalRules
    types: tuple[VehicleType, ...]
    stations: tuple[FleetStation, ...] = ()
    plans: tuple[PricingPlan, ...] = ()
    zones: tuple[Zone, ...] = ()
    end_allowed: bool = True
    """Whether a rental may end outside of all zones."""
    url: str | None = None

    @cached_property
    def type_of(self) -> dict[str, VehicleType]:
        """Vehicle types by id."""
        return {each.id: each for each in self.types}

    @cached_property
    def station_of(self) -> dict[str, FleetStation]:
        """Stations by id."""
        return {each.id: each for each in self.stations}

    @cached_property
    def plan_of(self) -> dict[str, PricingPlan]:
        """Pricing plans by id."""
        return {each.id: each for each in self.plans}


@dataclass(slots=True)
class FleetVehicle:
    """A vehicle, where it is, and how it is."""

    fleet_id: str
    id: str
    """The operator's; never published, see ``booking.service.fleets``."""
    type_id: str
    lat: float
    lon: float
    station_id: str | None = None
    """Where it stands, None: in nobody's dock."""
    home_id: str | None = None
    """The station that it has to come back to."""
    slot: int | None = None
    """Number of its box or dock at the station."""
    state: VehicleState = VehicleState.AVAILABLE
    battery_percent: int | None = None
    rentals: int = 0
    """How often it was rented: its public id changes each time."""
    reported_at: datetime | None = field(default=None)
    """When it was last heard of."""

    def range_m(self, kind: VehicleType) -> int | None:
        """Return how far its battery brings it, None where none limits it."""
        if kind.max_range_m is None:
            return None
        percent = 100 if self.battery_percent is None else self.battery_percent
        return kind.max_range_m * percent // 100


def reservable(fleet: Fleet, now: datetime) -> Span:
    """Return from when until when rentals can be made at this moment."""
    last = fleet.calendar.day_of(now) + timedelta(days=fleet.rules.days_ahead)
    return Span(now, fleet.calendar.end_of(last))


def free_slots(
    fleet: Fleet, taken: Iterable[Span], now: datetime, window: Span
) -> tuple[Span, ...]:
    """Return when a vehicle with rentals ``taken`` is free, in order.

    Opening hours, without closures, the rentals and the time between two of them; not before now,
    not later than can be reserved, and nothing shorter than the shortest rental.
    """
    rules = fleet.rules
    between = timedelta(seconds=rules.turnaround_s)
    known = clipped([window], reservable(fleet, now))
    open_then = (span for part in known for span in fleet.calendar.open_spans(part))
    free = without(open_then, (span.wider(between) for span in taken))
    shortest = timedelta(seconds=rules.min_rental_s)
    return tuple(span for span in free if span.end - span.start >= shortest)


def check_slot(fleet: Fleet, taken: Iterable[Span], now: datetime, wanted: Span) -> None:
    """Raise ``SlotNotFree``, with the reason, unless the vehicle can be rented in that time."""
    check_length(fleet, wanted)
    if wanted.start < now - LATE_START:
        raise SlotNotFree("a rental cannot begin in the past")
    if wanted.end > (until := reservable(fleet, now).end):
        days = fleet.rules.days_ahead
        raise SlotNotFree(f"this can be reserved {days} days ahead, until {until.isoformat()}")
    if not any(span.holds(wanted) for span in fleet.calendar.open_spans(wanted)):
        raise SlotNotFree("it is closed for a part of that time")
    between = timedelta(seconds=fleet.rules.turnaround_s)
    if any(span.wider(between).meets(wanted) for span in taken):
        raise SlotNotFree("somebody else has it for a part of that time")


def check_length(fleet: Fleet, wanted: Span) -> None:
    """Raise ``SlotNotFree`` for a rental that is too short or too long."""
    length_s = (wanted.end - wanted.start).total_seconds()
    if length_s < fleet.rules.min_rental_s:
        raise SlotNotFree(f"a rental takes at least {fleet.rules.min_rental_s // 60} minutes here")
    if length_s > fleet.rules.max_rental_s:
        raise SlotNotFree(f"a rental takes at most {fleet.rules.max_rental_s // 3600} hours here")


def plan_of(fleet: Fleet, vehicle: FleetVehicle) -> PricingPlan:
    """Return what renting a vehicle costs.

    Raises
    ------
    VehicleNotFound
        If its type is not of the fleet: the fleet was changed meanwhile.
    """
    kind = fleet.type_of.get(vehicle.type_id)
    plan = None if kind is None else fleet.plan_of.get(kind.plan or "")
    if plan is None:
        raise VehicleNotFound
    return plan


def price_minor(plan: PricingPlan, span: Span, distance_m: int = 0) -> int:
    """Return the price of a rental by its time and way, in minor units."""
    return plan.price_minor(int((span.end - span.start).total_seconds()), distance_m)


def reservation_minor(
    plan: PricingPlan, slot: Span, made_at: datetime, opened_at: datetime | None = None
) -> int:
    """Return what it costs to have reserved a slot, in minor units (GBFS ``reservation_price_*``).

    Who begins within ``LATE_START`` has reserved nothing. What is asked by the minute counts from
    the beginning of the slot until the rider opens: so long the vehicle waits for nobody else.
    """
    if slot.start - made_at <= LATE_START:
        return 0
    waited = max(opened_at - slot.start, timedelta()) if opened_at else timedelta()
    return plan.reservation_price_minor(int(waited.total_seconds()))
