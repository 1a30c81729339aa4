"""The way that a rental rides: its geometry and streets."""

import numpy as np

from routing.sharing.found import AGAIN, RentalWay, searched
from routing.sharing.ground import exits
from routing.sharing.rides import Bound, Seeds, Workspace
from routing.sharing.staying import FIRST_STAY, stays_of
from routing.street.dijkstra import EMPTY
from routing.street.way import Course, StreetPath, path_along


def path_of(way: RentalWay) -> StreetPath:
    """Return the way from a vehicle to where it is left, as it was found."""
    fleet, end = way.fleet, way.exit
    pickup = fleet.rental.pickups[way.pickup]
    ridden_s = way.rental_s - fleet.unlock_s - fleet.lock_s
    course = _stayed(way, ridden_s) or _on_trace(way)
    if course is None:
        course = _course(way, *_ride_again(way, ridden_s))
    points = (pickup.lat, pickup.lon), (end.lat, end.lon)
    return path_along(fleet.ground.graph, points, course, ridden_s, 0)


def _ride_again(way: RentalWay, ridden_s: int) -> tuple[int, Workspace]:
    """Search from the one vehicle; return the label that the ride ends with."""
    fleet, starts = way.fleet, way.fleet.starts
    rows = np.flatnonzero(fleet.start_of == way.pickup)
    rows = rows[np.argsort(starts.cost[rows], kind="stable")]
    used = starts.length[rows] - fleet.range_dm[way.pickup]
    seeds = Seeds(
        starts.state[rows], starts.cost[rows], starts.length[rows], used, rows.astype("i4")
    )
    budget = ridden_s * fleet.dm_a_second - way.exit.cost
    # what follows the last state is no part of this search, so nothing is cut off by the rest
    work = searched(fleet, seeds, Bound(budget, 0, -(2**30), 0.0), AGAIN)
    label = int(work.first[way.exit.state])
    while label != EMPTY and work.used[label] + way.exit.length > 0:
        label = int(work.next[label])
    if label == EMPTY:
        raise LookupError("the ride of a rental was not found again")
    return label, work


def _on_trace(way: RentalWay) -> Course | None:
    """Return the course that the search that found the way still knows, or None."""
    trace, fleet = way.trace, way.fleet
    if trace.label < 0 or trace.label >= FIRST_STAY:
        return None
    work = fleet.work(trace.name)
    if trace.number != work.counts[2]:
        return None
    if trace.start < 0:
        return _course(way, trace.label, work)
    label, ways = trace.label, []
    while work.parent[label] != EMPTY:
        ways.append(int(fleet.net.back_way[work.arc[label]]))
        label = int(work.parent[label])
    return _joined(way, trace.start, ways)


def _stayed(way: RentalWay, ridden_s: int) -> Course | None:
    """Return the course of a ride that stays on its segment, or None."""
    fleet, end = way.fleet, way.exit
    if end.way < 0:
        return None
    zero = np.zeros(1, np.int32)
    state, cost, length = (np.array([n], np.int32) for n in (end.state, end.cost, end.length))
    way_, fraction = np.array([end.way], np.int32), np.array([end.fraction])
    last = exits(state, cost, length, zero, zero, zero, zero, way_, fraction)
    stays = stays_of(fleet, last)
    quick = (stays.pickup == way.pickup) & (-(-stays.cost // fleet.dm_a_second) == ridden_s)
    rows = np.flatnonzero(quick)
    if rows.size == 0:
        return None
    return Course.on(end.way >> 1, float(stays.fraction[rows[0]]), end.fraction)


def _course(way: RentalWay, label: int, work: Workspace) -> Course:
    """Return the way to a label, from its vehicle, and on to where it is left."""
    fleet, ways = way.fleet, []
    while work.parent[label] != EMPTY:
        ways.append(int(fleet.net.arc_way[work.arc[label]]))
        label = int(work.parent[label])
    # the seeds of a search among several vehicles are sorted, so the start is told by its way
    return _joined(way, _start_of(way, work, label), ways[::-1])


def _start_of(way: RentalWay, work: Workspace, label: int) -> int:
    """Return the row of ``Fleet.starts`` that a first label is of."""
    starts = way.fleet.starts
    mine = np.flatnonzero(way.fleet.start_of == way.pickup)
    here = mine[starts.state[mine] == work.state[label]]
    return int(here[np.argmin(starts.cost[here])])


def _joined(way: RentalWay, start: int, ways: list[int]) -> Course:
    """Return the course from the vehicle along directed ways to where it is left."""
    fleet, end = way.fleet, way.exit
    ways = [int(fleet.starts.way[start]), *ways]
    begin = float(fleet.pickup_snaps.fraction[fleet.starts.snap[start]])
    stop = float(1 - (ways[-1] & 1))
    if end.way >= 0:
        ways, stop = [*ways, end.way], end.fraction
    return Course(np.array(ways, np.int32), begin, stop)
