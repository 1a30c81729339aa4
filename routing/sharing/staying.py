"""Rides that stay on one segment: they pass no state, so searches of states do not find them."""

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from routing.sharing.rides import SLACK_S, Exits, Workspace
from routing.street.graph import F64, I32, U8

if TYPE_CHECKING:
    from routing.sharing.fleet import Fleet

FIRST_STAY: Final = 2**29
"""Numbers from here on stand for rows of ``Stays`` instead of labels."""


class Stays(NamedTuple):
    """Pairs of a vehicle and an exit on the same segment; N in all."""

    pickup: I32
    """(N,) vehicle."""
    exit: I32
    """(N,) row of the exits."""
    cost: I32
    """(N,) effective dm from the vehicle to where it is left."""
    length: I32
    """(N,) dm of it."""
    fraction: F64
    """(N,) of the segment, where the ride begins."""


def stays_of(fleet: "Fleet", exits: Exits) -> Stays:
    """Return the pairs of a class; ``exits`` of its net."""
    snaps, net = fleet.pickup_snaps, fleet.net
    order = np.argsort(snaps.segment, kind="stable")
    rows = np.flatnonzero(exits.way >= 0)
    segment = exits.way[rows] >> 1
    low = np.searchsorted(snaps.segment[order], segment, side="left")
    counts = np.searchsorted(snaps.segment[order], segment, side="right") - low
    nth = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    snap, row = order[np.repeat(low, counts) + nth], np.repeat(rows, counts)
    way = exits.way[row]
    against = (way & 1).astype(np.bool_)
    begun, left = snaps.fraction[snap], exits.fraction[row]
    used = np.where(against, 1.0 - begun, begun)
    keep = np.where(against, begun >= left, begun <= left)
    away = snaps.distance_dm[snap]
    ground = fleet.ground.graph.segment_length_dm[way >> 1]
    cost = exits.cost[row] - np.rint(net.way_cost[way] * used) + np.rint(away * fleet.off_street)
    length = exits.length[row] - np.rint(ground * used) + away
    columns = snaps.owner[snap], row, cost, length
    whole = [np.asarray(column[keep], dtype=np.int32) for column in columns]
    return Stays._make([*whole, begun[keep]])


def seconds_of(fleet: "Fleet", stays: Stays) -> I32:
    """Return (N,) seconds of the rentals, ``2**30`` where the battery does not reach."""
    ridden = -(-stays.cost // fleet.dm_a_second) + fleet.unlock_s + fleet.lock_s
    reaches = stays.length <= fleet.range_dm[stays.pickup]
    return np.where(reaches, ridden, 2**30).astype(np.int32)


def leave_staying(
    fleet: "Fleet",
    stays: Stays,
    exits: Exits,
    is_open: U8,
    walks: I32,
    walk_mps: float,
    best: I32,
) -> None:
    """Lower ``best``, as ``leave`` does, to rides that stay on one segment."""
    last_s = np.ceil(exits.walk_dm[stays.exit] / (10.0 * walk_mps) - SLACK_S)
    total = (
        walks[stays.pickup].astype(np.int64) + seconds_of(fleet, stays) + last_s.astype(np.int64)
    )
    total[is_open[exits.gate[stays.exit]] == 0] = 2**30
    lower(best, exits.target[stays.exit], total, stays.exit)


def lower(best: I32, target: I32, total: np.ndarray, second: I32) -> None:
    """Lower ``best``, (3, T), to the least total of each target, with ``second`` and the row."""
    order = np.lexsort((total, target))
    targets, first = np.unique(target[order], return_index=True)
    rows = order[first]
    better = total[rows] < best[0, targets]
    rows, targets = rows[better], targets[better]
    best[0, targets], best[1, targets] = total[rows], second[rows]
    best[2, targets] = FIRST_STAY + rows


def traits(labels: I32, work: Workspace, stays: Stays, exits: Exits) -> tuple[I32, I32]:
    """Return the owner and the length of labels and rows; lengths are without the exits'."""
    stayed = labels >= FIRST_STAY
    row = np.where(stayed, labels - FIRST_STAY, 0)
    label = np.where(stayed, 0, labels)
    owner, length = work.owner[label], work.length[label]
    if stayed.any():
        owner = np.where(stayed, stays.pickup[row], owner)
        length = np.where(stayed, stays.length[row] - exits.length[stays.exit[row]], length)
    return owner, length
