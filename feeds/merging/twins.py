"""What joined stops mean in a timetable: who boards there, and how long a change takes."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from feeds.gtfs.transfers import DEFAULT_CHANGE_S, Edges, estimated
from feeds.merging.joining import Joins, Rule
from feeds.merging.stops import FeedStops

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

MIN_CHANGE_S: Final = DEFAULT_CHANGE_S
"""Least time to change between joined stops: as at one stop of one feed, so that it makes no
difference whether two lines come in one feed or in two."""


class Twins(NamedTuple):
    """The fields of ``routing.timetable.Timetable`` that say which stops are the same place."""

    twin_ptr: I32
    twin_stop: I32


def twins_of(stops: FeedStops, joins: Joins) -> Twins:
    """Return at which stops of other feeds one boards who is at a stop or station.

    At a station, these are the other station and all its platforms; at a platform, only the same
    platform of other feeds.
    """
    same = joins.rule != Rule.OTHER_QUAY
    pairs = _both_ways(np.column_stack([joins.stop[same], joins.twin[same]]))
    members = pd.DataFrame({"root": stops.root, "member": np.arange(stops.root.size)})
    inner = pd.DataFrame({"stop": pairs[:, 0], "root": pairs[:, 1]}).merge(members, on="root")
    platforms = inner[["stop", "member"]].to_numpy(dtype=np.int64)
    listed = np.unique(np.concatenate([pairs, platforms]), axis=0)
    counts = np.bincount(listed[:, 0], minlength=stops.root.size)
    ptr = np.concatenate([[0], np.cumsum(counts)])
    return Twins(ptr.astype(np.int32), listed[:, 1].astype(np.int32))


def with_joins(sources: Sequence[Edges], n_sure: int, stops: FeedStops, joins: Joins
) -> list[Edges]:  # fmt: skip
    """Return the sources of transfers with those between joined stops.

    Parameters
    ----------
    sources
        The surest first.
    n_sure
        So many of ``sources`` stand as they are. In the others, a change between joined stops is
        no shorter than ``MIN_CHANGE_S``: they may lie a second apart on the map.
    """
    pairs = _changes(stops, joins)
    if not len(pairs):
        return list(sources)
    walks = estimated(pairs[:, 0], pairs[:, 1], stops.lat, stops.lon)
    others = [_raised(edges, pairs) for edges in (*sources[n_sure:], walks)]
    return [*sources[:n_sure], *others]


def one_places(stops: FeedStops, joins: Joins) -> I64:
    """(S,) a number for each stop, equal for all of a station and all that are joined.

    For telling whether two feeds mean the same vehicle: joins of joins count as well.
    """
    n = stops.root.size
    origin = np.concatenate([np.arange(n), joins.stop])
    target = np.concatenate([stops.root, joins.twin])
    graph = coo_array((np.ones(origin.size, np.uint8), (origin, target)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _changes(stops: FeedStops, joins: Joins) -> I64:
    """(N, 2) the stops between which the joins let riders change, both ways."""
    boardable = np.flatnonzero(~stops.is_station)
    members = pd.DataFrame({"root": stops.root[boardable], "member": boardable})
    pairs = pd.DataFrame({"stop": stops.root[joins.stop], "twin": stops.root[joins.twin]})
    pairs = pairs.drop_duplicates().merge(members, left_on="stop", right_on="root")
    both = pairs.merge(members, left_on="twin", right_on="root", suffixes=("", "_twin"))
    return _both_ways(both[["member", "member_twin"]].to_numpy(dtype=np.int64))


def _both_ways(pairs: I64) -> I64:
    return np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)


def _raised(edges: Edges, pairs: I64) -> Edges:
    """Return the edges, those of ``pairs`` no shorter than a change takes."""
    joined = np.isin((edges.origin << 32) | edges.target, (pairs[:, 0] << 32) | pairs[:, 1])
    longer = np.maximum(edges.seconds, MIN_CHANGE_S)
    return edges._replace(seconds=np.where(joined, longer, edges.seconds))
