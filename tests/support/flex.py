"""A small GTFS-Flex feed for tests, in the notation of ``tests.support.gtfs``."""

import json
from collections.abc import Sequence
from pathlib import Path

from feeds.flex.read import FlexFeed, read_flex
from feeds.gtfs.archive import open_archive
from tests.support.gtfs import gtfs_files, zip_of

VILLAGES = """
    # stops.txt
    stop_id, stop_name, stop_lat, stop_lon
    A,       Anger,     51.850,   7.480
    B,       Brink,     51.860,   7.490
    C,       Camp,      51.870,   7.500

    # location_groups.txt
    location_group_id, location_group_name
    villages,          The villages

    # location_group_stops.txt
    location_group_id, stop_id
    villages,          A
    villages,          B

    # booking_rules.txt
    booking_rule_id, booking_type, prior_notice_duration_min, phone_number
    hour,            1,            60,                        0123

    # trips.txt
    route_id, service_id, trip_id
    R,        daily,      T

    # stop_times.txt
    trip_id, stop_sequence, stop_id, location_group_id, location_id, arrival_time, departure_time, start_pickup_drop_off_window, end_pickup_drop_off_window, pickup_type, drop_off_type, pickup_booking_rule_id, drop_off_booking_rule_id
    T,       1,             ,        villages,          ,            ,             ,               08:00:00,                     18:00:00,                   2,           1,             hour,
    T,       2,             ,        villages,          ,            ,             ,               08:00:00,                     18:30:00,                   1,           2,             ,                       hour
"""
"""Rides between two stops, every day from 8:00 to 18:00, booked an hour before."""
ROW = (
    "trip_id,stop_sequence,stop_id,location_group_id,location_id,arrival_time,departure_time,"
    "start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_type,drop_off_type,"
    "pickup_booking_rule_id,drop_off_booking_rule_id"
)
SQUARE = [[[7.47, 51.84], [7.50, 51.84], [7.50, 51.86], [7.47, 51.86], [7.47, 51.84]]]
HOLE = [[7.48, 51.85], [7.49, 51.85], [7.485, 51.855], [7.48, 51.85]]


def feature(id_: str, rings: object, **properties: str) -> dict[str, object]:
    """Return a polygon of ``locations.geojson``."""
    geometry = {"type": "Polygon", "coordinates": rings}
    return {"type": "Feature", "id": id_, "properties": properties, "geometry": geometry}


def flex_feed(folder: Path, features: Sequence[object] = (), **changed: str) -> FlexFeed:
    """Read ``VILLAGES`` with other files in place of some of its, as scope ``x``."""
    headings = "".join(f"\n# {table}.txt\n{body}\n" for table, body in changed.items())
    files = gtfs_files(_dedented(VILLAGES) + headings)
    if features:
        document = {"type": "FeatureCollection", "features": list(features)}
        files["locations.geojson"] = json.dumps(document)
    return read_path(zip_of(folder / "flex.zip", files))


def read_path(path: Path, scope: str = "x") -> FlexFeed:
    """Read a feed."""
    with open_archive(path) as archive:
        return read_flex(archive, scope)


def codes(feed: FlexFeed) -> list[str]:
    """Return what was found, as ``code file:line``."""
    return [f"{each.code} {each.file}:{each.row}" for each in feed.findings]


def _dedented(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())
