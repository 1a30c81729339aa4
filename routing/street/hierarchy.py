"""A contraction hierarchy of a net: long ways in a fraction of a millisecond.

Every state has a *rank*, 0 for the most important. A way that goes up to a more important state by
arcs and shortcuts, and then down, is as cheap as any; so searches from both ends only ever go up,
and meet after some hundred states (Geisberger, Sanders, Schultes, Delling 2008). States stand in
memory by rank: what all searches touch lies together.
"""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.street.contraction import (
    NOTHING,
    WITNESS_KEYS,
    Bench,
    Overlay,
    contract,
    weigh_all,
)
from routing.street.graph import CLOSED, I32
from routing.street.net import Net
from routing.street.profile import Profile

ROOM: Final = 2
"""Arcs of an overlay over those of its net, at first. On the streets of Heidelberg 1.8
(bicycles) to 2.9 (cars, whose states are directed ways)."""


MOST_ROOM: Final = 4
"""More arcs than this have no hierarchy worth its time: chequered towns with turn times, which real
ones are not."""


class Hierarchy(NamedTuple):
    """A hierarchy over a net with N states: A arcs and shortcuts, named by the rank of states.

    Each arc belongs to its less important end, where it leads either up or, against its
    direction, down from the other end.
    """

    rank: I32
    """(N,) rank of each state, 0 for the most important."""
    ptr: I32
    """(2N+1,) where the arcs of each rank start: at ``2 * rank`` those that lead up from it, at
    ``2 * rank + 1`` those that lead down to it."""
    low: I32
    """(A,) rank that the arc belongs to."""
    high: I32
    """(A,) rank of the more important end."""
    cost: I32
    """(A,) effective decimetres."""
    length: I32
    """(A,) dm on the ground."""
    first: I32
    """(A,) arc that a shortcut begins with; of other arcs, their arc of the net."""
    second: I32
    """(A,) arc that a shortcut ends with; of other arcs -1."""

    @property
    def n_states(self) -> int:
        """Number of states."""
        return int(self.rank.size)


def build_hierarchy(net: Net, lengths: I32) -> Hierarchy:
    """Return the hierarchy of a net; the same net gives the same bytes.

    Parameters
    ----------
    lengths
        (G,) dm on the ground of each segment.
    """
    built = _build(net, lengths, None)
    assert built is not None  # noqa: S101 - nothing is too dense without a limit
    return built


def build_hierarchies(
    nets: Mapping[Profile, Net], lengths: I32, profiles: Collection[Profile] = tuple(Profile)
) -> dict[Profile, Hierarchy]:
    """Return the hierarchies of several profiles, built side by side.

    Nets that take too many shortcuts have none: their ways are found by plain searches.
    """
    with ThreadPoolExecutor() as pool:
        built = pool.map(lambda profile: _build(nets[profile], lengths, MOST_ROOM), profiles)
        pairs = zip(profiles, built, strict=True)
        return {profile: hierarchy for profile, hierarchy in pairs if hierarchy is not None}


def _build(net: Net, lengths: I32, most_room: int | None) -> Hierarchy | None:
    """Return a hierarchy, or None where it needs more arcs than so many times those of the net."""
    over = _overlay(net, lengths)
    bench, room = _bench(net.n_states, int(np.count_nonzero(over.tail != NOTHING))), ROOM
    weigh_all(over, bench)
    while not contract(over, bench):
        if room == most_room:
            return None
        over, bench = _more_room(over, bench)
        room *= 2
    return _by_rank(over, bench)


def _overlay(net: Net, lengths: I32) -> Overlay:
    """Return the net without circles, and with the cheapest of parallel arcs only."""
    tail = np.repeat(np.arange(net.n_states, dtype=np.int32), np.diff(net.arc_ptr))
    length = lengths[net.arc_way >> 1]
    order = np.lexsort((length, net.arc_cost, net.arc_target, tail))
    same = (np.diff(tail[order]) == 0) & (np.diff(net.arc_target[order]) == 0)
    arcs = order[~np.append([False], same)[: order.size]]
    arcs = arcs[(tail[arcs] != net.arc_target[arcs]) & (net.arc_cost[arcs] < CLOSED)]
    tail, head = tail[arcs], net.arc_target[arcs]
    room = ROOM * max(arcs.size, 1)
    nothing = np.full(arcs.size, NOTHING)
    following = [_chained(part, net.n_states) for part in (tail, head)]
    fields = [tail, head, net.arc_cost[arcs], length[arcs], arcs, nothing, nothing + 2]
    grown = [_grown(part, room) for part in (*fields, *(each[1] for each in following))]
    return Overlay(*[*grown, *(each[0] for each in following)])


def _chained(state: I32, n_states: int) -> tuple[I32, I32]:
    """Return (N,) the first arc of each state, and (A,) the next one of the same state."""
    order = np.argsort(state, kind="stable")
    grouped = state[order]
    first = np.full(n_states, NOTHING, np.int32)
    starts = np.flatnonzero(np.append([True], np.diff(grouped) != 0)[: grouped.size])
    first[grouped[starts]] = order[starts]
    following = np.full(state.size, NOTHING, np.int32)
    goes_on = np.diff(grouped) == 0
    following[order[:-1][goes_on]] = order[1:][goes_on]
    return first, following


def _bench(n_states: int, n_arcs: int) -> Bench:
    return Bench(
        level=np.zeros(n_states, np.int32),
        order=np.empty(n_states, np.int32),
        queue=np.empty(n_states, np.int64),
        counts=np.array([n_arcs, 0, 0], np.int64),
        reach=np.full(n_states, CLOSED, np.int32),
        touched=np.empty(WITNESS_KEYS, np.int32),
        keys=np.empty(WITNESS_KEYS, np.int64),
        found=np.empty((2, 1024), np.int32),
    )


def _more_room(over: Overlay, bench: Bench) -> tuple[Overlay, Bench]:
    """Return both with twice the room."""
    room = 2 * over.tail.size
    arcs = [_grown(part, room) for part in over[:-2]]
    found = np.empty((2, 2 * bench.found.shape[1]), np.int32)
    return Overlay(*[*arcs, *over[-2:]]), bench._replace(found=found)


def _grown(values: npt.NDArray[Any], room: int) -> I32:
    grown = np.full(room, NOTHING, np.int32)
    grown[: values.size] = values
    return grown


def _by_rank(over: Overlay, bench: Bench) -> Hierarchy:
    """Return the hierarchy of an overlay of which every state is contracted."""
    n_states, n_arcs = bench.order.size, int(bench.counts[0])
    rank = np.empty(n_states, np.int32)
    rank[bench.order] = np.arange(n_states - 1, -1, -1, dtype=np.int32)
    tail, head = rank[over.tail[:n_arcs]], rank[over.head[:n_arcs]]
    down = tail < head
    low, high = np.maximum(tail, head), np.minimum(tail, head)
    order = np.lexsort((high, down, low)).astype(np.int32)
    place = np.empty(n_arcs, np.int32)
    place[order] = np.arange(n_arcs, dtype=np.int32)
    first, second = over.first[:n_arcs][order], over.second[:n_arcs][order]
    shortcut = second != NOTHING
    first[shortcut], second[shortcut] = place[first[shortcut]], place[second[shortcut]]
    run = 2 * low[order] + down[order]
    return Hierarchy(
        rank=rank,
        ptr=np.searchsorted(run, np.arange(2 * n_states + 1)).astype(np.int32),
        low=low[order],
        high=high[order],
        cost=over.cost[:n_arcs][order],
        length=over.length[:n_arcs][order],
        first=first,
        second=second,
    )
