"""Which stops of different feeds are the same place, by which rule.

A *join* is a pair of stops of two feeds. Stops of one feed are never joined: a feed says itself
what belongs together. Rules, in this order:

1. The same global id (``feeds.merging.global_id``). The same quay is the same platform or pole; the
   same stop place is the same station.
2. Distance and name: names that agree (``feeds.merging.stop_names``), no more than ``SAME_STOP_M``
   apart, which for stations means any two of their platforms, or ``SAME_STATION_M`` from the
   station itself. Stops whose global ids name different
   places contradict each other and are not joined. Of several within reach, the nearest is taken:
   a pair counts if either is the nearest of its feed to the other.
"""

from enum import IntEnum
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from feeds.merging.stops import FeedStops
from feeds.report import Findings
from kommit.kit.geo import EARTH_RADIUS_M, distances_m

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

SAME_STOP_M: Final = 50.0
"""Stops of one name lie within this; the poles of both directions mostly do, the next
stop never."""
SAME_STATION_M: Final = 150.0
"""A station's position is a point somewhere among its platforms."""
SAME_ID_M: Final = 1000.0
"""Stops of one global id that are further apart than this: one of both ids is wrong."""
MAX_PLACE_STOPS: Final = 400
"""More stops than the largest stop place has."""
MAX_PAIRS: Final = 5_000_000
"""Pairs of neighbours of two feeds; twice all of Berlin-Brandenburg has 0.2 million."""


class Rule(IntEnum):
    """Why two stops are the same place; the surest first."""

    SAME_QUAY = 0
    """Global ids name the same platform or pole."""
    SAME_STATION = 1
    """Global ids name the same stop place, and at least one of both no platform in particular."""
    OTHER_QUAY = 2
    """Different platforms of the same stop place: riders can change, but do not stand at both."""
    NEAR_NAME = 3
    """Names agree and positions are close."""


class Joins(NamedTuple):
    """J pairs of stops of different feeds, each once, in order of both stops."""

    stop: I64
    """(J,) the stop of the earlier feed."""
    twin: I64
    """(J,) the stop of the later feed."""
    rule: I64
    """(J,) a ``Rule``."""
    metres: I64
    """(J,) how far apart they are as the crow flies."""

    def by_rule(self) -> dict[str, int]:
        """Return how many pairs each rule has joined."""
        return {rule.name.lower(): int((self.rule == rule).sum()) for rule in Rule}


NO_JOINS: Final = Joins(*(np.zeros(0, np.int64) for _ in Joins._fields))


def join_stops(stops: FeedStops, findings: Findings) -> Joins:
    """Return the joins of all feeds by both rules; what speaks against one is in ``findings``."""
    quays = _same_key(stops, stops.quay, np.arange(stops.quay.size), findings)
    places = _same_key(stops, stops.place, stops.root, findings)
    by_id = _first_of_each(
        _joins(stops, quays, np.full(len(quays), int(Rule.SAME_QUAY))),
        _joins(stops, places, _station_rules(stops, places, quays)),
    )
    by_id = _without_far(by_id, findings)
    near = _without_contradictions(stops, _without(_by_name(stops, findings), by_id), findings)
    return _first_of_each(by_id, _nearest(near, stops.feed))


def _same_key(stops: FeedStops, key: npt.NDArray[np.object_], stop: I64, findings: Findings) -> I64:
    """(N, 2) each two of ``stop`` whose ``key`` is equal and whose feeds differ."""
    given = pd.DataFrame({"key": key, "stop": stop})[key != ""].drop_duplicates()
    sizes = given.groupby("key").stop.transform("size")
    for place in given.key[sizes > MAX_PLACE_STOPS].drop_duplicates():
        findings.warn(
            "crowded-place",
            f"More than {MAX_PLACE_STOPS} stops have the global id {place}: too many to be one "
            "place, so they are not joined by it. Correct the ids.",
            "stops.txt",
        )
    given = given[sizes <= MAX_PLACE_STOPS]
    both = given.merge(given, on="key", suffixes=("", "_twin"))[["stop", "stop_twin"]].to_numpy()
    return np.asarray(both[stops.feed[both[:, 0]] < stops.feed[both[:, 1]]], dtype=np.int64)


def _station_rules(stops: FeedStops, places: I64, quays: I64) -> I64:
    """(N,) the rule of each pair of a stop place.

    Two poles are different ones if both are numbered, and either is found in the other's feed.
    """
    n = stops.n_feeds
    found = [quays[:, side] * n + stops.feed[quays[:, 1 - side]] for side in (0, 1)]
    met = np.concatenate(found)
    own_elsewhere = np.zeros(len(places), dtype=np.bool_)
    for side in (0, 1):
        own_elsewhere |= np.isin(places[:, side] * n + stops.feed[places[:, 1 - side]], met)
    numbered = (stops.quay[places] != "").all(axis=1) & ~stops.is_station[places].any(axis=1)
    return np.where(numbered & own_elsewhere, Rule.OTHER_QUAY, Rule.SAME_STATION).astype(np.int64)


def _without_far(joins: Joins, findings: Findings) -> Joins:
    far = joins.metres > SAME_ID_M
    if far.any():
        findings.warn(
            "far-twins",
            f"{far.sum()} pairs of stops have the same global id and lie up to "
            f"{joins.metres.max() / 1000:.1f} km apart; they are not joined. Correct the ids or "
            "the positions.",
            "stops.txt",
        )
    return _take(joins, ~far)


def _by_name(stops: FeedStops, findings: Findings) -> Joins:
    """Return every pair of stops or stations that are close and whose names agree."""
    near = [
        _neighbours(
            stops, np.flatnonzero(stops.feed == a), np.flatnonzero(stops.feed == b), findings
        )
        for a, b in combinations(range(stops.n_feeds), 2)
    ]
    met = np.concatenate([np.zeros((0, 2), np.int64), *near])
    roots = stops.root[met]
    # stations are wide; what else they are compared by are their platforms
    wide = stops.is_station[met].any(axis=1) & (met == roots).all(axis=1)
    joins = _joins(stops, met, np.full(len(met), int(Rule.NEAR_NAME)))
    close = joins.metres <= np.where(wide, SAME_STATION_M, SAME_STOP_M)
    agree = _agreeing(stops, met[close])
    joins = _take(joins._replace(stop=roots[:, 0], twin=roots[:, 1]), close)
    joins = _take(joins, agree)
    return _first_of_each(_take(joins, np.argsort(joins.metres, kind="stable")))


def _agreeing(stops: FeedStops, pairs: I64) -> npt.NDArray[np.bool_]:
    """(N,) whether two stops, or the stations they belong to, have names that agree."""
    names = stops.name.tolist()
    roots = stops.root[pairs].tolist()
    return np.array(
        [
            any(names[x].agrees_with(names[y]) for x in {a, root_a} for y in {b, root_b})
            for (a, b), (root_a, root_b) in zip(pairs.tolist(), roots, strict=True)
        ],
        dtype=np.bool_,
    )


def _neighbours(stops: FeedStops, some: I64, others: I64, findings: Findings) -> I64:
    """(N, 2) each stop of ``some`` with those of ``others`` within ``SAME_STATION_M``."""
    if not (some.size and others.size):
        return np.zeros((0, 2), np.int64)
    tree, other_tree = (cKDTree(_xyz(stops.lat[part], stops.lon[part])) for part in (some, others))
    if tree.count_neighbors(other_tree, SAME_STATION_M) > MAX_PAIRS:
        findings.warn(
            "crowded-place",
            "Too many stops of two feeds lie in the same spot; they are not joined by distance "
            "and name. Correct the positions.",
            "stops.txt",
        )
        return np.zeros((0, 2), np.int64)
    met = tree.sparse_distance_matrix(other_tree, SAME_STATION_M, output_type="ndarray")
    return np.column_stack([some[met["i"]], others[met["j"]]])


def _xyz(lat: F64, lon: F64) -> F64:
    """(N, 3) metres from the earth's centre; short chords are as long as the way."""
    phi, lam = np.radians(lat), np.radians(lon)
    unit = [np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)]
    return EARTH_RADIUS_M * np.column_stack(unit)


def _without_contradictions(stops: FeedStops, joins: Joins, findings: Findings) -> Joins:
    """Leave out stops that both have global ids: the same ids would have joined them before."""
    id_of = dict(zip(stops.root.tolist(), stops.place.tolist(), strict=True)) | dict(
        zip(stops.root[stops.place != ""].tolist(), stops.place[stops.place != ""], strict=True)
    )
    ids = [
        (id_of[a], id_of[b]) for a, b in zip(joins.stop.tolist(), joins.twin.tolist(), strict=True)
    ]
    against = np.array([bool(a and b) for a, b in ids], dtype=np.bool_)
    if against.any():
        first, second = ids[int(np.flatnonzero(against)[0])]
        findings.info(
            "contradicting-stops",
            f"{against.sum()} pairs of stops have the same name and spot but different global ids, "
            f"such as {first} and {second}; they are not joined.",
            "stops.txt",
        )
    return _take(joins, ~against)


def _nearest(joins: Joins, feed: I64) -> Joins:
    """Keep a pair if one of both is the other's nearest in its feed."""
    frame = pd.DataFrame({"a": joins.stop, "b": joins.twin, "m": joins.metres})
    frame["feed_a"], frame["feed_b"] = feed[joins.stop], feed[joins.twin]
    least = [
        frame.groupby(["a", "feed_b"]).m.transform("min").to_numpy(),
        frame.groupby(["b", "feed_a"]).m.transform("min").to_numpy(),
    ]
    return _take(joins, joins.metres <= np.maximum(*least))


def _joins(stops: FeedStops, pairs: I64, rule: I64) -> Joins:
    a, b = pairs.T
    metres = distances_m(stops.lat[a], stops.lon[a], stops.lat[b], stops.lon[b])
    return Joins(a, b, rule, np.rint(metres).astype(np.int64))


def _first_of_each(*sources: Joins) -> Joins:
    """Return all joins, of each pair the first."""
    every = Joins(*(np.concatenate(part) for part in zip(*sources, strict=True)))
    return _take(every, np.unique(_pair(every), return_index=True)[1])


def _without(joins: Joins, known: Joins) -> Joins:
    return _take(joins, ~np.isin(_pair(joins), _pair(known)))


def _pair(joins: Joins) -> I64:
    """(J,) a number for each pair of stops."""
    return (joins.stop << 32) | joins.twin


def _take(joins: Joins, which: npt.NDArray[np.bool_] | I64) -> Joins:
    return Joins(*(part[which] for part in joins))
