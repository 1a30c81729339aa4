"""Rentals at the end: from every vehicle to one point.

First the quickest ways are found as if batteries were full, with one label a state. Vehicles whose
battery is too small for theirs are few; for them, the search is made again with what they have.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kommit.kit.geo import distances_m
from routing.sharing.fleet import Fleet
from routing.sharing.found import (
    BACK,
    NEVER,
    SMALL,
    Found,
    Rider,
    Trace,
    nothing,
    rates_of,
    searched,
    seeds_of,
)
from routing.sharing.goals import Exit, Goal, exit_to
from routing.sharing.ground import RENTAL_WALK_DM
from routing.sharing.rides import SLACK_S, UNUSED, Bound, Exits, Workspace, take
from routing.sharing.staying import FIRST_STAY, lower, seconds_of, stays_of
from routing.street.graph import I32
from routing.street.router import budget_dm

FULL_DM: Final = UNUSED // 2
"""Farther than anybody rides within a budget."""


class _Taken(NamedTuple):
    """The quickest way of each vehicle of a class, P in all."""

    best: I32
    """(3, P) seconds, row of ``Fleet.starts`` and label."""
    goal_row: I32
    """(P,) exit of the goal."""
    ridden_dm: I32
    """(P,)"""
    search: I32
    """(P,) number of the search that found it."""
    is_small: npt.NDArray[np.bool_]
    """(P,) whether that was the search for small batteries."""


def back_from(fleet: Fleet, goal: Goal, rider: Rider, banned: frozenset[int]) -> Found:
    """Return the ways of a class from all stops to the point of a goal."""
    if goal.exits.state.size == 0:
        return nothing(fleet)
    taken = _taken(fleet, goal, rider)
    taken.best[0, list(banned)] = NEVER
    walks = fleet.walks_to_pickups
    walk_s = np.ceil(walks.dm / (10.0 * rider.walk_mps) - SLACK_S).astype(np.int64)
    total = walk_s + taken.best[0, walks.place]
    order = np.lexsort((total, walks.stop))
    order = order[total[order] <= rider.max_s]
    stop, first = np.unique(walks.stop[order], return_index=True)
    rows = order[first]
    columns = np.full((4, fleet.ground.n_stops), NEVER, np.int32)
    pickup = walks.place[rows]
    columns[:, stop] = total[rows], walk_s[rows], pickup, taken.ridden_dm[pickup]
    seconds, walked, vehicle, length = columns

    def exit_of(stop: int) -> tuple[Exit, int, Trace]:
        at = int(vehicle[stop])
        row, (_, start, label) = int(taken.goal_row[at]), taken.best[:, at].tolist()
        name = SMALL if taken.is_small[at] else BACK
        trace = Trace(label, start, int(taken.search[at]), name)
        return exit_to(fleet, goal, row), int(goal.walk_s[row]), trace

    return Found(fleet, seconds, walked, vehicle, length, exit_of)


def _taken(fleet: Fleet, goal: Goal, rider: Rider) -> _Taken:
    starts = _starts(fleet)
    quickest = _ride_back(fleet, goal, rider, FULL_DM, FULL_DM)
    full = np.full_like(fleet.range_dm, FULL_DM)
    taken = _read(fleet, quickest, starts, full, rider)
    small = (taken.best[0] < NEVER) & (taken.ridden_dm > fleet.range_dm)
    taken.best[0, small] = NEVER
    small &= _may_reach(fleet, goal)
    if small.any():
        longest, least = int(fleet.range_dm[small].max()), int(fleet.range_dm[small].min())
        # what leads to the vehicle's own place is used up, too
        enough = least - int(fleet.starts.length.max(initial=0))
        work = _ride_back(fleet, goal, rider, longest, enough)
        again = _read(fleet, work, starts, np.where(small, fleet.range_dm, -1), rider)
        for column, new in zip(taken[:4], again[:4], strict=True):
            column[..., small] = new[..., small]
        taken.is_small[small] = True
    _stay(fleet, goal, taken)
    return taken


def _read(fleet: Fleet, work: Workspace, starts: Exits, range_dm: I32, rider: Rider) -> _Taken:
    best = np.full((3, range_dm.size), NEVER, np.int32)
    take(starts, range_dm.astype(np.int32), rates_of(fleet, rider), work, best)
    found = best[0] < NEVER
    label, row = (np.where(found, best[k], 0) for k in (2, 1))
    ridden = work.length[label] + starts.length[row]
    number, is_small = np.full_like(best[0], work.counts[2]), np.zeros(best.shape[1], np.bool_)
    return _Taken(best, work.owner[label], ridden, number, is_small)


def _may_reach(fleet: Fleet, goal: Goal) -> npt.NDArray[np.bool_]:
    """Return (P,) whether a battery reaches a place near the goal as the crow flies."""
    lat, lon = (
        np.array([getattr(p, name) for p in fleet.rental.pickups], np.float64)
        for name in ("lat", "lon")
    )
    crow_m = distances_m(np.float64(goal.point[0]), np.float64(goal.point[1]), lat, lon)
    reached: npt.NDArray[np.bool_] = crow_m * 10 - RENTAL_WALK_DM <= fleet.range_dm
    return reached


def _stay(fleet: Fleet, goal: Goal, taken: _Taken) -> None:
    """Lower what was taken to rides that stay on one segment."""
    stays = stays_of(fleet, goal.exits)
    total = seconds_of(fleet, stays).astype(np.int64) + goal.walk_s[stays.exit]
    lower(taken.best, stays.pickup, total, stays.exit)
    stayed = np.flatnonzero((taken.best[0] < NEVER) & (taken.best[2] >= FIRST_STAY))
    taken.goal_row[stayed] = taken.best[1, stayed]
    taken.ridden_dm[stayed] = stays.length[taken.best[2, stayed] - FIRST_STAY]


def _starts(fleet: Fleet) -> Exits:
    """Return where rides begin, as the other end of a search against their direction."""
    ends = fleet.starts
    zero = np.zeros_like(ends.state)
    owner = np.ascontiguousarray(fleet.start_of, np.int32)
    return Exits(
        ends.state, ends.cost, ends.length, zero, owner, zero, zero, ends.way, np.zeros(zero.size)
    )


def _ride_back(fleet: Fleet, goal: Goal, rider: Rider, most: int, enough: int) -> Workspace:
    after = (goal.walk_s + fleet.lock_s) * fleet.dm_a_second
    cost = goal.exits.cost + after
    order = np.argsort(cost, kind="stable")
    length = goal.exits.length[order]
    seeds = seeds_of(goal.exits.state[order], cost[order], length, length, order.astype(np.int32))
    budget = budget_dm(rider.max_s, fleet.dm_a_second / 10)
    slope, name = (0.0, BACK) if enough == FULL_DM else (fleet.stretch, SMALL)
    return searched(fleet, seeds, Bound(budget, most, enough, slope), name)
