"""Trips that repeat every few minutes become as many trips as there are runs.

Both kinds of ``frequencies.txt`` are written out: with ``exact_times`` 0 the printed headway is
only a promise on average, and the runs are the schedule that keeps it.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.keys import positions

I64 = npt.NDArray[np.int64]

AS_WRITTEN = -1
"""The start of a run that is a trip of its own, at the times of ``stop_times.txt``."""


class Runs(NamedTuple):
    """The trips of the compiled timetable."""

    source: I64
    """(T,) row of ``trips.txt``; not decreasing."""
    start: I64
    """(T,) second at which the run leaves its first stop, or ``AS_WRITTEN``."""


def runs_of(frequencies: pd.DataFrame, trips: pd.DataFrame) -> Runs:
    """Return the runs of all trips; a trip with frequencies runs only as they say."""
    trip = positions(frequencies.trip_id, trips.trip_id)
    repeated = np.zeros(len(trips), dtype=np.bool_)
    repeated[trip] = True
    single = np.flatnonzero(~repeated)
    starts = [
        np.arange(start, end, headway, dtype=np.int64)
        for start, end, headway in zip(
            frequencies.start_time, frequencies.end_time, frequencies.headway_secs, strict=True
        )
    ]
    sizes = [run.size for run in starts]
    source = np.concatenate([single, np.repeat(trip, sizes)])
    start = np.concatenate([np.full(single.size, AS_WRITTEN), *starts])
    both = np.unique(np.stack([source, start], axis=1), axis=0)
    return Runs(both[:, 0], both[:, 1])
