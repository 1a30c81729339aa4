"""The files of GTFS-Fares v2, and the columns of others that fares need.

Follows https://gtfs.org/documentation/schedule/reference/. Amounts and ``transfer_count`` are read
as texts: they may be below zero, and amounts are exact.
"""

from typing import Final

from feeds.gtfs import schema
from feeds.gtfs.schema import MISSING, Column, Kind, Table


def _ids(*names: str, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.ID, required) for name in names)


def _choice(name: str, *allowed: int, required: bool = False) -> Column:
    return Column(name, Kind.INTEGER, required, MISSING, frozenset(allowed))


STOPS: Final = Table(
    "stops",
    (
        *_ids("stop_id", "parent_station"),
        Column("location_type", Kind.INTEGER, default=0),
        Column("stop_timezone"),
    ),
)
ROUTES: Final = Table("routes", _ids("route_id", "network_id"))
AREAS: Final = Table("areas", (*_ids("area_id", required=True), Column("area_name")))
STOP_AREAS: Final = Table("stop_areas", _ids("area_id", "stop_id", required=True))
NETWORKS: Final = Table("networks", (*_ids("network_id", required=True), Column("network_name")))
ROUTE_NETWORKS: Final = Table("route_networks", _ids("network_id", "route_id", required=True))
TIMEFRAMES: Final = Table(
    "timeframes",
    (
        *_ids("timeframe_group_id", "service_id", required=True),
        Column("start_time", Kind.TIME),
        Column("end_time", Kind.TIME),
    ),
)
RIDER_CATEGORIES: Final = Table(
    "rider_categories",
    (
        *_ids("rider_category_id", required=True),
        Column("rider_category_name"),
        Column("is_default_fare_category", Kind.INTEGER, default=0, allowed=frozenset({0, 1})),
    ),
)
FARE_MEDIA: Final = Table(
    "fare_media",
    (
        *_ids("fare_media_id", required=True),
        Column("fare_media_name"),
        _choice("fare_media_type", 0, 1, 2, 3, 4, required=True),
    ),
)
FARE_PRODUCTS: Final = Table(
    "fare_products",
    (
        *_ids("fare_product_id", required=True),
        Column("fare_product_name"),
        *_ids("rider_category_id", "fare_media_id"),
        Column("amount", required=True),
        Column("currency", required=True),
    ),
)
FARE_LEG_RULES: Final = Table(
    "fare_leg_rules",
    (
        *_ids("leg_group_id", "network_id", "from_area_id", "to_area_id"),
        *_ids("from_timeframe_group_id", "to_timeframe_group_id"),
        *_ids("fare_product_id", required=True),
        Column("rule_priority", Kind.INTEGER),
    ),
)
FARE_LEG_JOIN_RULES: Final = Table(
    "fare_leg_join_rules",
    (
        *_ids("from_network_id", "to_network_id", required=True),
        *_ids("from_stop_id", "to_stop_id"),
    ),
)
FARE_TRANSFER_RULES: Final = Table(
    "fare_transfer_rules",
    (
        *_ids("from_leg_group_id", "to_leg_group_id", "fare_product_id"),
        Column("transfer_count"),
        Column("duration_limit", Kind.INTEGER),
        _choice("duration_limit_type", 0, 1, 2, 3),
        _choice("fare_transfer_type", 0, 1, 2, required=True),
    ),
)

TABLES: Final = (
    schema.AGENCY,
    STOPS,
    ROUTES,
    schema.CALENDAR,
    schema.CALENDAR_DATES,
    AREAS,
    STOP_AREAS,
    NETWORKS,
    ROUTE_NETWORKS,
    TIMEFRAMES,
    RIDER_CATEGORIES,
    FARE_MEDIA,
    FARE_PRODUCTS,
    FARE_LEG_RULES,
    FARE_LEG_JOIN_RULES,
    FARE_TRANSFER_RULES,
)
OF_THE_TIMETABLE: Final = frozenset({"agency", "stops", "routes", "calendar", "calendar_dates"})
"""What is wrong with these is said when the timetable is read."""
