"""Running times of a line: known minutes are kept, those in between follow from the way."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from kommit.kit.geo import distance_m
from kommit.regions.errors import SourceError
from kommit.regions.sources import Call, Line, Stop

STOPPING_S = 25.0
"""Seconds that braking, boarding and speeding up cost at every stop; a usual planning value."""


def minutes_of(line: Line, stops: Mapping[str, Stop]) -> tuple[int, ...]:
    """Return the minute after departure of every call, strictly increasing.

    Parameters
    ----------
    stops
        By their id.

    Raises
    ------
    SourceError
        If known minutes leave less than one minute from stop to stop.
    """
    free_s = np.cumsum([0.0, *_hops_s(line, stops)])
    known = _known(line.calls, free_s)
    position = sorted(known)
    fitted = np.interp(free_s, free_s[position], [known[i] for i in position])
    minutes = _apart([round(float(m)) for m in fitted], known)
    if any(b <= a for a, b in pairwise(minutes)):
        raise SourceError(f"line {line.id}: its minutes leave no time for some stops: {minutes}")
    return tuple(minutes)


def _hops_s(line: Line, stops: Mapping[str, Stop]) -> list[float]:
    """Return the seconds from each call to the next if nothing but the way were known."""
    places = [stops[call.stop_id] for call in line.calls]
    speed_mps = line.speed_kmh / 3.6
    return [
        STOPPING_S + line.detour / speed_mps * distance_m(*_latlon(a), *_latlon(b))
        for a, b in pairwise(places)
    ]


def _latlon(stop: Stop) -> tuple[float, float]:
    return stop.stop_lat, stop.stop_lon


def _known(calls: Sequence[Call], free_s: np.ndarray) -> dict[int, int]:
    known = {i: call.minute for i, call in enumerate(calls) if call.minute is not None}
    known.setdefault(0, 0)
    last = len(calls) - 1
    if last not in known:
        anchor = max(known)
        known[last] = known[anchor] + max(
            last - anchor, int(np.ceil((free_s[last] - free_s[anchor]) / 60))
        )
    return known


def _apart(minutes: list[int], known: Mapping[int, int]) -> list[int]:
    """Push calls apart that rounding put into the same minute; known minutes stay."""
    out = list(minutes)
    for i in range(1, len(out)):
        if i not in known:
            out[i] = max(out[i], out[i - 1] + 1)
    for i in range(len(out) - 2, 0, -1):
        if i not in known:
            out[i] = min(out[i], out[i + 1] - 1)
    return out
