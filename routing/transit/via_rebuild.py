"""From the labels of layers back to journeys over vias, as ``rebuild`` does it for plain ones.

Going back along a ride, every call at the via of the layer below may be where the rider came up
from that layer; at a change, a stay may be. What is found again is checked against labels only, so
there are no parent pointers here either.
"""

from typing import NamedTuple

from routing.jit import helper, part
from routing.timetable import I32, I64, NONE, U8
from routing.transit.arrays import NEVER, RECORD, STOP_AT, Lanes
from routing.transit.rebuild import (
    ALIGHT,
    BOARD,
    HOP_FROM,
    HOP_S,
    LANE,
    LINK,
    SLOT,
    arrival_of,
    departure_of,
    find_feeder,
    last_slot,
    link_departure,
    within,
    write_chain,
)
from routing.transit.workspace import (
    ALIGHT_FROM,
    ALIGHT_UNTIL,
    ARRIVED,
    BOARD_FROM,
    BOARD_UNTIL,
    LINE,
    READY,
    Ends,
    Terms,
    Workspace,
)

Layers = tuple[Workspace, Workspace, Workspace, Workspace]
"""One workspace for each number of vias passed, 0 to ``MAX_VIAS``; with fewer, the last repeats.

All share what belongs to the search as a whole: ``best``, ``before``, ``goal``, ``chain``,
``records``, ``windows``, ``departures`` and the answers."""


class Asked(NamedTuple):
    """A question but for its vias."""

    access: Ends
    egress: Ends
    terms: Terms
    room: int
    """Number of answers that fit."""


class Stopovers(NamedTuple):
    """The vias of a search, in the order in which its direction of time passes them.

    Shapes use V vias, S stops over all vias, N stops of the timetable, P calls.
    """

    stay_s: I32
    """(V,) stay at least; 0 where calling there on board is enough."""
    stop_ptr: I32
    """(V+1,) where the stops of each via start."""
    stops: I32
    """(S,) stop ranks."""
    members: U8
    """(V * N,) 1 where a stop belongs to a via, by via, then rank."""
    call_ptr: I32
    """(V+1,) where the calls of each via start, counted in pairs; none where there is a stay."""
    calls: I32
    """(P * 2,) lane, and place in ``Lanes.stops``, of calls at which riders get on or off."""
    n_stops: int
    rest_s: I32
    """(S,) room for the seconds from each of ``stops`` to the destination at least."""
    gap_s: I64
    """(MAX_RIDES + 2,) room for the least seconds between each ride of a chain and the last."""
    layer: I64
    """(MAX_RIDES + 2,) room for the layer in which each ride of a chain is left."""


@helper
def gap_of(stopovers: Stopovers, via: int, origin: int, stop: int, way_s: int) -> int:
    """Return the seconds from alighting at ``origin`` to boarding at ``stop`` after a stay.

    ``NEVER`` if neither belongs to the via. ``way_s`` is what the change takes without a stay: it
    counts towards the stay from one stop of the via to another (or the same), else comes on top.
    """
    members, row = stopovers.members, via * stopovers.n_stops
    of_via = members[row + origin] + members[row + stop]
    stay_s = stopovers.stay_s[via]
    if of_via == 2:
        return max(int(way_s), int(stay_s))
    return int(way_s) + int(stay_s) if of_via == 1 else NEVER


@part
def find_stay(
    lanes: Lanes,
    below: Workspace,
    stopovers: Stopovers,
    via: int,
    stop: int,
    rides: int,
    until: int,
) -> tuple[int, int, int]:
    """Return walk, first stop and gap of the stay with the least walking that ends by ``until``.

    The walk is ``NEVER`` where there is none.
    """
    gap = gap_of(stopovers, via, stop, stop, lanes.change_s[stop])
    if gap < NEVER and below.labels[stop * LINE + ARRIVED + rides] + gap <= until:
        return 0, stop, gap
    for pair in range(lanes.hop_in_ptr[stop], lanes.hop_in_ptr[stop + 1]):
        origin, walk = int(lanes.hops_in[2 * pair]), int(lanes.hops_in[2 * pair + 1])
        gap = gap_of(stopovers, via, origin, stop, walk)
        if gap < NEVER and below.labels[origin * LINE + ARRIVED + rides] + gap <= until:
            return walk, origin, gap
    return NEVER, stop, 0


@part
def find_feeder_over(
    lanes: Lanes,
    layers: Layers,
    stopovers: Stopovers,
    layer: int,
    stop: int,
    rides: int,
    departure: int,
    second: int,
) -> tuple[int, int, int, int]:
    """Return walk, first stop, gap and layer of the shortest way to a departure in a layer.

    That is one within the layer, or a stay at the via that leads to it. The walk is ``NEVER``
    where there is none.
    """
    walk, origin = find_feeder(lanes, layers[layer], stop, rides, departure, second)
    if walk > 0 and rides > 0 and layer > 0 and stopovers.stay_s[layer - 1] > 0:
        below = layers[layer - 1]
        stayed = find_stay(lanes, below, stopovers, layer - 1, stop, rides, departure)
        if stayed[0] < walk:
            return stayed[0], stayed[1], stayed[2], layer - 1
    gap = int(lanes.change_s[stop]) if walk == 0 else int(walk)
    return int(walk), int(origin), gap, layer


@part
def find_ride_over(
    lanes: Lanes, layers: Layers, stopovers: Stopovers, stop: int, ride: int, second: int
) -> None:
    """Write the link of the ``ride``-th ride, and the layer in which the one before it is left."""
    work = layers[stopovers.layer[ride]]
    time = work.labels[stop * LINE + ARRIVED + ride]
    link = ride * LINK
    work.chain[link + HOP_S] = NEVER
    for pair in range(lanes.alighting_ptr[stop], lanes.alighting_ptr[stop + 1]):
        lane, alight = lanes.alightings[2 * pair], lanes.alightings[2 * pair + 1]
        slot = last_slot(lanes, work, lane, alight, time)
        if slot == NONE or arrival_of(lanes, lane, slot, alight) != time:
            continue
        if within(work, lane, ALIGHT_FROM, ALIGHT_UNTIL, time):
            find_boarding_over(lanes, layers, stopovers, lane, slot, alight, ride, second)
            if work.chain[link + HOP_S] == 0:
                return


@helper
def is_call(
    lanes: Lanes, stopovers: Stopovers, via: int, lane: int, slot: int, position: int
) -> bool:
    """Say whether a rider on board, riding through or not, is at a via without a stay."""
    stop = lanes.stops[lanes.records[lane * RECORD + STOP_AT] + position]
    if stopovers.stay_s[via] > 0 or not stopovers.members[via * stopovers.n_stops + stop]:
        return False
    return (
        departure_of(lanes, lane, slot, position) > -NEVER
        or arrival_of(lanes, lane, slot, position) < NEVER
    )


@part
def find_boarding_over(
    lanes: Lanes,
    layers: Layers,
    stopovers: Stopovers,
    lane: int,
    slot: int,
    alight: int,
    ride: int,
    second: int,
) -> None:
    """Write the link if a slot can be boarded with less walking than the link needs so far.

    It may be boarded in a lower layer than it is left in, if it calls at the vias between them.
    """
    chain, link = layers[0].chain, ride * LINK
    lowest = highest = int(stopovers.layer[ride])
    for board in range(alight, -1, -1):
        while lowest > 0 and is_call(lanes, stopovers, lowest - 1, lane, slot, board):
            lowest -= 1
        departure = departure_of(lanes, lane, slot, board)
        if board == alight or not within(layers[0], lane, BOARD_FROM, BOARD_UNTIL, departure):
            continue
        stop = lanes.stops[lanes.records[lane * RECORD + STOP_AT] + board]
        for layer in range(lowest, 1 if ride == 1 else highest + 1):
            if departure < layers[layer].labels[stop * LINE + READY + ride - 1]:
                continue
            walk, origin, gap, before = find_feeder_over(
                lanes, layers, stopovers, layer, stop, ride - 1, departure, second
            )
            if walk < chain[link + HOP_S]:
                chain[link + LANE], chain[link + SLOT] = lane, slot
                chain[link + BOARD], chain[link + ALIGHT] = board, alight
                chain[link + HOP_S], chain[link + HOP_FROM] = walk, origin
                stopovers.gap_s[ride], stopovers.layer[ride - 1] = gap, before
        if chain[link + HOP_S] == 0:
            return


@part
def leave_later_over(lanes: Lanes, work: Workspace, stopovers: Stopovers, rides: int) -> None:
    """Let every ride but the last be the latest of its lane that still makes the next one."""
    for ride in range(rides - 1, 0, -1):
        link = ride * LINK
        until = link_departure(lanes, work, ride + 1) - stopovers.gap_s[ride + 1]
        lane, alight = work.chain[link + LANE], work.chain[link + ALIGHT]
        slot = last_slot(lanes, work, lane, alight, until)
        board_s = departure_of(lanes, lane, slot, work.chain[link + BOARD])
        alight_s = arrival_of(lanes, lane, slot, alight)
        if within(work, lane, BOARD_FROM, BOARD_UNTIL, board_s) and within(
            work, lane, ALIGHT_FROM, ALIGHT_UNTIL, alight_s
        ):
            work.chain[link + SLOT] = slot


@part
def write_journey_over(
    lanes: Lanes,
    layers: Layers,
    stopovers: Stopovers,
    asked: Asked,
    rides: int,
    second: int,
    at: int,
) -> None:
    """Write the journey with ``rides`` rides as the ``at``-th answer, as ``write_journey`` does."""
    work = layers[0]
    stop = int(work.goal[rides])
    stopovers.layer[rides] = stopovers.stay_s.size
    for ride in range(rides, 0, -1):
        find_ride_over(lanes, layers, stopovers, stop, ride, second)
        stop = work.chain[ride * LINK + HOP_FROM]
    if asked.terms.window_s == 0:
        leave_later_over(lanes, work, stopovers, rides)
    write_chain(lanes, work, asked.access, asked.egress, asked.terms, rides, at)
