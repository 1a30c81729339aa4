"""An on-demand service as its operator defines it: where, when, for whom, and with what.

Names as in GTFS-Flex where it has one (https://gtfs.org/documentation/schedule/reference/). Who
defines a service says it once, here: search, hold and commit ask the same objects.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from routing.booking_rules import BookingRule
from routing.sharing.supply import Polygon


class Kind(StrEnum):
    """What runs. A TaxiBus is no kind: it is a trip of the timetable with a booking rule."""

    SHUTTLE = "shuttle"
    BUERGERBUS = "buergerbus"
    """Driven by volunteers in the hours that they have: shifts are of a day, not of every day."""


class Freedom(StrEnum):
    """Where riders of an area get on and off."""

    STOP_TO_STOP = "stop_to_stop"
    ONE_END_FREE = "one_end_free"
    """One end is any address in the area, the other one of its stops."""
    DOOR_TO_DOOR = "door_to_door"


class Capacity(NamedTuple):
    """Places by kind: what a vehicle has, and what a group of riders takes."""

    seats: int
    wheelchairs: int = 0
    bicycles: int = 0
    luggage: int = 0


class Window(NamedTuple):
    """A span of a service day in GTFS seconds (noon minus 12 h); may go past 24:00."""

    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class ServiceDays:
    """On which days something runs (GTFS ``calendar`` and ``calendar_dates``)."""

    weekdays: frozenset[int]
    """0 is Monday."""
    first: date = date.min
    last: date = date.max
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()

    def runs_on(self, day: date) -> bool:
        """Say whether a day is one of them; exceptions win over the week."""
        if day in self.removed:
            return False
        in_week = day.weekday() in self.weekdays and self.first <= day <= self.last
        return in_week or day in self.added


@dataclass(frozen=True, slots=True)
class ServiceStop:
    """A place where vehicles stop: a stop of the timetable, or a virtual one."""

    id: str
    """Within the service."""
    name: str
    lat: float
    lon: float
    stop_id: str | None = None
    """The stop of the timetable that it is (feed-scoped); None: a virtual stop."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where riders may get on and off: a ``location_group`` of stops, a polygon, or both."""

    id: str
    name: str
    stops: tuple[str, ...] = ()
    """Ids of ``OnDemandService.stops``."""
    polygons: tuple[Polygon, ...] = ()
    """Rings are lines of (lat, lon); the first is the outer one, the others are holes. Where
    riders get on and off at any address (``freedom``); without one, addresses count that lie
    within ``Limits.max_walk_m`` of a stop."""
    freedom: Freedom = Freedom.STOP_TO_STOP


@dataclass(frozen=True, slots=True)
class Terms:
    """Until when a ride must be booked, and how riders are told so."""

    rule: BookingRule
    message: str | None = None
    phone_number: str | None = None
    info_url: str | None = None
    booking_url: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """From which area to which other, or within one, and when: two rows of a GTFS-Flex trip."""

    id: str
    """The trip's, feed-scoped for a feed's."""
    origin: str
    """Id of an ``Area``."""
    destination: str
    days: ServiceDays
    pickup: Window
    """The rider gets on within it."""
    drop_off: Window
    """The rider gets off within it."""
    terms: Terms


@dataclass(frozen=True, slots=True)
class Limits:
    """What riders are promised, and what they put up with."""

    max_walk_m: int = 300
    """Between a door and a stop, at each end."""
    detour_factor: float = 1.5
    """A ride takes at most this many times the direct drive, plus ``detour_s``."""
    detour_s: int = 600
    pickup_window_s: int = 600
    """Width of the promised pick-up window: riders are at the stop from its start on."""
    max_wait_s: int = 1800
    """For a connection, before it or after it, and for the first vehicle when one wants to go."""
    boarding_s: int = 30
    """For a group to get on, or off."""
    wheelchair_s: int = 120
    """In addition, for each wheelchair."""
    max_party: int = 6
    """Riders of one booking at most."""
    max_open: int = 4
    """Rides that one account may have booked and not yet taken, against ghost bookings."""
    max_days_ahead: int = 14


@dataclass(frozen=True, slots=True)
class TravelRules:
    """How long vehicles drive, compared with the street network's free flow."""

    factor: float = 1.15
    """Safety on every drive: a quantile of what drives take, not their mean."""
    hourly: tuple[tuple[int, float], ...] = ()
    """From which hour of the day (0 to 23) which further factor holds, ascending."""
    offset_s: int = 0
    """GTFS-Flex ``safe_duration_offset``, on every ride."""


@dataclass(frozen=True, slots=True)
class ParallelRule:
    """No shuttle where a scheduled bus serves the wish without a transfer: it is shown instead."""

    max_walk_m: int = 400
    """To the bus and from it, each."""
    max_shift_s: int = 900
    """The bus leaves (arrives) at most this much from what was asked."""
    max_slower: float = 1.5
    """It takes at most this many times the shuttle's time."""


@dataclass(frozen=True, slots=True)
class Shift:
    """When a vehicle is on the road, and when its driver rests."""

    days: ServiceDays
    span: Window
    breaks: tuple[Window, ...] = ()
    """Each begins within the window's span and lasts ``break_s``."""
    break_s: int = 0


@dataclass(frozen=True, slots=True)
class ServiceVehicle:
    """A vehicle of a service's own fleet."""

    id: str
    """Within the service."""
    name: str
    capacity: Capacity
    lat: float
    """Of its depot, where shifts begin and end."""
    lon: float
    shifts: tuple[Shift, ...] = ()
    range_m: int | None = None
    """On a full battery; None where no battery limits it."""
    charged_m_a_min: int = 0
    """Range gained a minute at the depot."""


@dataclass(frozen=True, slots=True)
class OnDemandService:
    """One on-demand service."""

    id: str
    """Feed-scoped."""
    name: str
    agency_id: str
    """Feed-scoped: the operator that carries and is paid."""
    agency_name: str
    time_zone: str
    stops: Mapping[str, ServiceStop]
    areas: Mapping[str, Area]
    relations: tuple[Relation, ...]
    kind: Kind = Kind.SHUTTLE
    vehicles: tuple[ServiceVehicle, ...] | None = None
    """The fleet that we dispatch; None: others do, and riders book with them. ``()``: no vehicle,
    so nothing is offered."""
    limits: Limits = field(default_factory=Limits)
    travel: TravelRules = field(default_factory=TravelRules)
    parallel: ParallelRule | None = None
    color: str | None = None
    """RRGGBB."""
    attribution: tuple[str, ...] = ()

    @property
    def is_ours(self) -> bool:
        """Whether we dispatch its vehicles, and so can sell its rides."""
        return self.vehicles is not None
