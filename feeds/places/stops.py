"""Merges the stops and stations of a timetable to the places that riders know."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from feeds.image.catalogue import Catalogue
from feeds.places.fold import words
from feeds.places.near import clusters
from feeds.places.place import Place, PlaceKind
from feeds.places.traffic import Traffic, traffic_of
from kommit.kit.geo import to_xy
from routing.modes import MODES
from routing.timetable import I64, NONE, Timetable

SAME_PLACE_M: Final = 400.0
"""Stops of one name that lie within this of each other are one place."""
RAIL: Final = MODES.index("RAIL")


def stop_places(tt: Timetable, catalogue: Catalogue) -> list[Place]:
    """Return one place for each station, and for stops of one name that lie together."""
    traffic = traffic_of(tt)
    return [_place(tt, catalogue, traffic, group) for group in _groups(tt, catalogue)]


def _groups(tt: Timetable, catalogue: Catalogue) -> Iterator[list[int]]:
    """Yield the stops of each place: stations with their platforms, neighbours, twins."""
    known = tt.n_known_stops
    station, twin_ptr = np.asarray(tt.stop_station[:known]), tt.twin_ptr[: known + 1]
    every = np.arange(known)
    root = np.where(station == NONE, every, station)
    chains = [(group[:-1], group[1:]) for group in _neighbours(tt, catalogue, np.unique(root))]
    origin = np.concatenate([every, np.repeat(every, np.diff(twin_ptr)), *(a for a, _ in chains)])
    target = np.concatenate([root, tt.twin_stop, *(b for _, b in chains)])
    edges = coo_array((np.ones(origin.size), (origin, target)), shape=(known, known))
    members: dict[int, list[int]] = defaultdict(list)
    for stop, place in enumerate(connected_components(edges, directed=False)[1].tolist()):
        members[place].append(stop)
    yield from members.values()


def _neighbours(tt: Timetable, catalogue: Catalogue, roots: I64) -> Iterator[list[int]]:
    """Yield stations and stops that share a name and lie together."""
    named: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for root in roots.tolist():
        named[tuple(words(catalogue.stop(root).name))].append(root)
    x, y = to_xy(np.asarray(tt.stop_lat), np.asarray(tt.stop_lon), *_middle(tt))
    for group in named.values():
        for cluster in clusters(x[group], y[group], SAME_PLACE_M):
            yield [group[i] for i in cluster]


def _middle(tt: Timetable) -> tuple[float, float]:
    return (float(np.mean(tt.stop_lat)), float(np.mean(tt.stop_lon))) if tt.n_stops else (0.0, 0.0)


def _place(tt: Timetable, catalogue: Catalogue, traffic: Traffic, group: Sequence[int]) -> Place:
    infos = {stop: catalogue.stop(stop) for stop in group}
    # The station stands for its platforms, otherwise the busiest stop for its neighbours.
    main = max(group, key=lambda s: (infos[s].is_station, traffic.departures[s], -s))
    modes = np.flatnonzero(traffic.has_mode[group].any(axis=0)).tolist()
    info = infos[main]
    others = sorted({infos[stop].name for stop in group} - {info.name})
    return Place(
        id=info.id,
        kind=PlaceKind.STATION if info.is_station or RAIL in modes else PlaceKind.STOP,
        name=info.name,
        # another feed may say where a stop of a bare name is
        locality=next(filter(None, (infos[stop].locality for stop in (main, *group))), None),
        lat=float(tt.stop_lat[main]),
        lon=float(tt.stop_lon[main]),
        modes=tuple(MODES[mode] for mode in modes),
        other_names=tuple(others),
        departures=float(traffic.departures[group].sum()),
    )
