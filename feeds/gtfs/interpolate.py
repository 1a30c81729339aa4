"""Times for stops that have none: trips move evenly between the stops that do."""

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def interpolated(
    trip: I64, arrival: I64, departure: I64, sequence: I64, distance: F64
) -> tuple[I64, I64]:
    """Return arrivals and departures, both (E,), without holes.

    Parameters
    ----------
    trip, sequence
        (E,) trip and ``stop_sequence`` of each event, in travel order.
    arrival, departure
        (E,) seconds, negative where there is none; each trip begins and ends with a time.
    distance
        (E,) ``shape_dist_traveled``, NaN where not given. Used in trips that have it at every
        stop and where it never decreases; in others the step of ``stop_sequence`` counts.

    Notes
    -----
    Whole seconds, rounded down, so that times never run backwards. O(E).
    """
    hole = np.flatnonzero(arrival < 0)
    if not hole.size:
        return arrival, departure
    before, after = _neighbours(arrival >= 0, hole)
    start, span = departure[before], arrival[after] - departure[before]
    steps = sequence[hole] - sequence[before]
    by_sequence = span * steps // (sequence[after] - sequence[before])
    usable = _measured(trip, distance)[hole]
    time = start + np.where(usable, _by_distance(distance, before, hole, after, span), by_sequence)
    arrival, departure = arrival.copy(), departure.copy()
    arrival[hole] = departure[hole] = time
    return arrival, departure


def _neighbours(timed: Mask, hole: I64) -> tuple[I64, I64]:
    """Return for each hole the last event with a time before it and the first one after it."""
    at = np.flatnonzero(timed)
    place = np.searchsorted(at, hole)
    return at[place - 1], at[place]


def _by_distance(distance: F64, before: I64, hole: I64, after: I64, span: I64) -> I64:
    length = distance[after] - distance[before]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num((distance[hole] - distance[before]) / length, posinf=0, neginf=0)
    return np.floor(span * np.clip(share, 0, 1)).astype(np.int64)


def _measured(trip: I64, distance: F64) -> Mask:
    """(E,) whether the event's trip has distances everywhere, never decreasing."""
    bad = ~np.isfinite(distance)
    bad[1:] |= (trip[1:] == trip[:-1]) & (distance[1:] < distance[:-1])
    return np.asarray(np.bincount(trip, weights=bad)[trip] == 0)
