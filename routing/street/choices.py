"""Which other ways a rider could take at each junction of a way."""

from typing import NamedTuple

import numpy as np

from routing.jit import entry, helper
from routing.street.graph import F64, I32, StreetGraph
from routing.street.net import Net
from routing.street.trace import direction
from routing.street.ways import ROUNDABOUT


class Choices(NamedTuple):
    """The exits of the junction before each of K directed ways; none before the first.

    Neither the one taken is among them nor going back.
    """

    others: I32
    """(K,) how many there are."""
    off: I32
    """(K,) how many of them are no part of a roundabout."""
    straightest_deg: F64
    """(K,) the least change of direction among them, 180 where there is none."""


def choices(graph: StreetGraph, net: Net, ways: I32) -> Choices:
    """Return the choices along directed ways that follow each other in a net."""
    count = ways.size
    found = Choices(
        np.zeros(count, np.int32), np.zeros(count, np.int32), np.full(count, 180.0, np.float64)
    )
    _choices(graph, net, ways, found)
    return found


@helper
def _start_deg(graph: StreetGraph, way: int) -> float:
    """Return the direction in which a directed way begins."""
    segment = way >> 1
    first, last = graph.shape_ptr[segment], graph.shape_ptr[segment + 1] - 1
    if way & 1:
        first, last = last, first
    return direction((graph.shape_lat, graph.shape_lon), first, last)


@helper
def _weigh(graph: StreetGraph, net: Net, ways: I32, k: int, state: int, found: Choices) -> None:
    """Add the exits of a state that follows the way before the k-th."""
    before = ways[k - 1]
    arriving = _start_deg(graph, before ^ 1) + 180.0
    for arc in range(net.arc_ptr[state], net.arc_ptr[state + 1]):
        way = net.arc_way[arc]
        seen = arc > net.arc_ptr[state] and net.arc_way[arc - 1] == way
        taken, returning = way == ways[k], way == before ^ 1
        if seen or taken or returning:
            continue
        turn = (_start_deg(graph, way) - arriving + 180.0) % 360.0 - 180.0
        found.others[k] += 1
        found.off[k] += (graph.segment_flags[way >> 1] & ROUNDABOUT) == 0
        found.straightest_deg[k] = min(found.straightest_deg[k], abs(turn))


@entry
def _choices(graph: StreetGraph, net: Net, ways: I32, found: Choices) -> None:
    for k in range(1, ways.size):
        tail = net.way_tail[ways[k - 1]]
        if tail < 0:
            continue
        for arc in range(net.arc_ptr[tail], net.arc_ptr[tail + 1]):
            if net.arc_way[arc] == ways[k - 1]:
                _weigh(graph, net, ways, k, net.arc_target[arc], found)
