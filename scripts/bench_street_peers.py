"""How far ways agree with those of other engines, and why where they do not."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from bench_street_world import Point, World

from routing.street.graph import CLOSED, StreetClass
from routing.street.profile import Profile
from routing.street.snap import snap
from routing.street.way import StreetPath

MODES = {"foot": Profile.FOOT, "bicycle": Profile.BICYCLE, "car": Profile.CAR}
MAX_S = 12 * 3600
NEAR = 0.05
OUTLIER = 0.25
MOVED_M = 15.0
"""A point of the peer's that is farther from our street is on a street that is closed here."""
SLOW = 1.25
"""A street that takes so much longer than the profile's reference is slow."""
BESIDE_M = 3.0
"""A street farther off is another one than the one the point is on."""
SHORT_M = 150.0
"""Less than this makes a large share of a short way."""


class Trip(NamedTuple):
    """A way of another engine."""

    mode: str
    origin: Point
    goal: Point
    distance_m: float
    duration_s: float
    streets: tuple[str, ...] = ()


def osrm_trips(oracle: Path) -> list[Trip]:
    """Return the ways of an oracle by OSRM, between the points that it snapped to."""
    trips = []
    for query in json.loads(oracle.read_text("utf-8"))["queries"]:
        for mode in MODES:
            found = query.get(mode)
            if found and found["distance_m"] > 0:
                (from_lon, from_lat), (to_lon, to_lat) = found["snapped"]
                ends = (from_lat, from_lon), (to_lat, to_lon)
                trips.append(Trip(mode, *ends, found["distance_m"], found["duration_s"]))
    return trips


def compare(world: World, trips: list[Trip]) -> dict[str, Any]:
    """Return how far the ways agree, by mode, with every outlier and its reason."""
    return {mode: _compare(world, mode, [t for t in trips if t.mode == mode]) for mode in MODES}


def agreement(some: list[Trip], others: list[Trip]) -> dict[str, Any]:
    """Return the share of the ways, by mode, on which two other engines agree."""
    known = {trip[:3]: trip.distance_m for trip in others}
    ratios = {
        mode: np.array(
            [known[t[:3]] / t.distance_m for t in some if t.mode == mode and t[:3] in known]
        )
        for mode in MODES
    }
    return {
        mode: {
            "pairs": int(ratio.size),
            "share_within_5_percent": float((np.abs(ratio - 1) <= NEAR).mean()),
        }
        for mode, ratio in ratios.items()
        if ratio.size
    }


def _compare(world: World, mode: str, trips: list[Trip]) -> dict[str, Any]:
    long = world.long[MODES[mode]]
    ours = [long.path(trip.origin, trip.goal, MAX_S) for trip in trips]
    pairs = [(trip, path) for trip, path in zip(trips, ours, strict=True) if path is not None]
    if not pairs:
        return {"pairs": len(trips), "with_a_way": 0}
    ratio = np.array([path.metres / trip.distance_m for trip, path in pairs])
    time = np.array([path.seconds / max(trip.duration_s, 1.0) for trip, path in pairs])
    off = np.abs(ratio - 1)
    outliers = [
        _outlier(world, trip, path)
        for (trip, path), far in zip(pairs, off > OUTLIER, strict=True)
        if far
    ]
    return {
        "pairs": len(trips),
        "with_a_way": len(pairs),
        "share_within_5_percent": float((off <= NEAR).mean()),
        "median_distance_ratio": float(np.median(ratio)),
        "median_time_ratio": float(np.median(time)),
        "outliers_over_25_percent": len(outliers),
        "reasons": dict(Counter(outlier["reason"].split(":")[0] for outlier in outliers)),
        "without_a_way_here": [
            {"from": trip.origin, "to": trip.goal, "theirs_m": round(trip.distance_m)}
            | {"reason": _why_none(world, trip)}
            for trip, path in zip(trips, ours, strict=True)
            if path is None
        ],
        "outliers": outliers,
    }


def _outlier(world: World, trip: Trip, path: StreetPath) -> dict[str, Any]:
    return {
        "from": trip.origin,
        "to": trip.goal,
        "ours_m": path.metres,
        "theirs_m": round(trip.distance_m),
        "ours_s": path.seconds,
        "theirs_s": round(trip.duration_s),
        "reason": _reason(world, trip, path),
    }


def _reason(world: World, trip: Trip, path: StreetPath) -> str:
    """Return the first reason that holds, the most certain first."""
    reasons = (
        _moved(world, trip),
        _short(trip, path),
        _as_quick(trip, path),
        _other_side(world, trip, path),
        _turned(world, trip),
        _avoided_here(world, trip, path),
        _closed_there(world, trip, path),
        _other_streets(world, trip, path),
    )
    return next((reason for reason in reasons if reason), "unexplained")


def _moved(world: World, trip: Trip) -> str:
    """The peer's point is on no street of ours."""
    for name, point in (("start", trip.origin), ("end", trip.goal)):
        away = _off_street_m(world, MODES[trip.mode], point)
        if away > MOVED_M:
            return (
                f"snapped elsewhere: the {name} is {away:.0f} m from the next street open to"
                f" {trip.mode} here"
            )
    return ""


def _short(trip: Trip, path: StreetPath) -> str:
    apart = abs(path.metres - trip.distance_m)
    return f"short way: they differ by {apart:.0f} m" if apart < SHORT_M else ""


def _other_side(world: World, trip: Trip, path: StreetPath) -> str:
    """Our shorter way starts or ends on a street beside the one that the peer's point is on."""
    if path.metres > trip.distance_m:
        return ""
    graph, usable = world.network.graph, world.network.nets[MODES[trip.mode]].segment_usable
    ends = (("starts", trip.origin, path.stretches[0]), ("ends", trip.goal, path.stretches[-1]))
    for verb, (lat, lon), stretch in ends:
        found = snap(graph, usable, np.array([lat]), np.array([lon]))
        at = np.flatnonzero(found.segment == stretch.segment)
        if at.size and found.distance_dm[at[0]] > 10 * BESIDE_M:
            away = found.distance_dm[at[0]] / 10
            return (
                f"other side: ours {verb} on a street {away:.0f} m beside the point, theirs on it"
            )
    return ""


def _turned(world: World, trip: Trip) -> str:
    """The way back agrees, so one direction is closed to one of the two engines."""
    back = world.long[MODES[trip.mode]].path(trip.goal, trip.origin, MAX_S)
    if back is not None and abs(back.metres / trip.distance_m - 1) <= NEAR:
        return (
            f"direction: the way back is {back.metres} m here, as theirs; a one-way street or a"
            " forbidden turn counts for one engine only"
        )
    return ""


def _avoided_here(world: World, trip: Trip, path: StreetPath) -> str:
    """Say what keeps the profile here from a way on foot that is as long as theirs."""
    if path.metres < trip.distance_m or trip.mode == "foot":
        return ""
    walk = world.long[Profile.FOOT].path(trip.origin, trip.goal, MAX_S)
    if walk is None or abs(walk.metres / trip.distance_m - 1) > 2 * NEAR:
        return ""
    closed, slow = _obstacles(world, MODES[trip.mode], walk)
    if closed:
        return f"closed here: the way of {walk.metres} m has {_listed(closed)} closed to it here"
    if slow:
        return f"slower here: the way of {walk.metres} m has {_listed(slow)} that is slow here"
    return f"barrier or turn: the way of {walk.metres} m is open here but for its junctions"


def _obstacles(
    world: World, profile: Profile, walk: StreetPath
) -> tuple[Counter[str], Counter[str]]:
    """Return the metres of a walk that are closed to a profile, and slow for it, by street."""
    graph, net = world.network.graph, world.network.nets[profile]
    closed: Counter[str] = Counter()
    slow: Counter[str] = Counter()
    for segment, start, end in walk.stretches:
        cost, length = net.way_cost[2 * segment + (end < start)], graph.segment_length_dm[segment]
        metres = round(abs(end - start) * int(length) / 10)
        if cost >= CLOSED:
            closed[_kind(world, segment)] += metres
        elif cost > SLOW * length:
            slow[_kind(world, segment)] += metres
    return closed, slow


def _kind(world: World, segment: int) -> str:
    graph = world.network.graph
    name, kind = int(graph.segment_name[segment]), int(graph.segment_class[segment])
    called = f" {world.names[name]}" if name >= 0 else ""
    return f"{StreetClass(kind).name.lower()}{called}"


def _listed(metres: Counter[str]) -> str:
    return ", ".join(f"{much} m of {kind}" for kind, much in metres.most_common(4))


def _as_quick(trip: Trip, path: StreetPath) -> str:
    """Times do not differ as distances do: speeds are weighed otherwise."""
    ratio = path.seconds / max(trip.duration_s, 1.0)
    if abs(ratio - 1) < 0.15:
        return "as quick: both take as long within 15 %, on roads of other speeds"
    if (ratio > 1) != (path.metres > trip.distance_m):
        ours, theirs = (
            round(3.6 * metres / max(seconds, 1))
            for metres, seconds in ((path.metres, path.seconds), (trip.distance_m, trip.duration_s))
        )
        return f"speeds: the longer way is the quicker one, {ours} km/h here, {theirs} there"
    return ""


def _closed_there(world: World, trip: Trip, path: StreetPath) -> str:
    """Our shorter way uses kinds of streets that the peer may avoid."""
    if path.metres > trip.distance_m:
        return ""
    share: Counter[str] = Counter()
    graph = world.network.graph
    for segment, start, end in path.stretches:
        kind = StreetClass(int(graph.segment_class[segment])).name.lower()
        share[kind] += int(abs(end - start) * int(graph.segment_length_dm[segment]) / 10)
    small = {"track", "path", "service", "pedestrian", "cycleway", "steps", "ferry"}
    used = {kind: metres for kind, metres in share.most_common() if kind in small and metres > 100}
    if not used:
        return ""
    listed = ", ".join(f"{metres} m of {kind}" for kind, metres in used.items())
    return f"shorter here: over {listed}"


def _other_streets(world: World, trip: Trip, path: StreetPath) -> str:
    """Name the streets that only one of both takes."""
    ours = {world.names[step.name] for step in path.steps if step.name >= 0}
    theirs = set(trip.streets)
    better = path.metres < trip.distance_m and path.seconds < trip.duration_s
    worse = path.metres > trip.distance_m and path.seconds > trip.duration_s
    kind = "open here only" if better else "open there only" if worse else "other streets"
    only_theirs = f", theirs by {', '.join(sorted(theirs - ours)[:5])}" if theirs else ""
    return f"{kind}: ours by {', '.join(sorted(ours - theirs)[:5]) or '-'}{only_theirs}"


def _why_none(world: World, trip: Trip) -> str:
    moved = _moved(world, trip)
    if moved:
        return moved
    back = world.long[MODES[trip.mode]].path(trip.goal, trip.origin, MAX_S)
    return "one direction only" if back is not None else "parts of the network that are not joined"


def _off_street_m(world: World, profile: Profile, point: Point) -> float:
    graph, usable = world.network.graph, world.network.nets[profile].segment_usable
    found = snap(graph, usable, *(np.array([value]) for value in point), most=1)
    return float(found.distance_dm[0]) / 10 if found.distance_dm.size else float("inf")
