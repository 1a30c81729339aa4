"""The part of GTFS that kommit reads: files, columns, kinds of value.

Follows https://gtfs.org/documentation/schedule/reference/; a column that is not listed is ignored.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MISSING: Final = -1
"""An empty number, time or date."""
BAD: Final = -2
"""A number, time or date that could not be understood and has been reported."""


class Kind(StrEnum):
    """How the text of a field becomes a value."""

    ID = "id"
    TEXT = "text"
    INTEGER = "whole number"
    DECIMAL = "decimal number"
    TIME = "time"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    default: int = MISSING
    """Stands for an empty whole number."""
    allowed: frozenset[int] | None = None
    """Whole numbers that GTFS gives a meaning; others are read as the default."""


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its name without ``.txt``, and its columns."""

    name: str
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def file(self) -> str:
        """Name of the file."""
        return f"{self.name}.txt"


def _ids(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.ID, required=True) for name in names)


def _refs(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.ID) for name in names)


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _flag(name: str, *allowed: int, required: bool = False) -> Column:
    return Column(name, Kind.INTEGER, required, 0, frozenset(allowed))


def _of(kind: Kind, *names: str, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, kind, required) for name in names)


WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

AGENCY = Table(
    "agency",
    (
        *_refs("agency_id"),
        Column("agency_name", required=True),
        *_texts("agency_url", "agency_phone"),
        Column("agency_timezone", required=True),
    ),
    required=True,
)
STOPS = Table(
    "stops",
    (
        *_ids("stop_id"),
        *_texts("stop_name", "platform_code", "stop_code", "ifopt", "dhid"),
        *_of(Kind.DECIMAL, "stop_lat", "stop_lon", required=True),
        _flag("location_type", 0, 1, 2, 3, 4),
        *_refs("parent_station", "level_id"),
        _flag("wheelchair_boarding", 0, 1, 2),
    ),
    required=True,
)
ROUTES = Table(
    "routes",
    (
        *_ids("route_id"),
        *_refs("agency_id"),
        *_texts("route_short_name", "route_long_name", "route_color", "route_text_color"),
        *_of(Kind.INTEGER, "route_type", required=True),
    ),
    required=True,
)
TRIPS = Table(
    "trips",
    (
        *_ids("route_id", "service_id", "trip_id"),
        *_texts("trip_headsign", "trip_short_name"),
        Column("direction_id", Kind.INTEGER, allowed=frozenset({0, 1})),
        *_refs("block_id"),
        _flag("wheelchair_accessible", 0, 1, 2),
        _flag("bikes_allowed", 0, 1, 2),
    ),
    required=True,
)
STOP_TIMES = Table(
    "stop_times",
    (
        *_ids("trip_id", "stop_id"),
        *_of(Kind.INTEGER, "stop_sequence", required=True),
        *_of(Kind.TIME, "arrival_time", "departure_time", required=True),
        _flag("pickup_type", 0, 1, 2, 3),
        _flag("drop_off_type", 0, 1, 2, 3),
        *_of(Kind.DECIMAL, "shape_dist_traveled"),
        *_refs("pickup_booking_rule_id"),
        *_of(Kind.TIME, "start_pickup_drop_off_window", "start_pickup_dropoff_window"),
    ),
    required=True,
)
CALENDAR = Table(
    "calendar",
    (
        *_ids("service_id"),
        *(_flag(day, 0, 1, required=True) for day in WEEKDAYS),
        *_of(Kind.DATE, "start_date", "end_date", required=True),
    ),
)
CALENDAR_DATES = Table(
    "calendar_dates",
    (
        *_ids("service_id"),
        *_of(Kind.DATE, "date", required=True),
        _flag("exception_type", 1, 2, required=True),
    ),
)
FREQUENCIES = Table(
    "frequencies",
    (
        *_ids("trip_id"),
        *_of(Kind.TIME, "start_time", "end_time", required=True),
        *_of(Kind.INTEGER, "headway_secs", required=True),
        _flag("exact_times", 0, 1),
    ),
)
TRANSFERS = Table(
    "transfers",
    (
        *_refs("from_stop_id", "to_stop_id"),
        *_refs("from_route_id", "to_route_id", "from_trip_id", "to_trip_id"),
        _flag("transfer_type", 0, 1, 2, 3, 4, 5),
        *_of(Kind.INTEGER, "min_transfer_time"),
    ),
)
LEVELS = Table("levels", (*_ids("level_id"), *_of(Kind.DECIMAL, "level_index", required=True)))
PATHWAYS = Table(
    "pathways",
    (
        *_ids("pathway_id", "from_stop_id", "to_stop_id"),
        _flag("pathway_mode", 1, 2, 3, 4, 5, 6, 7, required=True),
        _flag("is_bidirectional", 0, 1, required=True),
        *_of(Kind.DECIMAL, "length"),
        *_of(Kind.INTEGER, "traversal_time"),
        *_of(Kind.DECIMAL, "stair_count", "max_slope", "min_width"),
    ),
)
BOOKING_RULES = Table(
    "booking_rules",
    (
        *_ids("booking_rule_id"),
        _flag("booking_type", 0, 1, 2, required=True),
        *_of(Kind.INTEGER, "prior_notice_duration_min", "prior_notice_duration_max"),
        *_of(Kind.INTEGER, "prior_notice_last_day"),
        *_of(Kind.TIME, "prior_notice_last_time"),
        *_texts("message", "phone_number", "info_url", "booking_url"),
    ),
)
FEED_INFO = Table("feed_info", _texts("feed_publisher_name", "feed_publisher_url", "feed_version"))
ATTRIBUTIONS = Table("attributions", _texts("organization_name"))

TABLES: Final = (
    AGENCY,
    STOPS,
    ROUTES,
    TRIPS,
    STOP_TIMES,
    CALENDAR,
    CALENDAR_DATES,
    FREQUENCIES,
    TRANSFERS,
    LEVELS,
    PATHWAYS,
    BOOKING_RULES,
    FEED_INFO,
    ATTRIBUTIONS,
)
"""Every file that is read; all others in a feed are ignored."""
