"""A feed as planners know it: the tables and statistics of gtfs-kit.

The way into the image has its own reader (``feeds.gtfs.read``), which is faster, keeps the lines of
the files and distrusts its input. Here a feed that has passed it is handed to gtfs-kit, for the
sums that planners ask for.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from feeds.errors import FeedError

if TYPE_CHECKING:
    import gtfs_kit

KILOMETRES: Final = "km"
_COLUMNS: Final = {
    "route_id": "route_id",
    "route_short_name": "route_short_name",
    "num_trips": "trips",
    "start_time": "first_departure",
    "end_time": "last_arrival",
    "mean_headway": "mean_headway_min",
    "service_distance": "service_km",
    "service_duration": "service_h",
    "service_speed": "service_kmh",
}


def to_gtfs_kit(path: Path) -> "gtfs_kit.Feed":
    """Return the feed of a zip or folder as gtfs-kit reads it, distances in kilometres.

    Only for feeds that ``feeds.gtfs.validate.check_feed`` has passed: gtfs-kit unpacks archives
    without limits.
    """
    import gtfs_kit  # noqa: PLC0415 - brings maps and plots with it, two seconds to import

    return gtfs_kit.read_feed(path, dist_units=KILOMETRES)


def route_table(path: Path, day: date) -> pd.DataFrame:
    """Return what each route offers on one day.

    Returns
    -------
    One row a route that runs: ``route_id``, ``route_short_name``, ``trips``, ``first_departure``,
    ``last_arrival``, ``mean_headway_min`` (7 to 19 h), ``service_km``, ``service_h``,
    ``service_kmh``.

    Raises
    ------
    FeedError
        If no trip runs on that day.
    """
    feed = to_gtfs_kit(path)
    stats = feed.compute_route_stats([f"{day:%Y%m%d}"])
    if stats.empty or not stats.num_trips.sum():
        raise FeedError(f"{path.name} has no trip on {day}: choose another day.")
    table: pd.DataFrame = stats[list(_COLUMNS)].rename(columns=_COLUMNS)
    return table.reset_index(drop=True)
