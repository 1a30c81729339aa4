"""Ferries and lifts: ways whose time is not that of their length.

Neither has a timetable here. A ferry takes its ``duration``, and a wait to get on; a lift its wait.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from feeds.osm.access import KEYS_OF, OPEN, SHUT, access
from routing.street.profile import REFERENCE_MPS, Profile

Tags = Mapping[str, str]
Rows = list[list[float]]
"""One way's rows of ``Ways.stretch``: along it and against it, by profile."""

FERRY_KMH: Final = 5.0
"""Where no duration is known, as OSRM's profiles reckon."""
BOARDING_S: Final = 300.0
"""Until a ferry leaves of which no time is known, as Valhalla reckons (``ferry_cost``)."""
DURATIONS: Final = ("duration", "duration:forward", "duration:backward")
LIFT_S: Final = 60.0
"""For waiting, doors and the ride."""

_CLOCK: Final = re.compile(r"(\d+):(\d\d)(?::(\d\d))?")
_ISO: Final = re.compile(r"P(?:\d+D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


def seconds_of(text: str | None) -> float | None:
    """Return the time that ``duration`` and ``interval`` mean: ``00:12``, ``PT7M``, ``7`` minutes.

    None where they mean nothing, or no time at all.
    """
    if text is not None and text.isdigit():
        return 60.0 * int(text) or None
    found = _CLOCK.fullmatch(text or "") or _ISO.fullmatch(text or "")
    if found is None:
        return None
    hours, minutes, rest = (int(part or 0) for part in found.groups())
    return float(3600 * hours + 60 * minutes + rest) or None


def boarding_s(tags: Tags) -> float:
    """Return the wait for a ferry: half of its interval.

    One that shuttles is away for twice its crossing, so its crossing is the wait on average.
    """
    interval = seconds_of(tags.get("interval"))
    crossings = (seconds_of(tags.get(key)) for key in DURATIONS)
    known = [seconds for seconds in crossings if seconds is not None]
    return min(known, default=BOARDING_S) if interval is None else interval / 2


def sailed(tags: Tags, metres: float, *, whole: bool) -> Rows:
    """Return what a ferry takes, under way.

    Parameters
    ----------
    metres
        Length of what the extract holds of it.
    whole
        Whether that is all of it, so that ``duration`` holds.
    """
    usual = metres * 3.6 / FERRY_KMH
    both = seconds_of(tags.get("duration"))
    known = [seconds_of(tags.get(key)) or both for key in DURATIONS[1:]]
    along, against = (seconds or usual if whole else usual for seconds in known)
    oneway = tags.get("oneway")
    times = (
        np.inf if oneway in {"-1", "reverse"} else along,
        np.inf if oneway in {"yes", "1", "true"} else against,
    )
    return _rows(times, metres, {profile for profile in Profile if goes_aboard(tags, profile)})


def goes_aboard(tags: Tags, profile: Profile) -> bool:
    """Say whether a ferry takes somebody; cars only if it names them, or names nobody."""
    own = access(tags, *KEYS_OF[profile])
    if own is None and profile is Profile.CAR:
        return not any(tags.get(mode) in OPEN for mode in ("foot", "bicycle"))
    return own not in SHUT and own != "private"


def gangway(wait_s: float, metres: float) -> Rows:
    """Return what getting on and off takes; who may, the ferry says."""
    times = (wait_s, 0.0)
    return _rows(times, metres, set(Profile))


def lifted(tags: Tags, metres: float) -> Rows:
    """Return what a lift takes that is drawn as a way; bicycles are pushed into it."""
    riders = {
        profile
        for profile in Profile
        if profile is not Profile.CAR
        and access(tags, *KEYS_OF[profile]) not in SHUT
        and access(tags, "access", "foot") not in SHUT | {"private"}
    }
    return _rows((LIFT_S, LIFT_S), metres, riders)


def _rows(seconds: tuple[float, float], metres: float, riders: Collection[Profile]) -> Rows:
    return [
        [
            max(time, metres / 10) * REFERENCE_MPS[profile] / max(metres, 0.1)
            if profile in riders
            else np.inf
            for profile in Profile
        ]
        for time in seconds
    ]
