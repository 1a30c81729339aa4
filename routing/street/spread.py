"""From many places at once, each with a time of its own, to all streets: Dijkstra with a heap.

The bucket search of ``routing.street.dijkstra`` wants ends that are close to each other in cost;
riders who get off at hundreds of stops over an hour are not.
"""

from typing import Final

import numpy as np

from routing.jit import entry
from routing.street.dijkstra import Arcs
from routing.street.graph import CLOSED, I32, I64, StreetGraph
from routing.street.heap import cost_of, key_of, pop, push, state_of
from routing.street.net import Net

FAR: Final = CLOSED
"""The cost of a state that is not reached."""


def spread(arcs: Arcs, state: I32, cost: I32, budget: int) -> I32:
    """Return (N,) the cost of every state from the nearest of the (E,) states given, or ``FAR``.

    Parameters
    ----------
    cost
        (E,) at which each begins.
    budget
        What costs more is not reached.
    """
    found = np.full(arcs.ptr.size - 1, FAR, np.int32)
    heap = np.empty(arcs.target.size + state.size, np.int64)
    _spread(arcs, state, cost, budget, heap, found)
    return found


@entry
def _spread(arcs: Arcs, states: I32, costs: I32, budget: int, heap: I64, found: I32) -> None:
    size = 0
    for i in range(states.size):
        if costs[i] <= budget and costs[i] < found[states[i]]:
            found[states[i]] = costs[i]
            size = push(heap, size, key_of(costs[i], states[i]))
    while size > 0:
        cost, state = cost_of(heap[0]), state_of(heap[0])
        size = pop(heap, size)
        if cost > found[state]:
            continue
        for arc in range(arcs.ptr[state], arcs.ptr[state + 1]):
            total, target = cost + arcs.cost[arc], arcs.target[arc]
            if total <= budget and total < found[target]:
                found[target] = total
                size = push(heap, size, key_of(total, target))


def junctions_of(graph: StreetGraph, net: Net) -> I32:
    """Return (N,) the junction at which each state of a net is."""
    node = np.full(net.n_states, -1, np.int32)
    plain = min(graph.n_nodes, net.n_states)
    node[:plain] = np.arange(plain)
    way = np.flatnonzero(net.way_tail >= 0)
    tails = np.stack([graph.segment_from, graph.segment_to], axis=1).ravel()
    node[net.way_tail[way]] = tails[way]
    return node
