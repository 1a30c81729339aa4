"""Where rides of a class may end for a point, and where an end of a ride is."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from routing.sharing.fleet import Fleet
from routing.sharing.ground import AT_DOOR, AT_JUNCTION, Field, joined
from routing.sharing.rides import Exits, walked_s
from routing.street.graph import I32


class Exit(NamedTuple):
    """Where a rental ends."""

    lat: float
    lon: float
    dock: int
    """Of the class, or -1 outside of stations."""
    state: int
    cost: int
    """Effective dm from the state."""
    length: int
    way: int
    """Directed way ridden in part at the end, or -1."""
    fraction: float


class Goal(NamedTuple):
    """How rides of a class end for a point: exits with seconds on foot, all to target 0."""

    exits: Exits
    walk_s: I32
    point: tuple[float, float]
    area: I32
    """Dock in whose area each exit is, or the dock itself, or -1."""


def goal_of(
    fleet: Fleet,
    point: tuple[float, float],
    field: Field,
    docks: Sequence[tuple[int, int]],
    walk_mps: float,
) -> Goal:
    """Return the exits from which a point is reached on foot, or which are at its door."""
    near = field.node[fleet.open_gates[field.node] > 0]
    dm = field.dm[fleet.open_gates[field.node] > 0]
    junctions = fleet.ground.at_junctions(
        fleet.profile, Field(near, dm), np.zeros(near.size, np.int32)
    )
    walked = [walked_s(one, walk_mps) for one in junctions.walk_dm.tolist()]
    parts, area = [junctions], [fleet.area_of_gate[junctions.gate]]
    is_open, dock = fleet.end_at(*point)
    if is_open:
        door = fleet.ground.at_points(
            fleet.net, fleet.profile, np.array([point[0]]), np.array([point[1]])
        )
        parts.append(door)
        area.append(np.full(door.state.size, dock, np.int32))
        walked += [0] * door.state.size
    seconds = dict(docks)
    ends = fleet.dock_ends
    rows = [row for row, place in enumerate(ends.place.tolist()) if place in seconds]
    docked = Exits._make(column[rows] for column in ends)
    parts.append(docked)
    area.append(docked.place)
    walked += [seconds[place] for place in docked.place.tolist()]
    exits = joined(*parts)
    exits = exits._replace(target=np.zeros_like(exits.target), gate=np.zeros_like(exits.gate))
    return Goal(exits, np.array(walked, np.int32), point, np.concatenate(area))


def exit_at(fleet: Fleet, exits: Exits, row: int, stop: int) -> Exit:
    """Return the end of a ride for a stop."""
    place, gate = int(exits.place[row]), int(exits.gate[row])
    ground, graph = fleet.ground, fleet.ground.graph
    if place == AT_JUNCTION:
        lat, lon, dock = graph.node_lat[gate], graph.node_lon[gate], fleet.area_of_gate[gate]
    elif place == AT_DOOR:
        lat, lon, dock = ground.stop_lat[stop], ground.stop_lon[stop], fleet.area_of_gate[gate]
    else:
        at, dock = fleet.rental.docks[place], place
        lat, lon = at.lat, at.lon
    return _exit(exits, row, float(lat), float(lon), int(dock))


def _exit(exits: Exits, row: int, lat: float, lon: float, dock: int) -> Exit:
    columns = exits.state, exits.cost, exits.length, exits.way
    state, cost, length, way = (int(column[row]) for column in columns)
    return Exit(lat, lon, dock, state, cost, length, way, float(exits.fraction[row]))


def exit_to(fleet: Fleet, goal: Goal, row: int) -> Exit:
    """Return the end of a ride for the point of a goal."""
    place, dock = int(goal.exits.place[row]), int(goal.area[row])
    lat, lon = goal.point
    if place >= 0:
        lat, lon = fleet.rental.docks[place].lat, fleet.rental.docks[place].lon
    elif place == AT_JUNCTION:
        graph, state = fleet.ground.graph, int(goal.exits.state[row])
        node = fleet.ground.node_of(fleet.profile, state)
        lat, lon = float(graph.node_lat[node]), float(graph.node_lon[node])
    return _exit(goal.exits, row, lat, lon, dock)
