"""Which trips one vehicle runs one after the other, so that riders may stay in their seats.

``block_id`` says which trips are one vehicle's; ``transfers.txt`` joins (4) or parts (5) two trips
by name, and so also says where a train divides or couples. On each day the trips of a block that
run are sorted by their first departure, and each follows the one before it if

* the vehicle is there in time, and leaves within half an hour: nobody sits out its rest;
* it starts where the other ended: at the same stop or station, or 200 m away at most, so that a
  move out of service is no ride;
* it does not turn back the way it came. Who stayed on such a bus would get nowhere that a few
  steps to the opposite stop do not get them as soon, and a day of to and fro would be one trip.

Trips joined by name need to be in time only. A through-run ends before it would come to the place
of a joint again, and the next one begins after that joint: who stayed on would ride in a circle
instead of waiting there, and a vehicle's day would be one trip that leads everywhere. Trips of
different service days or time zones, trips by ``frequencies.txt`` and trips that must be booked
are never joined.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from feeds.gtfs.checks.in_seat import IN_SEAT, is_in_seat
from feeds.gtfs.frequencies import AS_WRITTEN, Runs
from feeds.gtfs.joints import Joints
from feeds.gtfs.keys import NOWHERE, positions
from feeds.gtfs.read import Feed
from routing.timetable import NONE, Timetable

I64 = npt.NDArray[np.int64]
Days = npt.NDArray[np.bool_]
Pair = tuple[int, int]

MAX_WAYS: Final = 64
"""Through-runs that begin with the same trip on the same day, at most: trains divide into two or
three, and what multiplies further is a mistake."""


class Said(NamedTuple):
    """What a feed says of vehicles."""

    block: I64
    """(T,) a number for each ``block_id``; ``NONE`` for trips without, or that are not joined."""
    joined: Mapping[int, Sequence[int]]
    """Trips that ``transfers.txt`` lets riders of a trip go on in."""
    parted: Collection[Pair]
    """Trips that it parts."""


def with_through_runs(feed: Feed, runs: Runs, timetable: Timetable) -> Timetable:
    """Return the timetable of a checked feed with its through-runs, and their services.

    The timetable needs all fields but those of transfers.
    """
    found = through_runs(said_of(feed, runs, timetable), timetable)
    rows = list(timetable.service_active)
    known = {row.tobytes(): service for service, row in enumerate(rows)}
    service = []
    for days in found.values():
        row = days.astype(np.uint8)
        service.append(known.setdefault(row.tobytes(), len(rows)))
        rows += [row] if service[-1] == len(rows) else []
    return timetable._replace(
        service_active=np.stack(rows) if found else timetable.service_active,
        through_ptr=np.cumsum([0, *map(len, found)], dtype=np.int64),
        through_trip=np.array([trip for trips in found for trip in trips], dtype=np.int32),
        through_service=np.array(service, dtype=np.int32),
    )


def said_of(feed: Feed, runs: Runs, timetable: Timetable) -> Said:
    """Return what a feed says of the vehicles of its trips."""
    can_join = (runs.start == AS_WRITTEN) & (timetable.trip_booking_rule == NONE)
    code = feed.trips.block_id.cat.codes.to_numpy().astype(np.int64)[runs.source]
    trip_of_row = np.full(len(feed.trips) + 1, NOWHERE)  # the last one is for ``NOWHERE``
    trip_of_row[runs.source[can_join]] = np.flatnonzero(can_join)
    rows = feed.transfers[is_in_seat(feed.transfers)]
    one, other = (
        trip_of_row[positions(rows[field], feed.trips.trip_id)]
        for field in ("from_trip_id", "to_trip_id")
    )
    may_stay = (rows.transfer_type == IN_SEAT).tolist()
    pairs = list(zip(one.tolist(), other.tolist(), strict=True))
    parted = {pair for pair, may in zip(pairs, may_stay, strict=True) if not may}
    joined: dict[int, list[int]] = {}
    for pair in dict.fromkeys(pairs):
        if NOWHERE not in pair and pair not in parted:
            joined.setdefault(pair[0], []).append(pair[1])
    return Said(np.where(can_join, code, NONE), joined, parted)


def through_runs(said: Said, timetable: Timetable) -> dict[tuple[int, ...], Days]:
    """Return (D,) the days of every through-run, by its trips."""
    joints = Joints(timetable)
    found: dict[tuple[int, ...], Days] = {}
    for group in _groups(said):
        for days, trips in _days_apart(group, timetable):
            for way in _ways(_next_trips(trips, said, joints)):
                for piece in _without_circles(way, joints):
                    found[piece] = found[piece] | days if piece in found else days
    return found


def _groups(said: Said) -> list[I64]:
    """Return the trips that have to be looked at together, two at least."""
    n_trips = said.block.size
    in_block = np.flatnonzero(said.block != NONE)
    pairs = [(trip, other) for trip, others in said.joined.items() for other in others]
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    ends = np.append(in_block, one), np.append(n_trips + said.block[in_block], other)
    n_nodes = n_trips + int(said.block.max(initial=NONE)) + 1
    graph = coo_array((np.ones(ends[0].size, np.uint8), ends), shape=(n_nodes, n_nodes))
    label = connected_components(graph, directed=False)[1][:n_trips]
    trips = np.unique(np.concatenate([in_block, one, other]))
    trips = trips[np.argsort(label[trips], kind="stable")]
    cuts = np.flatnonzero(np.diff(label[trips])) + 1
    return [group for group in np.split(trips, cuts) if group.size > 1]


def _days_apart(group: I64, tt: Timetable) -> Iterator[tuple[Days, list[int]]]:
    """Return days on which the same trips of a group run, and these."""
    services, service = np.unique(tt.trip_service[group], return_inverse=True)
    kinds, kind_of_day = np.unique(tt.service_active[services], axis=1, return_inverse=True)
    for kind in range(kinds.shape[1]):
        trips = group[kinds[service, kind] == 1].tolist()
        if len(trips) > 1:
            yield kind_of_day.ravel() == kind, trips


def _next_trips(trips: Sequence[int], said: Said, joints: Joints) -> dict[int, list[int]]:
    """Return the trips that each goes on as, on a day on which just these run."""
    blocks: dict[int, list[int]] = {}
    for trip in sorted(trips, key=joints.order):
        blocks.setdefault(int(said.block[trip]), []).append(trip)
    blocks.pop(NONE, None)
    pairs = [
        pair
        for block in blocks.values()
        for pair in pairwise(block)
        if pair not in said.parted and joints.goes_on(*pair)
    ]
    running = set(trips)
    pairs += [
        (trip, other)
        for trip in trips
        for other in said.joined.get(trip, ())
        if other in running and joints.in_time(trip, other)
    ]
    after: dict[int, list[int]] = {}
    for one, other in dict.fromkeys(pairs):
        after.setdefault(one, []).append(other)
    return after


def _ways(after: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """Return every way from a trip that none goes on as to one that goes on as none."""
    later = {trip for trips in after.values() for trip in trips}
    for first in sorted(after.keys() - later):
        yield from islice(_ways_from(first, after), MAX_WAYS)


def _ways_from(first: int, after: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, ...]]:
    open_ways = [[first]]
    while open_ways:
        way = open_ways.pop()
        while len(on := after.get(way[-1], ())) == 1:
            way.append(on[0])
        if not on:
            yield tuple(way)
        open_ways += [[*way, trip] for trip in reversed(on)]


def _without_circles(way: tuple[int, ...], joints: Joints) -> Iterator[tuple[int, ...]]:
    """Return the longest pieces of a way that do not come to the place of a joint twice."""
    first = 0
    for joint in range(1, len(way) - 1):
        met = [k for k in range(first, joint) if joints.end_alike(way[k], way[joint])]
        if met:
            yield way[first : joint + 1]
            first = met[-1] + 1
    yield way[first:]
