"""What one search at a time writes to: made once, kept, and never allocated by a kernel."""

from collections import deque
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.timetable import I32, I64
from routing.transit.arrays import (
    MARK_AT,
    N_STOPS,
    NEVER,
    RECORD,
    U64,
    Lanes,
)
from routing.transit.bounds import block_bits, cluster_bits, n_blocks

MAX_RIDES: Final = 8
"""Vehicles boarded at most: as many as fit a stop's cache line of labels."""
LINE: Final = 16
"""Labels of a stop: one cache line of 64 bytes."""
READY: Final = 0
"""Label ``READY + k``: earliest second to board after k rides, 0 <= k < MAX_RIDES."""
ARRIVED: Final = 7
"""Label ``ARRIVED + k``: earliest arrival by the k-th ride, 1 <= k <= MAX_RIDES."""

N_READY: Final = 0
"""Counter: stops in ``ready_stops``."""
N_ARRIVED: Final = 1
"""Counter: stops in ``arrived_stops``."""
LOW_WORD: Final = 2
"""Counter: first word of ``lane_marks`` that may not be zero."""
HIGH_WORD: Final = 3
"""Counter: last word of ``lane_marks`` that may not be zero."""
BLOCK_BITS: Final = 4
"""Not a counter: by how many bits a stop's rank is shifted to give its block in ``rest_s``."""
CLUSTER_BITS: Final = 5
"""Not a counter either: the same for its cluster in ``Lanes.bounds``."""

BOARD_FROM: Final = 0
BOARD_UNTIL: Final = 1
ALIGHT_FROM: Final = 2
ALIGHT_UNTIL: Final = 3
WINDOW: Final = 4
"""Fields of a booking window: riders board and alight within these seconds only."""

OPEN: Final = (-NEVER, NEVER - 1)
"""A pair of bounds that excludes nothing but what is never reached."""

JOURNEY: Final = 5
"""Numbers of a journey: departure, arrival, index of access and of egress, rides."""
RIDE: Final = 9
"""Numbers of a ride: trip, day, board, alight, departure, arrival, stops from and to, and seconds
of the hop to the next ride."""


class Ends(NamedTuple):
    """The stops at one end of a journey, with the way between each and the rider's door."""

    stops: I32
    """(A,) stop ranks; a stop may stand there twice."""
    seconds: I32
    """(A,) seconds on the way."""


class Terms(NamedTuple):
    """A question's numbers, in seconds of the day view."""

    begin: int
    """Earliest departure."""
    window_s: int
    """Journeys that depart in ``[begin, begin + window_s)`` are asked for; 0 asks for the earliest
    arrivals only."""
    max_rides: int
    max_duration_s: int
    sign: int
    """1, or -1 where the lanes are mirrored."""
    epoch: int
    """Unix second of second 0."""


class Workspace(NamedTuple):
    """Buffers of one search. Labels never rise from one ride to the next within a stop."""

    labels: I32
    """(N * LINE,) seconds, aligned to cache lines."""
    ready_bits: U64
    """Bit set of ``ready_stops``."""
    ready_stops: I32
    """(N,) stop ranks at which riders can board earlier than known before this round."""
    ready_before: I32
    """(N,) until when riders could board at each of ``ready_stops`` for all that was known before
    this round: the label they had."""
    arrived_bits: U64
    """Bit set of ``arrived_stops``."""
    arrived_stops: I32
    """(N,) stop ranks that this round's rides reached earlier."""
    position_marks: U64
    """Bit set by lane position: board here this round. Each lane starts at a word of its own."""
    lane_marks: U64
    """Bit set of lanes with a marked position."""
    goal_lanes: U64
    """Bit set of lanes that can be left where there is egress."""
    reached: I32
    """(P+1,) ``slot << 3 | ride - 1`` of the best trip that rode through each position."""
    egress_s: I32
    """(N,) seconds from each stop to the destination, ``NEVER`` where there is no egress."""
    rest_s: I32
    """(B,) seconds that a journey takes at least from each block of stops to the destination."""
    best: I64
    """(MAX_RIDES + 2,) earliest arrival at the destination by rides, never rising."""
    before: I64
    """(MAX_RIDES + 2,) ``best`` before the present departure was searched."""
    goal: I32
    """(MAX_RIDES + 2,) stop at which ``best`` leaves the vehicle."""
    chain: I64
    """(MAX_RIDES + 2) * 6: lane, slot, board, alight, hop seconds before, stop the hop leaves."""
    counters: I64
    """(6,) the four counters above, then ``BLOCK_BITS`` and ``CLUSTER_BITS``."""
    departures: U64
    """Bit set of departure seconds since the start of the query's window."""
    records: I32
    """(L * RECORD,) this search's own lane records, with its first and end slots."""
    windows: I32
    """((B+1) * WINDOW,) booking windows; row 0 is always open."""
    journeys: I64
    """(J * JOURNEY,) answers."""
    rides: I64
    """(J * MAX_RIDES * RIDE,) rides of the answers."""


MAX_WINDOW_S: Final = 86_400
"""Longest window of departures that a workspace has bits for."""
USUAL_JOURNEYS: Final = 512
"""Answers a new workspace has room for; it grows when a question has more."""


class WorkspacePool:
    """Workspaces for one set of lanes, each lent to one search at a time. Thread-safe."""

    def __init__(self, lanes: Lanes, n_rules: int, keep: int = 4) -> None:
        self._lanes, self._n_rules = lanes, n_rules
        self._idle: deque[Workspace] = deque(maxlen=keep)

    def take(self) -> Workspace:
        """Return a workspace that nobody else uses."""
        try:
            return self._idle.pop()
        except IndexError:
            return make_workspace(self._lanes, self._n_rules)

    def give(self, work: Workspace) -> None:
        """Take a workspace back."""
        self._idle.append(work)


def make_workspace(lanes: Lanes, n_rules: int) -> Workspace:
    """Return a workspace for searches on ``lanes`` (and on no others) with ``n_rules`` rules."""
    n_stops, n_lanes = lanes.change_s.size, lanes.slot_ptr.size - 1
    n_words = _mark_words(lanes)
    return Workspace(
        labels=_aligned(n_stops * LINE),
        ready_bits=np.zeros(n_stops // 64 + 1, dtype=np.uint64),
        ready_stops=np.empty(n_stops, dtype=np.int32),
        ready_before=np.empty(n_stops, dtype=np.int32),
        arrived_bits=np.zeros(n_stops // 64 + 1, dtype=np.uint64),
        arrived_stops=np.empty(n_stops, dtype=np.int32),
        position_marks=np.zeros(n_words, dtype=np.uint64),
        lane_marks=np.zeros(n_lanes // 64 + 1, dtype=np.uint64),
        goal_lanes=np.zeros(n_lanes // 64 + 1, dtype=np.uint64),
        reached=np.empty(lanes.stops.size + 1, dtype=np.int32),
        egress_s=np.full(n_stops, NEVER, dtype=np.int32),
        rest_s=np.zeros(n_blocks(n_stops), dtype=np.int32),
        best=np.zeros(MAX_RIDES + 2, dtype=np.int64),
        before=np.zeros(MAX_RIDES + 2, dtype=np.int64),
        goal=np.zeros(MAX_RIDES + 2, dtype=np.int32),
        chain=np.zeros((MAX_RIDES + 2) * 6, dtype=np.int64),
        counters=np.array([0] * 4 + [block_bits(n_stops), cluster_bits(n_stops)]),
        departures=np.zeros(MAX_WINDOW_S // 64 + 1, dtype=np.uint64),
        records=lanes.records.copy(),
        windows=np.tile(np.array(OPEN * 2, dtype=np.int32), n_rules + 1),
        journeys=np.empty(USUAL_JOURNEYS * JOURNEY, dtype=np.int64),
        rides=np.empty(USUAL_JOURNEYS * MAX_RIDES * RIDE, dtype=np.int64),
    )


def with_room(work: Workspace, n_journeys: int) -> Workspace:
    """Return the workspace with room for ``n_journeys``."""
    return work._replace(
        journeys=np.empty(n_journeys * JOURNEY, dtype=np.int64),
        rides=np.empty(n_journeys * MAX_RIDES * RIDE, dtype=np.int64),
    )


def _mark_words(lanes: Lanes) -> int:
    if lanes.records.size == 0:
        return 0
    last = lanes.records[-RECORD:]
    return int(last[MARK_AT]) + ((int(last[N_STOPS]) + 63) >> 6)


def _aligned(size: int, to_bytes: int = 64) -> npt.NDArray[np.int32]:
    raw = np.empty(size + to_bytes // 4, dtype=np.int32)
    start = (-raw.ctypes.data % to_bytes) // 4
    return raw[start : start + size]
