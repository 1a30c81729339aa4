"""Joins the streets of an illustrative network to ways, and gives them classes and names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from kommit.regions.sources import Line, Stop
from kommit.regions.street_net import StreetNet, is_block

STREET_NAME = re.compile(
    r"(str\.|straße|weg|ring|damm|stiege|allee|gasse|ufer|wall|kamp|platz)$|^Weg ", re.IGNORECASE
)
"""Stops with such names are called after the street they lie at."""
NO_STREET = re.compile(r"[/(]|Abzw|P\+R|P&R|Campingplatz|^Raring$")
STRAIGHT_COS = -np.cos(np.radians(40.0))
"""Streets go on where they bend by at most 40 degrees."""

Edge = tuple[int, int]


class Way(NamedTuple):
    """A street: points in order, and its OSM tags."""

    points: tuple[int, ...]
    highway: str
    name: str


def build_ways(
    net: StreetNet, stops: Iterable[Stop], lines: Iterable[Line], areas: Mapping[str, Any]
) -> list[Way]:
    """Return the ways of a network; every edge is in one of them.

    Parameters
    ----------
    lines
        Lines on main roads.
    """
    given = [(row["name"], _route(net, row["stops"])) for row in areas["street"]]
    main = {e for line in lines for e in _route(net, [call.stop_id for call in line.calls])}
    taken = {edge for _, edges in given for edge in edges}
    classes = {e: c for e, c in _classes(net, main).items() if e not in taken}
    names = _names_of_points(net, stops, areas)
    used = {name for name, _ in given}
    ways = [Way(tuple(_chain(edges)), "secondary", name) for name, edges in given]
    for points in _strokes(net, classes):
        name = next((names[p] for p in points if p in names and names[p] not in used), "")
        used |= {name} - {""}
        ways.append(Way(points, classes[_edge(points[:2])], name))
    return ways


def _edge(pair: Iterable[int]) -> Edge:
    a, b = sorted(map(int, pair))
    return a, b


def _route(net: StreetNet, stop_ids: Sequence[str]) -> list[Edge]:
    """Return the edges of the shortest way along the stops."""
    a, b = net.edges.T
    length = np.hypot(*(net.xy[a] - net.xy[b]).T)
    graph = csr_array((length, (a, b)), shape=(len(net.xy), len(net.xy)))
    route: dict[Edge, None] = {}
    for here, there in pairwise(net.stop_point[stop_id] for stop_id in stop_ids):
        before = dijkstra(graph, directed=False, indices=here, return_predecessors=True)[1]
        path = [there]
        while path[-1] != here:
            path.append(int(before[path[-1]]))
        route |= dict.fromkeys(_edge(pair) for pair in pairwise(reversed(path)))
    return list(route)


def _chain(edges: Sequence[Edge]) -> list[int]:
    """Return the points of consecutive edges."""
    first, second = edges[0], edges[1]
    points = [next(p for p in first if p not in second)]
    for a, b in edges:
        points.append(b if points[-1] == a else a)
    return points


def _classes(net: StreetNet, main: set[Edge]) -> dict[Edge, str]:
    """Return the OSM class of every edge."""
    blocks = is_block(net.xy, net.built_up, net.edges).tolist()
    usual = {True: "residential", False: "unclassified"}
    edges = map(_edge, net.edges)
    return {e: "tertiary" if e in main else usual[b] for e, b in zip(edges, blocks, strict=True)}


def _names_of_points(
    net: StreetNet, stops: Iterable[Stop], areas: Mapping[str, Any]
) -> dict[int, str]:
    hamlets = [row["name"] for row in areas["settlement"]]
    names: dict[int, str] = {}
    for stop in stops:
        point, name = net.stop_point[stop.stop_id], street_name(stop.stop_name, hamlets)
        if name and (net.built_up[point] or name.startswith("Weg ")):  # elsewhere it is a farm
            names.setdefault(point, name)
    return names


def street_name(stop_name: str, hamlets: Iterable[str]) -> str:
    """Return the street that a stop such as "Senden, Bulderner Str." is called after, or ""."""
    name = stop_name.partition(", ")[2]
    for hamlet in hamlets:
        name = name.removeprefix(f"{hamlet} ")
    if NO_STREET.search(name) or not STREET_NAME.search(name):
        return ""
    return re.sub(r"([sS])tr\.", r"\1traße", name)


def _strokes(net: StreetNet, classes: Mapping[Edge, str]) -> Iterator[tuple[int, ...]]:
    """Yield the points of every street: edges joined where one goes straight on into another."""
    joins = _joins(net, classes)
    left = dict.fromkeys(classes)
    while left:
        edge = next(iter(left))
        points = _follow(joins, _follow(joins, list(edge))[::-1])
        for pair in pairwise(points):
            left.pop(_edge(pair), None)
        yield tuple(points)


Joins = Mapping[tuple[int, Edge], Edge]
"""At a point, the edge that goes on from another edge."""


def _follow(joins: Joins, points: list[int]) -> list[int]:
    """Go on straight from the last point until the street ends or closes."""
    start = _edge(points[:2])
    while (on := joins.get((points[-1], _edge(points[-2:])))) and on != start:
        points.append(on[0] if on[1] == points[-1] else on[1])
    return points


def _joins(net: StreetNet, classes: Mapping[Edge, str]) -> Joins:
    at: dict[int, list[Edge]] = defaultdict(list)
    for edge in classes:
        for point in edge:
            at[point].append(edge)
    joins: dict[tuple[int, Edge], Edge] = {}
    for point, edges in at.items():
        for _, one, other in sorted(_bends(net, point, edges, classes)):
            if (point, one) not in joins and (point, other) not in joins:
                joins[point, one], joins[point, other] = other, one
    return joins


def _bends(
    net: StreetNet, point: int, edges: Sequence[Edge], classes: Mapping[Edge, str]
) -> Iterator[tuple[float, Edge, Edge]]:
    """Yield pairs of edges that could be one street, with the cosine between them."""
    for i, one in enumerate(edges):
        for other in edges[i + 1 :]:
            cos = _cosine(net, point, one, other)
            if classes[one] == classes[other] and cos <= STRAIGHT_COS:
                yield round(cos, 6), one, other


def _cosine(net: StreetNet, point: int, one: Edge, other: Edge) -> float:
    ends = [edge[0] if edge[1] == point else edge[1] for edge in (one, other)]
    u, v = (net.xy[end] - net.xy[point] for end in ends)
    return float(u @ v / (np.hypot(*u) * np.hypot(*v)))
