"""Restrict a search to what can still be booked, at no cost where nothing needs booking.

Booking deadlines rise along a lane, so what is closed by the day is a lane's first slots; what
depends on the departure itself is one window of seconds per rule.
"""

import numpy as np
import numpy.typing as npt

from routing.booking_rules import PRIOR_DAYS, BookingRule
from routing.jit import entry
from routing.timetable import I32, I64, NONE
from routing.transit.arrays import END_SLOT, FIRST_SLOT, N_SLOTS, RECORD, Lanes
from routing.transit.dayview import FAR, BookableSlots
from routing.transit.workspace import (
    ALIGHT_FROM,
    ALIGHT_UNTIL,
    BOARD_FROM,
    BOARD_UNTIL,
    OPEN,
    WINDOW,
    Workspace,
)


class Rules:
    """The booking rules of a timetable, as bounds on the second of departure."""

    def __init__(self, rows: I32) -> None:
        rules = [BookingRule.of_row(row) for row in rows]
        self.lead_s = np.array([_lead_s(rule) for rule in rules], dtype=np.int64)
        """(B,) seconds before departure at which booking ends."""
        self.ahead_s = np.array([_ahead_s(rule) for rule in rules], dtype=np.int64)
        """(B,) seconds before departure at which booking starts."""

    def restrict(
        self, lanes: Lanes, bookable: BookableSlots, work: Workspace, now_s: int | None, sign: int
    ) -> None:
        """Set the workspace's slots and windows to what can be booked at ``now_s`` of the view.

        ``sign`` is -1 for mirrored lanes, else 1. Without ``now_s`` everything is open.
        """
        if bookable.lanes.size == 0:
            return
        windows = work.windows.reshape(-1, WINDOW)
        windows[:] = OPEN * 2
        if now_s is not None:
            self._write_windows(windows[1:], now_s, sign)
        instant = -FAR if now_s is None else now_s
        close_slots(lanes, work.records, bookable.lanes, bookable.deadline, instant, sign)

    def _write_windows(self, windows: npt.NDArray[np.int32], now_s: int, sign: int) -> None:
        first = (now_s + self.lead_s).clip(*OPEN)
        last = (now_s + self.ahead_s).clip(*OPEN)
        if sign > 0:
            windows[:, BOARD_FROM], windows[:, BOARD_UNTIL] = first, last
        else:
            windows[:, ALIGHT_FROM], windows[:, ALIGHT_UNTIL] = -last, -first


def _lead_s(rule: BookingRule) -> int:
    """Return how long before departure booking ends, apart from what the day decides."""
    if rule.booking_type == PRIOR_DAYS:
        return 0
    return FAR - rule.latest_booking(FAR, np.zeros(1, dtype=np.int64), 0)


def _ahead_s(rule: BookingRule) -> int:
    return FAR // 2 if rule.max_notice_min == NONE else 60 * rule.max_notice_min


@entry
def close_slots(
    lanes: Lanes, records: I32, closing: I32, deadline: I64, now_s: int, sign: int
) -> None:
    """Exclude the slots of the lanes ``closing`` whose ``deadline`` passed before ``now_s``.

    ``deadline`` is in the order of the forward lanes; mirrored lanes run through it backwards.
    """
    for lane in closing:
        n_slots = lanes.records[lane * RECORD + N_SLOTS]
        closed = np.searchsorted(
            deadline[lanes.slot_ptr[lane] : lanes.slot_ptr[lane + 1]], now_s, side="left"
        )
        records[lane * RECORD + FIRST_SLOT] = closed if sign > 0 else 0
        records[lane * RECORD + END_SLOT] = n_slots if sign > 0 else n_slots - closed
