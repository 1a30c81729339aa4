"""Until when each stop is worth being at: the mirrored search that bounds the one with criteria.

The search runs from the destination, in the other direction of time, from the latest arrival that
is asked for. It leaves the latest useful second at each stop for each number of rides that are
left. Where the plain search already knows that nobody can be that early, it does not even go on:
its labels start at what the plain search found, instead of at ``NEVER``. No kernel of the plain
search has to know of it.

After Delling, Dibbelt, Pajor: Fast and Exact Public Transit Routing with Restricted Pareto Sets,
2019; there the bounds come from searches of their own.
"""

from routing.jit import entry, helper, part
from routing.timetable import I32, I64
from routing.transit.arrays import NEVER, Lanes
from routing.transit.kernel import UNREACHED, make_ready, search
from routing.transit.profile import bound_the_rest, pin_lanes, pin_workspace
from routing.transit.unchecked import pin
from routing.transit.workspace import ARRIVED, BLOCK_BITS, LINE, READY, Ends, Terms, Workspace


@entry
def find_bounds(
    lanes: Lanes,
    work: Workspace,
    known: Workspace,
    sources: Ends,
    targets: Ends,
    terms: Terms,
    deadline: int,
) -> None:
    """Leave in ``work.labels`` until when each stop is of use, negated.

    Label ``READY + k`` of a stop is the negated last second at which an arrival there is of use
    if k rides are left at most, 0 <= k < ``max_rides``; label ``ARRIVED + k`` that at which a
    departure is, 1 <= k <= ``max_rides``.

    Parameters
    ----------
    lanes
        The lanes in the other direction of time than that of the question.
    work
        Made for them.
    known
        What the plain search left, in the direction of the question, searched without
        ``Lanes.bounds``: no rider is anywhere earlier than it says.
    sources, targets
        The ends of the journeys, in the direction of the question.
    terms
        Of these, ``begin`` and ``max_rides`` of the journeys that are asked for.
    deadline
        Their latest arrival.
    """
    work.reached[:] = UNREACHED
    work.best[:] = 1 - terms.begin
    work.counters[:BLOCK_BITS] = 0
    work.rest_s[:] = 0
    bound_the_rest(lanes, work, sources)
    pinned, max_rides = pin_workspace(work), terms.max_rides
    start_at_known(pinned.labels, pin(known.labels), pin(known.best), max_rides, work.egress_s.size)
    for index in range(targets.stops.size):
        make_ready(pinned, targets.stops[index], targets.seconds[index] - deadline, 0)
    search(pin_lanes(lanes), pinned, max_rides)


@part
def start_at_known(labels: I32, known: I32, best: I64, max_rides: int, n_stops: int) -> None:
    """Set every label so that only what the plain search allows can improve it."""
    for stop in range(n_stops):
        line = stop * LINE
        for left in range(max_rides):
            rides = max_rides - left
            earliest = at_least(known[line + ARRIVED + rides], best[rides])
            labels[line + READY + left] = 1 - earliest
        for left in range(1, max_rides + 1):
            rides = max_rides - left
            earliest = at_least(known[line + READY + rides], best[rides + 1])
            labels[line + ARRIVED + left] = 1 - earliest
        for left in range(max_rides, ARRIVED + 1):
            labels[line + READY + left] = -NEVER
        for left in range(max_rides + 1, LINE - ARRIVED):
            labels[line + ARRIVED + left] = -NEVER


@helper
def at_least(label: int, pruned_at: int) -> int:
    """Return the earliest second that is possible, where none from ``pruned_at`` on was kept."""
    return min(int(label), int(pruned_at))
