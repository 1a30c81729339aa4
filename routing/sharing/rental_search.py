"""Ways by a rented vehicle: walk, unlock, ride, lock, walk; from a point, or to one.

Three searches, one behind the other, are one search of three layers: the walk gives the ride its
starts, and where rides end, walks go on. Of each class, the quickest way is answered.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from routing.sharing.backward import back_from
from routing.sharing.fleet import Fleet
from routing.sharing.found import (
    AHEAD,
    NEVER,
    OPEN,
    Found,
    RentalWay,
    Rider,
    Trace,
    nothing,
    rates_of,
    searched,
    seeds_of,
)
from routing.sharing.goals import Exit, Goal, exit_at, exit_to, goal_of
from routing.sharing.ground import (
    FLOAT_WALK_DM,
    RENTAL_WALK_DM,
    Ground,
)
from routing.sharing.rides import (
    Bound,
    Exits,
    Workspace,
    leave,
    walked_s,
)
from routing.sharing.staying import (
    Stays,
    leave_staying,
    stays_of,
    traits,
)
from routing.sharing.stock import RentalClass
from routing.street.graph import I32, U8
from routing.street.profile import Profile
from routing.street.router import StreetRouter, budget_dm


class RentalSearch:
    """Searches ways by all classes of a supply; safe to share between threads."""

    def __init__(self, ground: Ground, classes: Sequence[RentalClass]) -> None:
        self.ground = ground
        self.fleets = tuple(Fleet(ground, each) for each in classes)

    def prepare(self) -> None:
        """Compute what the first questions would wait for."""
        _ = self._pickups, self._docks
        for fleet in self.fleets:
            _ = fleet.docked_stays, fleet.walks_to_pickups, fleet.open_gates, fleet.stretch
            if fleet.open_gates.any():
                _ = fleet.free_stays

    @cached_property
    def _pickups(self) -> tuple[StreetRouter, list[int]]:
        return _router(self.ground, [fleet.rental.pickups for fleet in self.fleets])

    @cached_property
    def _docks(self) -> tuple[StreetRouter, list[int]]:
        return _router(self.ground, [fleet.rental.docks for fleet in self.fleets])

    def ahead(
        self,
        origin: tuple[float, float],
        rider: Rider,
        destination: tuple[float, float] | None = None,
        chosen: Sequence[Fleet] | None = None,
        banned: frozenset[tuple[int, int]] = frozenset(),
    ) -> list[Found]:
        """Return the ways from a point to stops, and to a destination, of each chosen class.

        ``banned`` are number of the class and of the vehicle.
        """
        walks = self._near(self._pickups, origin, rider, backward=False)
        field = self.ground.walk_to(*destination, FLOAT_WALK_DM) if destination else None
        docks = self._near(self._docks, destination, rider, backward=True) if destination else None
        found = []
        for number, fleet in self._chosen(chosen):
            near = [(p, s) for p, s in walks[number] if (number, p) not in banned]
            goal = (
                goal_of(fleet, destination, field, docks[number], rider.walk_mps)
                if destination and field and docks
                else None
            )
            found.append(from_vehicles(fleet, near, rider, goal))
        return found

    def back(
        self,
        destination: tuple[float, float],
        rider: Rider,
        chosen: Sequence[Fleet] | None = None,
        banned: frozenset[tuple[int, int]] = frozenset(),
    ) -> list[Found]:
        """Return the ways from stops to a point of each chosen class."""
        field = self.ground.walk_to(*destination, FLOAT_WALK_DM)
        docks = self._near(self._docks, destination, rider, backward=True)
        return [
            back_from(
                fleet,
                goal_of(fleet, destination, field, docks[number], rider.walk_mps),
                rider,
                frozenset(p for n, p in banned if n == number),
            )
            for number, fleet in self._chosen(chosen)
        ]

    def _chosen(self, chosen: Sequence[Fleet] | None) -> list[tuple[int, Fleet]]:
        pairs = list(enumerate(self.fleets))
        return pairs if chosen is None else [pair for pair in pairs if pair[1] in chosen]

    def _near(
        self,
        places: tuple[StreetRouter, list[int]],
        point: tuple[float, float],
        rider: Rider,
        *,
        backward: bool,
    ) -> list[list[tuple[int, int]]]:
        """Return for each class its places near a point, and the seconds on foot."""
        router, first = places
        budget_s = int(RENTAL_WALK_DM / (10 * rider.walk_mps))
        reach = router.reach(*point, budget_s, backward=backward, speed_mps=rider.walk_mps)
        cuts = np.searchsorted(reach.stop, first)
        pairs = list(zip(reach.stop.tolist(), reach.seconds.tolist(), strict=True))
        return [
            [(place - first[k], seconds) for place, seconds in pairs[cuts[k] : cuts[k + 1]]]
            for k in range(len(self.fleets))
        ]


def _router(ground: Ground, places: Sequence[Sequence[object]]) -> tuple[StreetRouter, list[int]]:
    """Return ways on foot between points and places, and where those of each class begin."""
    first = np.cumsum([0, *map(len, places)]).tolist()
    points = [(place.lat, place.lon) for group in places for place in group]  # type: ignore[attr-defined]
    lat, lon = np.array(points, np.float64).reshape(-1, 2).T
    return StreetRouter(
        ground.network, Profile.FOOT, np.ascontiguousarray(lat), np.ascontiguousarray(lon)
    ), first


def from_vehicles(
    fleet: Fleet, near: Sequence[tuple[int, int]], rider: Rider, goal: Goal | None
) -> Found:
    """Return the ways of a class by vehicles that are near: each, and the seconds on foot."""
    if not near:
        return nothing(fleet)
    walks = np.full(len(fleet.rental.pickups), NEVER, np.int32)
    walks[[place for place, _ in near]] = [seconds for _, seconds in near]
    work = _ride_from(fleet, walks, rider)
    best = np.full((3, fleet.ground.n_stops), NEVER, np.int32)
    rates = rates_of(fleet, rider)
    tables = [_Table(fleet.dock_exits, OPEN, fleet.docked_stays)]
    if fleet.open_gates.any():
        free = fleet.ground.stop_exits(fleet.profile)
        tables.append(_Table(free, fleet.open_gates, fleet.free_stays))
    columns = np.full((4, fleet.ground.n_stops), NEVER, np.int32)
    exit_row, pickup, length, table_of = columns
    for number, table in enumerate(tables):
        before = best[0].copy()
        leave(table.exits, table.is_open, rates, 0, work, best)
        leave_staying(fleet, table.stays, table.exits, table.is_open, walks, rider.walk_mps, best)
        new = np.flatnonzero(best[0] < before)
        pickup[new], length[new] = traits(best[2, new], work, table.stays, table.exits)
        length[new] += table.exits.length[best[1, new]]
        exit_row[new], table_of[new] = best[1, new], number
    best[0, best[0] > rider.max_s] = NEVER
    walked = walks[np.where(best[0] < NEVER, pickup, 0)]

    searches = int(work.counts[2])

    def exit_of(stop: int) -> tuple[Exit, int, Trace]:
        row, exits = int(exit_row[stop]), tables[table_of[stop]].exits
        last_s = walked_s(int(exits.walk_dm[row]), rider.walk_mps)
        return (
            exit_at(fleet, exits, row, stop),
            last_s,
            Trace(int(best[2, stop]), -1, searches, AHEAD),
        )

    direct = _direct(fleet, goal, rider, work, walks)
    return Found(fleet, best[0], walked, pickup, length, exit_of, direct)


class _Table(NamedTuple):
    exits: Exits
    is_open: U8
    stays: Stays


def _ride_from(fleet: Fleet, walks: I32, rider: Rider) -> Workspace:
    ends, owner = fleet.starts, fleet.start_of
    rows = np.flatnonzero(walks[owner] < NEVER)
    begun = walks[owner[rows]] + fleet.unlock_s
    cost = ends.cost[rows] + begun * fleet.dm_a_second
    order = np.argsort(cost, kind="stable")
    rows = rows[order]
    used = ends.length[rows] - fleet.range_dm[owner[rows]]
    seeds = seeds_of(ends.state[rows], cost[order], ends.length[rows], used, owner[rows])
    budget = budget_dm(rider.max_s, fleet.dm_a_second / 10)
    return searched(fleet, seeds, Bound(budget, 0, 0, fleet.stretch), AHEAD)


def _direct(
    fleet: Fleet, goal: Goal | None, rider: Rider, work: Workspace, walks: I32
) -> RentalWay | None:
    """Return the quickest way to the goal by the last search."""
    if goal is None or goal.exits.state.size == 0:
        return None
    rows = np.arange(goal.exits.state.size, dtype=np.int32)
    best = np.full((3, rows.size), NEVER, np.int32)
    here = goal.exits._replace(target=rows, walk_dm=np.zeros_like(rows))
    leave(here, OPEN, rates_of(fleet, rider), 0, work, best)
    stays = stays_of(fleet, here)
    leave_staying(fleet, stays, here, OPEN, walks, rider.walk_mps, best)
    seconds = best[0].astype(np.int64) + goal.walk_s
    row = int(np.argmin(seconds))
    if seconds[row] > rider.max_s:
        return None
    found = exit_to(fleet, goal, row)
    owner, ridden = traits(best[2, row : row + 1], work, stays, here)
    pickup = int(owner[0])
    walk_s, last_s = int(walks[pickup]), int(goal.walk_s[row])
    length = int(ridden[0]) + found.length
    rental_s, trace = (
        int(best[0, row]) - walk_s,
        Trace(int(best[2, row]), -1, int(work.counts[2]), AHEAD),
    )
    return RentalWay(fleet, pickup, found, walk_s, rental_s, last_s, length, trace)
