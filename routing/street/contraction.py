"""Contracts the states of a net one after the other, the least important first.

A state is taken out of the net, and *shortcuts* are put in so that the cheapest ways between the
states that remain cost what they did before (Geisberger, Sanders, Schultes, Delling 2008). A
shortcut is not needed where a *witness*, a way around the state, costs no more; witnesses are
looked for within bounds, since one that is missed costs a shortcut and no exactness.
"""

from typing import Final, NamedTuple

from routing.jit import entry, helper, part
from routing.street.graph import CLOSED, I32, I64
from routing.street.heap import cost_of, key_of, pop, push, state_of

NOTHING: Final = -1
"""The end of a list, and the second part of an arc that is no shortcut."""

WITNESS_STATES: Final = 50
"""A search for witnesses gives up after so many states. On the streets of Heidelberg, 100 leave 1 %
fewer shortcuts, and take a third longer."""

WITNESS_ARCS: Final = 800
"""And after so many arcs, which the last states of chequered towns have by the hundred."""

WITNESS_KEYS: Final = 4096
"""Room of the heap of a search for witnesses; it gives up when that is full."""

WEIGHT: Final = 1000
"""Of a quotient in a priority."""


class Overlay(NamedTuple):
    """The net that shrinks and its arcs, those of contracted states, too: N states, A arcs.

    The arcs at a state form two lists. Contracting a state leaves its own lists as they are, and
    takes it out of the lists of its neighbours; so in the end the lists of each state hold its
    arcs to and from more important states.
    """

    tail: I32
    """(A,) state."""
    head: I32
    """(A,) state."""
    cost: I32
    """(A,)"""
    length: I32
    """(A,) dm on the ground."""
    first: I32
    """(A,) arc of the overlay that a shortcut begins with; of any other arc its arc of the net."""
    second: I32
    """(A,) arc that a shortcut ends with, or ``NOTHING``."""
    hops: I32
    """(A,) arcs of the net that it stands for."""
    next_out: I32
    """(A,) next arc of the same tail, or ``NOTHING``."""
    next_in: I32
    """(A,) next arc of the same head, or ``NOTHING``."""
    first_out: I32
    """(N,) where the list of each state's arcs begins."""
    first_in: I32
    """(N,)"""


class Bench(NamedTuple):
    """What a contraction works with."""

    level: I32
    """(N,) states below each one, along the longest chain of contracted neighbours."""
    order: I32
    """(N,) states as they were contracted."""
    queue: I64
    """(N,) heap of keys ``priority << 32 | state``, one for each that is not contracted."""
    counts: I64
    """(3,) arcs of the overlay, states contracted, keys in the queue."""
    reach: I32
    """(N,) cost of states in a search for witnesses; ``CLOSED`` outside."""
    touched: I32
    """(WITNESS_KEYS,) states with a cost."""
    keys: I64
    """(WITNESS_KEYS,) heap of that search."""
    found: I32
    """(2, F) arcs into and out of a state that need a shortcut."""


@helper
def _witnesses(over: Overlay, bench: Bench, start: int, without: int, limit: int) -> int:
    """Fill ``reach`` around ``start`` up to a cost; return how many states are touched."""
    reach, touched, keys = bench.reach, bench.touched, bench.keys
    reach[start], touched[0] = 0, start
    n_touched, settled, looked_at = 1, 0, 0
    size = push(keys, 0, key_of(0, start))
    while size > 0 and settled < WITNESS_STATES and looked_at < WITNESS_ARCS:
        cost, state = cost_of(keys[0]), state_of(keys[0])
        size = pop(keys, size)
        if cost > reach[state]:
            continue
        if cost > limit:
            break
        settled += 1
        arc = over.first_out[state]
        while arc != NOTHING:
            looked_at += 1
            target, total = over.head[arc], cost + over.cost[arc]
            if target != without and total < reach[target] and total <= limit:
                if size == keys.size or n_touched == touched.size:
                    return n_touched
                if reach[target] == CLOSED:
                    touched[n_touched] = target
                    n_touched += 1
                reach[target] = total
                size = push(keys, size, key_of(total, target))
            arc = over.next_out[arc]
    return n_touched


@helper
def _dearest_out(over: Overlay, state: int) -> int:
    """Return the cost of the dearest arc that leaves a state."""
    dearest = 0
    arc = over.first_out[state]
    while arc != NOTHING:
        dearest = max(dearest, int(over.cost[arc]))
        arc = over.next_out[arc]
    return dearest


@helper
def _needed(over: Overlay, bench: Bench, state: int) -> int:
    """List the pairs of arcs that need a shortcut when ``state`` goes; return how many."""
    n, dearest = 0, _dearest_out(over, state)
    into = over.first_in[state]
    while into != NOTHING:
        start = over.tail[into]
        limit = over.cost[into] + dearest
        n_touched = _witnesses(over, bench, start, state, limit)
        out = over.first_out[state]
        while out != NOTHING:
            target = over.head[out]
            around = bench.reach[target]
            if target != start and around > over.cost[into] + over.cost[out]:
                if n < bench.found.shape[1]:
                    bench.found[0, n], bench.found[1, n] = into, out
                n += 1
            out = over.next_out[out]
        for i in range(n_touched):
            bench.reach[bench.touched[i]] = CLOSED
        into = over.next_in[into]
    return n


@helper
def _degree(over: Overlay, state: int) -> tuple[int, int]:
    """Return how many arcs a state has, and of how many arcs of the net they are."""
    degree, hops = 0, 0
    arc = over.first_out[state]
    while arc != NOTHING:
        degree, hops = degree + 1, hops + over.hops[arc]
        arc = over.next_out[arc]
    arc = over.first_in[state]
    while arc != NOTHING:
        degree, hops = degree + 1, hops + over.hops[arc]
        arc = over.next_in[arc]
    return degree, hops


@helper
def _between(over: Overlay, tail: int, head: int) -> int:
    """Return the arc between two states, or ``NOTHING``."""
    arc = over.first_out[tail]
    while arc != NOTHING and over.head[arc] != head:
        arc = over.next_out[arc]
    return int(arc)


@part
def _weigh(over: Overlay, bench: Bench, state: int) -> tuple[int, int]:
    """Return how late a state is to be contracted, and how many shortcuts it needs.

    Late is what has many levels below it, and what costs many arcs: those put in over those taken
    out, and the same weighed by the arcs of the net that they stand for, as RoutingKit does
    (Dibbelt, Strasser, Wagner 2016).
    """
    added = _needed(over, bench, state)
    hops_added = 0
    for i in range(min(added, bench.found.shape[1])):
        hops_added += over.hops[bench.found[0, i]] + over.hops[bench.found[1, i]]
    removed, hops_removed = _degree(over, state)
    priority = WEIGHT * int(bench.level[state])
    if removed > 0:
        priority += (WEIGHT * added) // removed + (WEIGHT * hops_added) // hops_removed
    return priority, added


@part
def _enqueue(bench: Bench, priority: int, state: int) -> None:
    bench.counts[2] = push(bench.queue, bench.counts[2], key_of(priority, state))


@helper
def _join(over: Overlay, bench: Bench, into: int, out: int) -> None:
    """Put a shortcut in; it takes the place of a dearer arc between the same states."""
    tail, head = over.tail[into], over.head[out]
    cost = over.cost[into] + over.cost[out]
    arc = _between(over, tail, head)
    if arc == NOTHING:
        arc = bench.counts[0]
        bench.counts[0] = arc + 1
        over.tail[arc], over.head[arc] = tail, head
        over.next_out[arc], over.first_out[tail] = over.first_out[tail], arc
        over.next_in[arc], over.first_in[head] = over.first_in[head], arc
    elif over.cost[arc] <= cost:
        return
    over.cost[arc], over.length[arc] = cost, over.length[into] + over.length[out]
    over.first[arc], over.second[arc] = into, out
    over.hops[arc] = over.hops[into] + over.hops[out]


@helper
def _unlink(first: I32, following: I32, state: int, arc: int) -> None:
    """Take an arc out of the list of a state."""
    if first[state] == arc:
        first[state] = following[arc]
        return
    at = first[state]
    while following[at] != arc:
        at = following[at]
    following[at] = following[arc]


@helper
def _take_out(over: Overlay, bench: Bench, state: int) -> None:
    """Take a state out of the lists of its neighbours, and raise them above it."""
    above = bench.level[state] + 1
    arc = over.first_out[state]
    while arc != NOTHING:
        head = over.head[arc]
        _unlink(over.first_in, over.next_in, head, arc)
        bench.level[head] = max(bench.level[head], above)
        arc = over.next_out[arc]
    arc = over.first_in[state]
    while arc != NOTHING:
        tail = over.tail[arc]
        _unlink(over.first_out, over.next_out, tail, arc)
        bench.level[tail] = max(bench.level[tail], above)
        arc = over.next_in[arc]


@entry
def weigh_all(over: Overlay, bench: Bench) -> None:
    """Put every state into the queue."""
    for state in range(over.first_out.size):
        _enqueue(bench, _weigh(over, bench, state)[0], state)


@entry
def contract(over: Overlay, bench: Bench) -> bool:
    """Contract states until none is left, or until there is no room; say whether none is left.

    The caller then gives more room, and calls again. A state is weighed again when its turn comes:
    weighing the neighbours of each contracted one takes twice the time, and saves 2 % of the arcs.
    """
    n_states = over.first_out.size
    while bench.counts[1] < n_states:
        key = bench.queue[0]
        state = state_of(key)
        priority, needed = _weigh(over, bench, state)
        if min(bench.found.shape[1], over.tail.size - bench.counts[0]) < needed:
            return False
        bench.counts[2] = pop(bench.queue, bench.counts[2])
        if priority > cost_of(key):
            _enqueue(bench, priority, state)
        else:
            for i in range(needed):
                _join(over, bench, bench.found[0, i], bench.found[1, i])
            _take_out(over, bench, state)
            bench.order[bench.counts[1]] = state
            bench.counts[1] += 1
    return True
