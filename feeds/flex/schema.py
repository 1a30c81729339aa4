"""The part of GTFS-Flex that is read, beside what ``feeds.gtfs.schema`` has already.

Follows https://gtfs.org/documentation/schedule/reference/, and the drafts before it where feeds
still have their columns: windows spelt in two ways, groups that list ``location_id``, areas named
in ``stop_id``.
"""

from dataclasses import replace
from typing import Final

from feeds.gtfs import schema
from feeds.gtfs.schema import Column, Kind, Table

LOCATIONS_FILE: Final = "locations.geojson"
WINDOW_STARTS: Final = (
    "start_pickup_drop_off_window",
    "start_pickup_dropoff_window",
    "start_service_area_window",
)
WINDOW_ENDS: Final = (
    "end_pickup_drop_off_window",
    "end_pickup_dropoff_window",
    "end_service_area_window",
)
DROP_OFF_RULES: Final = ("drop_off_booking_rule_id", "dropoff_booking_rule_id")
SAFE_FACTOR: Final = "safe_duration_factor"
SAFE_OFFSET: Final = "safe_duration_offset"
"""Seconds, in ``trips.txt``; drafts had it in ``stop_times.txt``, in minutes."""

_DURATIONS: Final = (Column(SAFE_FACTOR, Kind.DECIMAL), Column(SAFE_OFFSET, Kind.DECIMAL))

STOPS: Final = replace(schema.STOPS, required=False)
"""Services between addresses need none."""
TRIPS: Final = Table("trips", (*schema.TRIPS.columns, *_DURATIONS), required=True)
STOP_TIMES: Final = Table(
    "stop_times",
    (
        *(
            replace(column, required=column.name == "trip_id")
            for column in schema.STOP_TIMES.columns
        ),
        *(Column(name, Kind.TIME) for name in (WINDOW_STARTS[-1], *WINDOW_ENDS)),
        *(Column(name, Kind.ID) for name in ("location_group_id", "location_id", *DROP_OFF_RULES)),
        *_DURATIONS,
    ),
    required=True,
)
BOOKING_RULES: Final = Table(
    "booking_rules",
    (
        *schema.BOOKING_RULES.columns,
        Column("prior_notice_start_day", Kind.INTEGER),
        Column("prior_notice_start_time", Kind.TIME),
        Column("prior_notice_service_id", Kind.ID),
        Column("pickup_message"),
        Column("drop_off_message"),
    ),
)
LOCATION_GROUPS: Final = Table(
    "location_groups",
    (
        Column("location_group_id", Kind.ID, required=True),
        Column("location_group_name"),
        Column("location_id", Kind.ID),
    ),
)
LOCATION_GROUP_STOPS: Final = Table(
    "location_group_stops",
    (
        Column("location_group_id", Kind.ID, required=True),
        Column("stop_id", Kind.ID, required=True),
    ),
)

STOP_AREAS: Final = Table(
    "stop_areas",
    (Column("area_id", Kind.ID, required=True), Column("stop_id", Kind.ID, required=True)),
)
"""Of drafts, and of other things: only areas that a row with a window names are looked at."""

TABLES: Final = (
    schema.AGENCY,
    STOPS,
    schema.ROUTES,
    TRIPS,
    STOP_TIMES,
    schema.CALENDAR,
    schema.CALENDAR_DATES,
    BOOKING_RULES,
    LOCATION_GROUPS,
    LOCATION_GROUP_STOPS,
    STOP_AREAS,
    schema.FEED_INFO,
    schema.ATTRIBUTIONS,
)
