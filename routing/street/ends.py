"""Where searches of a net start and end that go from or to points on its streets."""

from typing import Final, NamedTuple

import numpy as np

from routing.jit import entry
from routing.street.graph import CLOSED, I32, StreetGraph
from routing.street.net import Net
from routing.street.snap import Snaps

MOST_ENDS: Final = 8
"""Junctions have more exits only in theory; the arrays grow where it happens."""


class Ends(NamedTuple):
    """States that stand for points, with what lies between: E in all.

    Of an *origin* they are the first states that are reached, of a *goal* the last ones.
    """

    state: I32
    """(E,) state of the net."""
    cost: I32
    """(E,) from the origin to the state, or from the state to the goal."""
    length: I32
    """(E,) the same in dm on the ground."""
    snap: I32
    """(E,) row of ``Snaps``: the candidate."""
    way: I32
    """(E,) directed way that is ridden in part."""


@entry
def _origins(
    graph: StreetGraph,
    net: Net,
    snaps: Snaps,
    off_street: float,
    out: tuple[I32, I32, I32, I32, I32],
) -> int:
    state, costs, lengths, row, ridden = out
    n = 0
    for i in range(snaps.segment.size):
        for against in range(2):
            way = 2 * snaps.segment[i] + against
            tail = net.way_tail[way]
            if tail < 0:
                continue
            used = 1.0 - snaps.fraction[i] if against else snaps.fraction[i]
            saved = np.int32(np.rint(net.way_cost[way] * used))
            away = snaps.distance_dm[i]
            ground = np.int32(np.rint(graph.segment_length_dm[way >> 1] * (1.0 - used))) + away
            for arc in range(net.arc_ptr[tail], net.arc_ptr[tail + 1]):
                if net.arc_way[arc] != way:
                    continue
                if n < state.size:
                    state[n], row[n], ridden[n] = net.arc_target[arc], i, way
                    costs[n] = net.arc_cost[arc] - saved + np.int32(np.rint(away * off_street))
                    lengths[n] = ground
                n += 1
    return n


@entry
def _goals(
    graph: StreetGraph,
    net: Net,
    snaps: Snaps,
    off_street: float,
    out: tuple[I32, I32, I32, I32, I32],
) -> int:
    state, costs, lengths, row, ridden = out
    n = 0
    for i in range(snaps.segment.size):
        for against in range(2):
            way = 2 * snaps.segment[i] + against
            if net.way_tail[way] < 0:
                continue
            used = 1.0 - snaps.fraction[i] if against else snaps.fraction[i]
            away = snaps.distance_dm[i]
            if n < state.size:
                state[n], row[n], ridden[n] = net.way_tail[way], i, way
                part = np.int32(np.rint(net.way_cost[way] * used))
                costs[n] = part + np.int32(np.rint(away * off_street))
                lengths[n] = np.int32(np.rint(graph.segment_length_dm[way >> 1] * used)) + away
            n += 1
    return n


def origins(graph: StreetGraph, net: Net, snaps: Snaps, off_street: float = 1.0) -> Ends:
    """Return where searches from points start.

    Parameters
    ----------
    off_street
        Cost of a decimetre between the point and the street.
    """
    return _filled(_origins, graph, net, snaps, off_street)


def goals(graph: StreetGraph, net: Net, snaps: Snaps, off_street: float = 1.0) -> Ends:
    """Return where searches to points end; parameters as of ``origins``."""
    return _filled(_goals, graph, net, snaps, off_street)


def _filled(fill, graph: StreetGraph, net: Net, snaps: Snaps, off_street: float) -> Ends:  # type: ignore[no-untyped-def]
    room = MOST_ENDS * max(snaps.segment.size, 1)
    while True:
        out = tuple(np.empty(room, np.int32) for _ in range(5))
        n = fill(graph, net, snaps, float(off_street), out)
        if n <= room:
            return Ends(*(part[:n] for part in out))
        room = n


def stay(
    graph: StreetGraph, net: Net, origin: Snaps, goal: Snaps, off_street: float = 1.0
) -> tuple[int, int, int, int]:
    """Return the cheapest way that stays on one segment.

    Returns
    -------
    Its cost, or ``CLOSED`` where there is none, its length in dm, and the rows of both candidates.
    """
    best = (CLOSED, CLOSED, -1, -1)
    for i, segment in enumerate(origin.segment.tolist()):
        for j in np.flatnonzero(goal.segment == segment).tolist():
            ahead = float(goal.fraction[j] - origin.fraction[i])
            way = 2 * segment + (ahead < 0)
            whole = int(net.way_cost[way])
            if whole >= CLOSED:
                continue
            away = int(origin.distance_dm[i]) + int(goal.distance_dm[j])
            cost = round(whole * abs(ahead)) + round(away * off_street)
            ground = round(int(graph.segment_length_dm[segment]) * abs(ahead)) + away
            best = min(best, (cost, ground, i, j))
    return best
