"""Until when a ride must be booked: the one place of this rule, for search, hold and commit alike.

Follows GTFS ``booking_rules.txt`` (https://gtfs.org/documentation/schedule/reference/).
"""

from typing import NamedTuple, Self

import numpy as np

from routing.timetable import I32, NONE

DAY_S = 86_400

REAL_TIME = 0
SAME_DAY = 1
PRIOR_DAYS = 2


class BookingRule(NamedTuple):
    """One row of ``Timetable.booking_rules``; a field that is not set is ``NONE``."""

    booking_type: int
    """``REAL_TIME``, ``SAME_DAY`` or ``PRIOR_DAYS``."""
    prior_notice_min: int
    """``prior_notice_duration_min``: minutes before departure, for ``SAME_DAY``."""
    last_day: int
    """``prior_notice_last_day``: days before the service day, for ``PRIOR_DAYS``."""
    last_time_s: int
    """``prior_notice_last_time``: GTFS second of that day."""
    max_notice_min: int
    """``prior_notice_duration_max``: earliest booking, minutes before departure, or ``NONE``."""

    @classmethod
    def of_row(cls, row: I32) -> Self:
        """Return the rule of one row of ``Timetable.booking_rules``."""
        return cls(*(int(value) for value in row))

    def latest_booking(self, departure: int, day_epochs: I32 | np.ndarray, day: int) -> int:
        """Return the last Unix second at which a ride can be booked.

        Parameters
        ----------
        departure
            Unix second at which the rider boards.
        day_epochs
            (D,) row of ``Timetable.day_epoch`` of the agency's time zone.
        day
            Index of the trip's service day in it.
        """
        if self.booking_type == SAME_DAY:
            return departure - 60 * max(self.prior_notice_min, 0)
        if self.booking_type == PRIOR_DAYS:
            last_time_s = DAY_S if self.last_time_s == NONE else self.last_time_s
            back = max(self.last_day, 0)
            midnight = (
                int(day_epochs[day - back])
                if day >= back
                else int(day_epochs[0]) - (back - day) * DAY_S
            )
            return min(midnight + last_time_s, departure)
        return departure

    def is_open(self, now: int, departure: int, day_epochs: I32 | np.ndarray, day: int) -> bool:
        """Say whether a ride boarding at ``departure`` can be booked at Unix second ``now``."""
        if self.max_notice_min != NONE and now < departure - 60 * self.max_notice_min:
            return False
        return now <= self.latest_booking(departure, day_epochs, day)
