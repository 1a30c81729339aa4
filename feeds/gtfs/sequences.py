"""The ``stop_sequence`` of every event, which only messages about the feed still speak of."""

from typing import NamedTuple

import numpy as np

from feeds.gtfs.frequencies import runs_of
from feeds.gtfs.keys import positions
from feeds.gtfs.read import Feed
from routing.timetable import I32, I64


class StopSequences(NamedTuple):
    """Of T trips with E events, in the order in which ``feeds.gtfs`` compiles them."""

    ptr: I64
    """(T+1,) where the events of each trip start."""
    sequence: I32
    """(E,) rising within a trip."""


def stop_sequences(feed: Feed) -> StopSequences:
    """Return what ``stop_times.txt`` says in ``stop_sequence``; of repeated trips, for each run."""
    trip = positions(feed.stop_times.trip_id, feed.trips.trip_id)
    sequence = feed.stop_times.stop_sequence.to_numpy().astype(np.int32)
    starts = np.searchsorted(trip, np.arange(len(feed.trips) + 1))
    source = runs_of(feed.frequencies, feed.trips).source
    lengths = np.diff(starts)[source]
    ptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    rows = np.repeat(starts[source] - ptr[:-1], lengths) + np.arange(ptr[-1])
    return StopSequences(ptr, sequence[rows])
