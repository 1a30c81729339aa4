"""The stops of several feeds, side by side: what the rules of joining look at."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.checks.places import STATION
from feeds.gtfs.keys import texts
from feeds.gtfs.names import Names, Texts
from feeds.gtfs.read import Feed
from feeds.merging.global_id import global_id
from feeds.merging.stop_names import stop_names
from routing.timetable import NONE, Timetable

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


class FeedStops(NamedTuple):
    """The S stops of F feeds, in the order of the timetable that they are compiled to."""

    feed: I64
    """(S,) index of the feed."""
    root: I64
    """(S,) the station of a platform, any other stop itself."""
    is_station: npt.NDArray[np.bool_]
    """(S,)"""
    place: Texts
    """(S,) global id of the stop place, or empty."""
    quay: Texts
    """(S,) global id of the platform or pole, or empty."""
    name: Texts
    """(S,) ``feeds.merging.stop_names.StopName``."""
    lat: F64
    """(S,) degrees."""
    lon: F64
    """(S,) degrees."""

    @property
    def n_feeds(self) -> int:
        """Number of feeds."""
        return int(self.feed.max(initial=-1)) + 1


def feed_stops(feeds: Sequence[Feed], names: Names, timetable: Timetable) -> FeedStops:
    """Return the stops of ``feeds``, which were compiled to ``names`` and ``timetable``."""
    tables = [feed.stops[feed.stops.location_type.to_numpy() <= STATION] for feed in feeds]
    sizes = [len(table) for table in tables]
    ends = np.cumsum([0, *sizes])
    named = [names.stop_name[a:b].tolist() for a, b in pairwise(ends)]
    ids = [one for table in tables for one in map(global_id, *_id_columns(table))]
    station = timetable.stop_station.astype(np.int64)
    return FeedStops(
        feed=np.repeat(np.arange(len(feeds)), sizes),
        root=np.where(station == NONE, np.arange(station.size), station),
        is_station=names.stop_is_station.astype(np.bool_),
        place=_objects([one.place for one in ids]),
        quay=_objects([one.quay for one in ids]),
        name=_objects([name for feed in stop_names(named) for name in feed]),
        lat=timetable.stop_lat,
        lon=timetable.stop_lon,
    )


def _id_columns(stops: pd.DataFrame) -> tuple[Texts, ...]:
    """Return the columns in which a global id may stand, the likeliest first."""
    codes = (stops[name].to_numpy(dtype=object) for name in ("ifopt", "dhid", "stop_code"))
    return texts(stops.stop_id), *codes


def _objects(values: Sequence[Any]) -> Texts:
    """Return an array of whatever they are; numpy would take named tuples apart."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
