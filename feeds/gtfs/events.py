"""Stop times to the flat arrays of stop events."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.frequencies import AS_WRITTEN, Runs
from feeds.gtfs.interpolate import interpolated
from feeds.gtfs.keys import positions
from feeds.gtfs.read import Feed
from routing.timetable import NO_DROP_OFF, NO_PICKUP, NONE

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

NOT_AVAILABLE = 1
"""``pickup_type`` and ``drop_off_type`` where riders may not; by telephone (2, 3) they may."""


class Events(NamedTuple):
    """The events of T trips; fields as in ``routing.timetable.Timetable``."""

    ptr: I64
    """(T+1,)"""
    stop: I32
    """(E,)"""
    arrival: I32
    """(E,)"""
    departure: I32
    """(E,)"""
    flags: U8
    """(E,)"""
    pickup_rule: I32
    """(E,) booking rule for boarding here, or ``NONE``."""


def events_of(feed: Feed, stop_ids: "pd.Series[Any]", runs: Runs) -> Events:
    """Return the events of all runs of a checked feed, whose stop times are in travel order."""
    frame = feed.stop_times
    trip = positions(frame.trip_id, feed.trips.trip_id)
    arrival, departure = interpolated(
        trip,
        frame.arrival_time.to_numpy().astype(np.int64),
        frame.departure_time.to_numpy().astype(np.int64),
        frame.stop_sequence.to_numpy().astype(np.int64),
        frame.shape_dist_traveled.to_numpy(),
    )
    rule = positions(frame.pickup_booking_rule_id, feed.booking_rules.booking_rule_id)
    written = Events(
        ptr=_pointers(np.bincount(trip, minlength=len(feed.trips))),
        stop=positions(frame.stop_id, stop_ids).astype(np.int32),
        arrival=arrival.astype(np.int32),
        departure=departure.astype(np.int32),
        flags=_flags(frame),
        pickup_rule=rule.astype(np.int32),
    )
    return written if np.all(runs.start == AS_WRITTEN) else _repeated(written, runs)


def trip_booking_rules(events: Events) -> I32:
    """(T,) the rule of the first stop at which the trip can be boarded by a rule, or ``NONE``."""
    ruled = np.flatnonzero((events.pickup_rule != NONE) & ((events.flags & NO_PICKUP) == 0))
    trip = np.searchsorted(events.ptr, ruled, side="right") - 1
    trips, first = np.unique(trip, return_index=True)
    rules = np.full(events.ptr.size - 1, NONE, dtype=np.int32)
    rules[trips] = events.pickup_rule[ruled[first]]
    return rules


def _flags(frame: pd.DataFrame) -> U8:
    no_pickup = frame.pickup_type.to_numpy() == NOT_AVAILABLE
    no_drop_off = frame.drop_off_type.to_numpy() == NOT_AVAILABLE
    return np.asarray(NO_PICKUP * no_pickup | NO_DROP_OFF * no_drop_off, dtype=np.uint8)


def _pointers(sizes: I64) -> I64:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _repeated(written: Events, runs: Runs) -> Events:
    """Return the events of ``runs``, each a copy of its source moved to its start."""
    sizes = np.diff(written.ptr)[runs.source]
    ptr = _pointers(sizes)
    run = np.repeat(np.arange(runs.source.size), sizes)
    event = written.ptr[runs.source][run] + np.arange(ptr[-1]) - ptr[run]
    first = written.departure[written.ptr[runs.source]]
    shift = np.where(runs.start == AS_WRITTEN, 0, runs.start - first)[run].astype(np.int32)
    return Events(
        ptr=ptr,
        stop=written.stop[event],
        arrival=np.maximum(written.arrival[event] + shift, 0),
        departure=written.departure[event] + shift,
        flags=written.flags[event],
        pickup_rule=written.pickup_rule[event],
    )
