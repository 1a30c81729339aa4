"""The fares of one feed, as GTFS-Fares v2 has them: names and meanings are those of GTFS.

Follows https://gtfs.org/documentation/schedule/reference/. Ids are feed-scoped (``scope:id``), an
empty text is an empty field, times of day are seconds, and amounts are whole minor units of their
currency. Everything that a row refers to is there: who reads a feed leaves the other rows out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import Final, NamedTuple

from routing.fares.index import FareIndex
from routing.ondemand.service import ServiceDays

UNLIMITED: Final = -1
"""``TransferRule.transfer_count`` of a rule for any number of transfers."""
DAY_S: Final = 86_400


class FareMediaType(IntEnum):
    """What holds a fare product (``fare_media_type``)."""

    NONE = 0
    """Nothing: cash to the driver, and no ticket."""
    PAPER = 1
    CARD = 2
    CONTACTLESS = 3
    """A bank card (cEMV)."""
    APP = 4


class DurationLimitType(IntEnum):
    """From when to when a transfer takes (``duration_limit_type``)."""

    DEPARTURE_TO_ARRIVAL = 0
    """From the departure of the first leg to the arrival of the last one."""
    DEPARTURE_TO_DEPARTURE = 1
    ARRIVAL_TO_DEPARTURE = 2
    ARRIVAL_TO_ARRIVAL = 3


class TransferType(IntEnum):
    """What a transfer from A to B costs (``fare_transfer_type``)."""

    FROM_LEG = 0
    """A + AB: the first leg and the transfer; the second leg is free."""
    BOTH_LEGS = 1
    """A + AB + B."""
    TRANSFER_ONLY = 2
    """AB: the transfer alone."""


class FareMedium(NamedTuple):
    """A row of ``fare_media.txt``."""

    id: str
    name: str
    type: FareMediaType


class RiderCategory(NamedTuple):
    """A row of ``rider_categories.txt``."""

    id: str
    name: str
    is_default: bool


class FareProduct(NamedTuple):
    """A row of ``fare_products.txt``: several may have one id, for other riders or media."""

    id: str
    name: str
    rider_category_id: str
    """Empty: for everybody."""
    fare_media_id: str
    """Empty: not said."""
    amount_minor: int
    """May be below zero: a discount of a transfer."""
    currency: str


class Timeframe(NamedTuple):
    """A row of ``timeframes.txt``: a span of the clock on the days of a service."""

    group_id: str
    start_s: int
    end_s: int
    """The first second after it; ``DAY_S`` at the end of the day."""
    service_id: str


class LegRule(NamedTuple):
    """A row of ``fare_leg_rules.txt``."""

    id: str
    """Where the row is: ``fare_leg_rules:12`` is the one on line 12."""
    leg_group_id: str
    network_id: str
    from_area_id: str
    to_area_id: str
    from_timeframe_group_id: str
    to_timeframe_group_id: str
    fare_product_id: str
    priority: int


class JoinRule(NamedTuple):
    """A row of ``fare_leg_join_rules.txt``: two legs that count as one."""

    from_network_id: str
    to_network_id: str
    from_stop_id: str
    """A stop or station; empty together with ``to_stop_id``: any change within one station."""
    to_stop_id: str


class TransferRule(NamedTuple):
    """A row of ``fare_transfer_rules.txt``."""

    id: str
    """Where the row is: ``fare_transfer_rules:3``."""
    from_leg_group_id: str
    to_leg_group_id: str
    transfer_count: int
    """How many transfers in a row the rule is for, or ``UNLIMITED``."""
    duration_limit_s: int | None
    duration_limit_type: DurationLimitType | None
    type: TransferType
    fare_product_id: str
    """Empty: the transfer costs nothing."""

    @property
    def key(self) -> tuple[str, str]:
        """The leg groups, as they are written."""
        return self.from_leg_group_id, self.to_leg_group_id


@dataclass(frozen=True)
class FareTables:
    """All fares of one feed."""

    scope: str
    time_zone: str
    """Of the feed's agency; a stop may have another one."""
    leg_rules: tuple[LegRule, ...]
    products: tuple[FareProduct, ...]
    has_priority: bool = False
    """Whether leg rules have a ``rule_priority``; without it, an empty field of a leg rule means
    every network or area that no other rule names, with it, any."""
    join_rules: tuple[JoinRule, ...] = ()
    transfer_rules: tuple[TransferRule, ...] = ()
    rider_categories: tuple[RiderCategory, ...] = ()
    media: tuple[FareMedium, ...] = ()
    timeframes: tuple[Timeframe, ...] = ()
    services: Mapping[str, ServiceDays] = field(default_factory=dict)
    """Days of the services that timeframes name."""
    areas: Mapping[str, str] = field(default_factory=dict)
    """Id to name."""
    networks: Mapping[str, str] = field(default_factory=dict)
    """Id to name."""
    route_networks: Mapping[str, str] = field(default_factory=dict)
    """By route: the network that it belongs to."""
    stop_areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By stop: its areas; a platform has those of its station unless it has its own."""
    stations: Mapping[str, str] = field(default_factory=dict)
    """By platform: its station."""
    stop_zones: Mapping[str, str] = field(default_factory=dict)
    """By stop: its time zone, where it has one of its own."""

    @cached_property
    def index(self) -> FareIndex:
        """The rules, found by what they ask for."""
        return FareIndex(self)

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies of the products, in the order in which they first come."""
        return tuple(dict.fromkeys(product.currency for product in self.products))

    def is_service_day(self, service_id: str, day: date) -> bool:
        """Say whether a service that a timeframe names has a day."""
        days = self.services.get(service_id)
        return days is not None and days.runs_on(day)
