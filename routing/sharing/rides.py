"""The ride of a rental: quickest ways from (to) many points, as far as batteries reach.

Dijkstra's algorithm with one bucket for each decimetre, as in ``routing.street.dijkstra``, but on
*labels*: a later one is kept at a state if more of its battery is left. Where batteries reach
farther than anybody rides, a state has one label, and the search is the plain one.
"""

from typing import Final, NamedTuple

import numpy as np

from routing.jit import entry, helper
from routing.street.dijkstra import EMPTY, Arcs
from routing.street.graph import CLOSED, F64, I32, U8
from routing.street.net import Net

UNUSED: Final = 2**30
"""What was used of the battery where nobody has been."""
ROOM: Final = 1 << 16
"""Labels for which there is room at first."""
SLACK_S: Final = 1e-9


class Seeds(NamedTuple):
    """Where rides begin, by ascending cost; E in all."""

    state: I32
    """(E,) state of the net."""
    cost: I32
    """(E,) effective dm before the state is reached, what came before the ride included."""
    length: I32
    """(E,) dm ridden until there."""
    used: I32
    """(E,) dm used of the battery; see ``Bound``."""
    owner: I32
    """(E,) what begins there."""


class Bound(NamedTuple):
    """How far a search goes. ``used`` counts dm from minus the range up to 0, or from 0."""

    budget: int
    """Effective dm, below ``CLOSED``."""
    most_used: int
    """Labels that used more are left out."""
    enough: int
    """Every battery allows this, so it is worth nothing to have used less than
    ``enough - slope * (budget - cost)``: the rest of the budget cannot use it up."""
    slope: float
    """Decimetres on the ground that an effective dm is at most."""


class Workspace(NamedTuple):
    """Buffers of one search; one for each thread and net. N states, room for L labels."""

    first: I32
    """(N,) the quickest label of each state, or -1."""
    last: I32
    """(N,) its slowest one."""
    least: I32
    """(N,) what the slowest one used as far as it matters, or ``UNUSED``."""
    bucket: I32
    """(B,) a ring of labels to settle, by cost."""
    touched: I32
    """(N,) states with a label."""
    counts: I32
    """(3,) labels, touched states, and searches made."""
    state: I32
    """(L,) and so on: of each label."""
    cost: I32
    length: I32
    used: I32
    owner: I32
    parent: I32
    """(L,) label before it, or -1."""
    arc: I32
    """(L,) arc from there; of a first label its seed."""
    next: I32
    """(L,) next of its bucket; of a settled one, the next of its state."""


def workspace_for(net: Net, room: int = ROOM) -> Workspace:
    """Allocate the buffers of one thread, for ``room`` labels."""
    usable = net.arc_cost[net.arc_cost < CLOSED]
    longest = int(usable.max(initial=1))
    n = net.n_states
    return Workspace(
        np.full(n, EMPTY, np.int32),
        np.full(n, EMPTY, np.int32),
        np.full(n, UNUSED, np.int32),
        np.full(1 << (longest + 1).bit_length(), EMPTY, np.int32),
        np.empty(n, np.int32),
        np.zeros(3, np.int32),
        *(np.empty(room, np.int32) for _ in range(8)),
    )


@helper
def _clear(work: Workspace) -> None:
    for i in range(work.counts[1]):
        state = work.touched[i]
        work.first[state], work.last[state], work.least[state] = EMPTY, EMPTY, UNUSED
    work.counts[0], work.counts[1] = 0, 0
    work.counts[2] += 1


@helper
def worth(bound: Bound, cost: int, used: int) -> int:
    """Return what a label used, or what of it matters."""
    return max(used, bound.enough - int(bound.slope * (bound.budget - cost)))


@helper
def _offer(
    work: Workspace, bound: Bound, state: int, cost: int, length: int, used: int, before: I32
) -> bool:
    """Put a label into its bucket, unless it is of no use; say whether there was room.

    ``before`` is its owner, parent and arc.
    """
    if cost > bound.budget or used > bound.most_used:
        return True
    if worth(bound, cost, used) >= work.least[state]:
        return True
    free = work.counts[0]
    if free == work.state.size:
        return False
    at = cost & (work.bucket.size - 1)
    work.state[free], work.cost[free], work.length[free] = state, cost, length
    work.used[free], work.owner[free] = used, before[0]
    work.parent[free], work.arc[free] = before[1], before[2]
    work.next[free], work.bucket[at] = work.bucket[at], free
    work.counts[0] = free + 1
    return True


@helper
def _settle(work: Workspace, label: int, used: int) -> None:
    """Append a label to those of its state."""
    state = work.state[label]
    if work.first[state] == EMPTY:
        work.touched[work.counts[1]] = state
        work.counts[1] += 1
        work.first[state] = label
    else:
        work.next[work.last[state]] = label
    work.last[state], work.least[state], work.next[label] = label, used, EMPTY


@entry
def ride(arcs: Arcs, lengths: I32, seeds: Seeds, bound: Bound, work: Workspace) -> bool:
    """Settle all labels within ``bound``; say whether there was room for them.

    Parameters
    ----------
    lengths
        (G,) dm on the ground of each segment.

    Notes
    -----
    O(labels * arcs of a state + budget). Nothing is allocated.
    """
    _clear(work)
    before = np.empty(3, np.int32)
    mask = work.bucket.size - 1
    seed, settled, enough_room = 0, 0, True
    level = int(seeds.cost[0]) if seeds.cost.size else bound.budget + 1
    while level <= bound.budget and enough_room:
        while seed < seeds.state.size and seeds.cost[seed] <= level and enough_room:
            before[0], before[1], before[2] = seeds.owner[seed], EMPTY, seed
            enough_room = _offer(
                work,
                bound,
                seeds.state[seed],
                level,
                seeds.length[seed],
                seeds.used[seed],
                before,
            )
            seed += 1
        at = level & mask
        while work.bucket[at] != EMPTY:
            label = work.bucket[at]
            work.bucket[at] = work.next[label]
            settled += 1
            state, used = work.state[label], work.used[label]
            matters = worth(bound, level, used)
            if matters >= work.least[state] or not enough_room:
                continue
            _settle(work, label, matters)
            before[0], before[1] = work.owner[label], label
            for arc in range(arcs.ptr[state], arcs.ptr[state + 1]):
                ground = lengths[arcs.way[arc] >> 1]
                before[2] = arc
                enough_room &= _offer(
                    work,
                    bound,
                    arcs.target[arc],
                    level + arcs.cost[arc],
                    work.length[label] + ground,
                    used + ground,
                    before,
                )
        if settled == work.counts[0]:
            if seed == seeds.state.size:
                break
            level = max(level + 1, int(seeds.cost[seed]))
        else:
            level += 1
    if not enough_room:
        work.bucket[:] = EMPTY
    return enough_room


class Exits(NamedTuple):
    """Where rides may end; X in all."""

    state: I32
    """(X,) last state of the ride."""
    cost: I32
    """(X,) effective dm from there."""
    length: I32
    """(X,) dm from there."""
    walk_dm: I32
    """(X,) effective dm on foot to where the rider wants to be."""
    target: I32
    """(X,) where that is."""
    gate: I32
    """(X,) which zone flag opens it."""
    place: I32
    """(X,) what it is: a dock ``>= 0``, or outside of stations: see ``ground``."""
    way: I32
    """(X,) directed way ridden in part at the end, or -1."""
    fraction: F64
    """(X,) of its segment, where the ride ends."""


class Rates(NamedTuple):
    """How long things take."""

    dm_a_second: int
    """Of the profile that rides."""
    unlock_s: int
    lock_s: int
    walk_mps: float
    """Of the rider."""


@helper
def walked_s(dm: int, walk_mps: float) -> int:
    """Return the seconds of a way on foot, rounded up."""
    return int(np.ceil(dm / (10.0 * walk_mps) - SLACK_S))


@entry
def leave(
    exits: Exits, is_open: U8, rates: Rates, most_used: int, work: Workspace, best: I32
) -> None:
    """Lower ``best``, (3, T) seconds, exit and label of each target, to what a ride gave."""
    for i in range(exits.state.size):
        label = work.first[exits.state[i]]
        if label == EMPTY or is_open[exits.gate[i]] == 0:
            continue
        while label != EMPTY and work.used[label] + exits.length[i] > most_used:
            label = work.next[label]
        if label == EMPTY:
            continue
        ridden = work.cost[label] + exits.cost[i]
        seconds = (ridden + rates.dm_a_second - 1) // rates.dm_a_second + rates.lock_s
        seconds += walked_s(exits.walk_dm[i], rates.walk_mps)
        target = exits.target[i]
        if seconds < best[0, target]:
            best[0, target], best[1, target], best[2, target] = seconds, i, label


@entry
def take(ends: Exits, range_dm: I32, rates: Rates, work: Workspace, best: I32) -> None:
    """Lower ``best``, (3, P) seconds, end and label of each vehicle, by a search against its ways.

    ``ends`` are where rides begin: their ``target`` is the vehicle, (P,) ``range_dm`` its range.
    """
    for i in range(ends.state.size):
        label, owner = work.first[ends.state[i]], ends.target[i]
        while label != EMPTY and work.used[label] + ends.length[i] > range_dm[owner]:
            label = work.next[label]
        if label == EMPTY:
            continue
        ridden = work.cost[label] + ends.cost[i]
        seconds = (ridden + rates.dm_a_second - 1) // rates.dm_a_second + rates.unlock_s
        if seconds < best[0, owner]:
            best[0, owner], best[1, owner], best[2, owner] = seconds, i, label
