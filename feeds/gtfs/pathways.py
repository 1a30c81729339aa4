"""Ways inside stations: from ``pathways.txt`` and ``levels.txt`` to walks between platforms.

Platforms, entrances and nodes are the vertices of a graph, pathways its edges; the quickest ways
between the platforms that hang together become walks. A boarding area counts as its platform.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from feeds.gtfs.checks.places import BOARDING_AREA, STOP
from feeds.gtfs.keys import NOWHERE, positions
from feeds.gtfs.pathway_times import is_step_free, traversal_s
from feeds.gtfs.read import Feed
from feeds.gtfs.transfers import NO_EDGES, Edges
from routing.timetable import NONE

I64 = npt.NDArray[np.int64]


class Ways(NamedTuple):
    """N ways in one direction each, between rows of ``stops.txt``, no two with the same ends."""

    origin: I64
    target: I64
    seconds: I64


def pathway_edges(feed: Feed, stop_ids: "pd.Series[Any]", *, step_free: bool = False) -> Edges:
    """Return the walks between platforms that a checked feed's pathways allow.

    Parameters
    ----------
    stop_ids
        Categorical series of the ids of the timetable's stops, which the result refers to.
    step_free
        Whether to use only pathways that a wheelchair gets along.
    """
    if step_free:
        feed = replace(feed, pathways=feed.pathways[is_step_free(feed)])
    if feed.pathways.empty:
        return NO_EDGES
    compiled = positions(feed.stops.stop_id, stop_ids)
    found = [_between(*group) for group in _groups(ways_of(feed), feed.stops)]
    origin, target, seconds = np.concatenate([np.zeros((3, 0), np.int64), *found], axis=1)
    return Edges(
        compiled[origin], compiled[target], seconds, np.full(origin.size, NONE, dtype=np.int64)
    )


def ways_of(feed: Feed) -> Ways:
    """Return the pathways of a feed, those for both directions twice."""
    node = vertex_of(feed.stops)
    table = feed.pathways
    one, other = (
        node[positions(table[end], feed.stops.stop_id)] for end in ("from_stop_id", "to_stop_id")
    )
    back = np.flatnonzero(table.is_bidirectional.to_numpy() == 1)
    there_s, back_s = (traversal_s(feed, backward=backward) for backward in (False, True))
    origin, target = np.concatenate([one, other[back]]), np.concatenate([other, one[back]])
    seconds = np.concatenate([there_s, back_s[back]])
    order = np.lexsort((seconds, target, origin))
    order = order[origin[order] != target[order]]
    _, first = np.unique(origin[order] * len(node) + target[order], return_index=True)
    quickest = order[first]
    return Ways(origin[quickest], target[quickest], seconds[quickest])


def vertex_of(stops: pd.DataFrame) -> I64:
    """(N,) the vertex of each row of ``stops.txt``: itself, of a boarding area its platform."""
    row = np.arange(len(stops))
    parent = positions(stops.parent_station, stops.stop_id)
    is_part = (stops.location_type.to_numpy() == BOARDING_AREA) & (parent != NOWHERE)
    return np.where(is_part, parent, row)


def _groups(ways: Ways, stops: pd.DataFrame) -> Iterator[tuple[csr_array, I64, I64]]:
    """Yield the graph of each group of vertices that hang together, these, and its platforms."""
    n, kind = len(stops), stops.location_type.to_numpy()
    graph = csr_array((ways.seconds, (ways.origin, ways.target)), shape=(n, n))
    label = connected_components(graph, directed=False)[1]
    used = np.unique(np.concatenate([ways.origin, ways.target]))
    used = used[np.argsort(label[used], kind="stable")]
    for group in np.split(used, np.flatnonzero(np.diff(label[used])) + 1):
        platforms = np.flatnonzero(kind[group] == STOP)
        if platforms.size > 1:
            yield graph[group][:, group], group, platforms


def _between(graph: csr_array, group: I64, platforms: I64) -> I64:
    """(3, N) origin, target and seconds of the quickest ways between the platforms of a group."""
    seconds = dijkstra(graph, indices=platforms)[:, platforms]
    np.fill_diagonal(seconds, np.inf)
    one, other = np.nonzero(np.isfinite(seconds))
    stop = group[platforms]
    return np.stack([stop[one], stop[other], seconds[one, other].astype(np.int64)])
